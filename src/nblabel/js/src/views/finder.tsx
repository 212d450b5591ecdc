import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { words as wordsOf } from "../base/words";
import { scoreText } from "../stage/mark";
import type { Editor } from "../state/editor";
import { noteFocus } from "./focus";

/** A task in the list, as project/finding.py has it. */
interface Hit {
  readonly index: number;
  readonly key: string | null;
  readonly state: "submitted" | "skipped" | "draft" | "unlabeled";
  readonly text: string;
  readonly answer: string;
  readonly score: number | null;
}

interface Found {
  readonly query: string;
  readonly hits: readonly Hit[];
  /** The row to go on from; null where all were looked at. */
  readonly after: number | null;
}

const MOST = 40;
const NOTHING: Found = { query: "", hits: [], after: 0 };

/** A text with the words that were looked for in it. */
function Marked({ text, query }: { text: string; query: string }) {
  const words = query.split(/\s+/).filter(Boolean);
  if (words.length === 0) return <>{text}</>;
  const any = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const parts = text.split(new RegExp(`(${any})`, "gi"));
  return <>{parts.map((part, i) => (i % 2 ? <mark key={i}>{part}</mark> : part))}</>;
}

/** Finds a task by its number, its key, or words of what it shows. */
export function Finder({ editor }: { editor: Editor }) {
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState(() => editor.typedAhead.replace("\n", ""));
  const [found, setFound] = useState(NOTHING);
  const [at, setAt] = useState(0);
  /** Whether Enter was pressed before there was anything to go to. */
  const going = useRef(editor.typedAhead.endsWith("\n"));
  const { total: rows } = editor.progress.value;
  const { hits, after } = found;

  const close = () => {
    editor.panel.value = null;
  };
  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    close();
    void editor.route.goto(hit.index);
  };

  useLayoutEffect(() => {
    editor.typedAhead = "";
    if (!field.current) return;
    const back = noteFocus(field.current);
    field.current.focus();
    return back;
  }, []);

  useEffect(() => {
    let late = false;
    const look = async () => {
      const hits = new Map<number, Hit>();
      let from: number | null = query.trim() ? 0 : (editor.index ?? 0);
      while (from !== null && hits.size < MOST) {
        const filter = editor.route.filter.value;
        const ask = { words: query, from, filter, count: MOST - hits.size };
        const { ok } = await editor.wire.ask("search", ask);
        if (late) return;
        const told = ok as { hits: readonly Hit[]; after: number | null };
        for (const hit of told.hits) hits.set(hit.index, hit);
        from = told.after;
        const meant = query === field.current?.value; // more may be typed than is drawn yet
        if (going.current && meant && hits.size > 0) return go([...hits.values()][0]);
        setFound({ query, hits: [...hits.values()], after: from });
      }
    };
    look().catch((error) => late || editor.tell(wordsOf(error)));
    return () => {
      late = true;
    };
  }, [query]);

  /** What stands in the field, which keys may have changed since this was drawn. */
  const typedNow = () => field.current?.value ?? query;
  const typed = (text: string) => {
    going.current = false;
    setAt(0);
    setQuery(text);
  };
  const press = (event: KeyboardEvent) => {
    event.stopPropagation(); // what is typed here answers nothing
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) setAt(Math.max(0, Math.min(hits.length - 1, at + by)));
    else if (event.key === "Escape") close();
    else if (event.key !== "Enter") return;
    else if (found.query === typedNow() && hits.length > 0) go(hits[at]);
    else going.current = found.query !== typedNow() || after !== null;
    event.preventDefault();
  };

  const looked = after === null ? rows : after;
  return (
    <section class="nb-sheet nb-finder" aria-label="Find a task">
      <input
        ref={field}
        class="nb-field"
        type="search"
        aria-label="Go to task"
        aria-controls={list}
        aria-activedescendant={hits[at] ? `${list}-${at}` : undefined}
        placeholder={`Number, key or words, in ${rows.toLocaleString("en")} tasks`}
        value={query}
        onInput={(event) => typed(event.currentTarget.value)}
        onKeyDown={press}
        onBlur={(event) => {
          const to = event.relatedTarget;
          if (!(to instanceof Element && to.closest(".nb-finder")) && to) close();
        }}
      />
      <div id={list} role="listbox" aria-label="Tasks found" class="nb-hits">
        {hits.map((hit, i) => (
          <div
            key={hit.index}
            id={`${list}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            ref={i === at ? (el) => el?.scrollIntoView({ block: "nearest" }) : null}
            onPointerDown={(event) => {
              event.preventDefault();
              go(hit);
            }}
          >
            <i class={`nb-dot nb-is-${hit.state}`} title={hit.state} />
            <b>{hit.index + 1}</b>
            {hit.key !== null && hit.key !== String(hit.index + 1) && (
              <span class="nb-muted">
                <Marked text={hit.key} query={found.query} />
              </span>
            )}
            <span class="nb-grow nb-hit">
              <Marked text={hit.text} query={found.query} />
            </span>
            {hit.answer && <span class="nb-said">{hit.answer}</span>}
            {hit.score !== null && (
              <span class="nb-score" style={{ "--nb-score": hit.score }}>
                {scoreText(hit.score)}
              </span>
            )}
          </div>
        ))}
      </div>
      <p class="nb-muted" aria-live="polite">
        {found.query !== query || (after !== null && hits.length < MOST)
          ? `looked through ${looked.toLocaleString("en")} of ${rows.toLocaleString("en")} …`
          : hits.length === 0
            ? `No task has “${query}”.`
            : `${hits.length}${after === null ? "" : " or more"} ${query.trim() ? "found" : "from here on"}`}
      </p>
    </section>
  );
}
