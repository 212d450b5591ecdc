import { useEffect, useRef, useState } from "preact/hooks";
import type { Region } from "../core/regions";
import { scoreText } from "../stage/mark";
import type { Editor } from "../state/editor";
import { familyOf, formOf } from "../state/families";
import { openMenu } from "../state/menu";
import { ownKey } from "../state/places";
import { describe, marked, remove } from "../state/regions";
import { acceptAll } from "../state/submitting";
import { accept, reject, scoreOf } from "../state/suggestions";
import { isVisible } from "../state/visibility";
import { keyWords } from "./bars";
import { Icon, type IconName } from "./icons";
import { standsInRows, WINDOWED } from "./tree";

const ROW = 24;
/** Rows drawn beyond those in view, on either side. */
const BEYOND = 6;
/** Rows that are in view before the list was measured. */
const AT_FIRST = 24;

/** The forms that stand in a region's row. */
function Forms({ editor, region }: { editor: Editor; region: Region }) {
  const forms = editor.tree.value.elements.filter(
    (element) => standsInRows(editor, element) && isVisible(editor, element, region),
  );
  if (forms.length === 0) return null;
  const subject = { region, item: null };
  return (
    <div class="nb-row-forms">
      {forms.map((element) => {
        const View = familyOf(editor, element)?.views[element.tag];
        return View && <View key={element.id} {...{ element, editor, subject }} />;
      })}
    </div>
  );
}

/** What is said of a region besides its labels: the answers of per-region controls. */
function answersIn(editor: Editor, region: Region): string[] {
  const tree = editor.tree.value;
  return region.items.flatMap(({ result }) => {
    const control = tree.named(result.from_name);
    if (!control || tree.tag(control)?.region || tree.labels(control) || !result.value) return [];
    if (standsInRows(editor, control)) return []; // it is read where it is written
    const said = result.value[ownKey(tree, result)];
    const words = formOf(editor, control)?.words;
    if (words) return words(result.value) ?? [];
    return said === undefined ? [] : [said].flat(2).map(String).join(", ");
  });
}

interface RowProps {
  readonly editor: Editor;
  readonly region: Region;
  readonly suggested: boolean;
  readonly selected: boolean;
  readonly hidden: boolean;
  readonly locked: boolean;
  readonly index: number;
  readonly count: number;
  /** One of very many: what can be done with it is there once somebody comes to it. */
  readonly bare: boolean;
}

interface ToolProps {
  readonly name: string;
  readonly icon: IconName;
  readonly pressed?: boolean;
  readonly run: () => void;
}

function Tool({ name, icon, pressed, run }: ToolProps) {
  return (
    <button
      type="button"
      class="nb-tool"
      aria-label={name}
      title={name}
      aria-pressed={pressed}
      onClick={run}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Told all that it shows, so that of many rows those are drawn anew that changed. */
function Row({
  editor,
  region,
  suggested,
  selected,
  hidden,
  locked,
  index,
  count,
  bare,
}: RowProps) {
  const labels = editor.labels.regionLabels(region);
  const score = suggested ? scoreOf(editor, region.items[0]?.result) : null;
  const row = useRef<HTMLLIElement>(null);
  const [near, setNear] = useState(false);
  const offers = !bare || near || selected;
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const name = labels.map((label) => label.name).join(", ") || "no label";
  const words = marked(editor, region);
  return (
    <li
      ref={row}
      class={`nb-row ${selected ? "nb-selected" : ""} ${hidden ? "nb-hidden" : ""}`}
      aria-setsize={count}
      aria-posinset={index + 1}
      onPointerEnter={() => {
        editor.hovered.value = region.id;
        setNear(true);
      }}
      onPointerLeave={() => {
        editor.hovered.value = null;
        setNear(false);
      }}
      onFocusCapture={() => setNear(true)}
      onContextMenu={(event) => {
        const at = { x: event.clientX, y: event.clientY };
        openMenu(editor, region.object, region.id, at, event.currentTarget);
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <button
        type="button"
        class="nb-pick"
        aria-pressed={selected}
        title={words || describe(editor, region)}
        onClick={(event) => editor.pick(region.id, event.ctrlKey || event.metaKey)}
      >
        <i
          class={suggested ? "nb-swatch nb-dashed" : "nb-swatch"}
          style={{ "--nb-label": editor.labels.regionColor(region) }}
        />
        <b style={{ "--nb-label": editor.labels.regionColor(region) }}>{name}</b>{" "}
        <span class="nb-what">{words || index + 1}</span>
        {score !== null && (
          <span class="nb-score" style={{ "--nb-score": score }}>
            {scoreText(score)}
          </span>
        )}
        {answersIn(editor, region).map((words) => (
          <span key={words} class="nb-said">
            {words}
          </span>
        ))}
      </button>
      {offers && (
        <span class="nb-row-tools">
          {suggested ? (
            <>
              <Tool
                name={`Accept ${name}`}
                icon="accept"
                run={() => accept(editor, region.items)}
              />
              <Tool
                name={`Reject ${name}`}
                icon="remove"
                run={() => reject(editor, region.items)}
              />
            </>
          ) : (
            <>
              <Tool
                name={`${hidden ? "Show" : "Hide"} ${name}`}
                icon="hide"
                pressed={hidden}
                run={() => editor.toggle(editor.hidden, [region.id])}
              />
              <Tool
                name={`${locked ? "Unlock" : "Lock"} ${name}`}
                icon="lock"
                pressed={locked}
                run={() => editor.toggle(editor.locked, [region.id])}
              />
              <Tool name={`Delete ${name}`} icon="remove" run={() => remove(editor, [region])} />
            </>
          )}
        </span>
      )}
      {offers && !suggested && <Forms editor={editor} region={region} />}
    </li>
  );
}

interface ListProps {
  readonly editor: Editor;
  readonly regions: readonly Region[];
  readonly name: string;
  readonly suggested: boolean;
}

/** Rows of one height; of a long list only those in view are drawn. */
function List({ editor, regions, name, suggested }: ListProps) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  const all = regions.length <= WINDOWED;
  const from = all ? 0 : Math.max(0, Math.floor(top / ROW) - BEYOND);
  const seen = Math.ceil((list.current?.clientHeight ?? 0) / ROW) || AT_FIRST;
  const to = all ? regions.length : Math.min(regions.length, from + seen + 2 * BEYOND);
  const selection = new Set(editor.selection.value);
  const { value: hidden } = editor.hidden;
  const { value: locked } = editor.locked;
  const [first] = selection;
  const at = first === undefined ? -1 : regions.findIndex((region) => region.id === first);
  useEffect(() => {
    const box = list.current;
    if (all || at < 0 || !box) return;
    if (at * ROW < box.scrollTop || (at + 1) * ROW > box.scrollTop + box.clientHeight)
      box.scrollTop = at * ROW - box.clientHeight / 2;
  }, [all, at]);
  return (
    <ul
      ref={list}
      class="nb-list"
      aria-label={name}
      onScroll={(event) => !all && setTop(event.currentTarget.scrollTop)}
    >
      {from > 0 && <li role="none" style={{ height: `${from * ROW}px` }} />}
      {regions.slice(from, to).map((region, i) => (
        <Row
          key={region.id}
          {...{ editor, region, suggested }}
          selected={selection.has(region.id)}
          hidden={hidden.has(region.id)}
          locked={locked.has(region.id)}
          index={from + i}
          bare={!all}
          count={regions.length}
        />
      ))}
      {to < regions.length && (
        <li role="none" style={{ height: `${(regions.length - to) * ROW}px` }} />
      )}
    </ul>
  );
}

/** The regions, then what is suggested. */
export function Side({ editor }: { editor: Editor }) {
  const regions = editor.regions.value;
  const suggestions = editor.suggestions.value;
  const open = editor.settings.value.sideOpen;
  const set = (sideOpen: boolean) => {
    editor.settings.value = { ...editor.settings.value, sideOpen };
  };
  const tree = editor.tree.value;
  const possible = tree.elements.some((element) => {
    const tag = tree.tag(element);
    return tag?.role === "control" && tag.region;
  });
  const none = !possible && regions.length + suggestions.length === 0;
  if (none) return null;
  // Its room is kept: a text that wraps anew under the pointer would be worse.
  if (open && regions.length + suggestions.length === 0)
    return (
      <div class="nb-side nb-none">
        <List editor={editor} regions={regions} name="Regions" suggested={false} />
        <p class="nb-hint">Take a label, then mark what it fits.</p>
      </div>
    );
  if (!open)
    return (
      <button
        type="button"
        class="nb-unfold"
        aria-label="Show the regions"
        aria-expanded={false}
        onClick={() => set(true)}
      >
        <Icon name="side" />
        {regions.length + suggestions.length}
      </button>
    );
  return (
    <aside class="nb-side" aria-label="What is marked">
      <h2>
        Regions {regions.length}
        <span class="nb-grow" />
        <button
          type="button"
          class="nb-tool"
          aria-label="Fold the regions"
          aria-expanded={true}
          onClick={() => set(false)}
        >
          <Icon name="next" />
        </button>
      </h2>
      <List editor={editor} regions={regions} name="Regions" suggested={false} />
      {suggestions.length > 0 && (
        <>
          <h2>
            Suggested {suggestions.length}
            <span class="nb-grow" />
            <button
              type="button"
              class="nb-small"
              aria-label="Accept all suggestions"
              onClick={() => acceptAll(editor)}
            >
              <kbd aria-hidden="true">{keyWords(editor, "suggestion:accept-all")}</kbd> accept
            </button>
          </h2>
          <List editor={editor} regions={suggestions} name="Suggested" suggested={true} />
        </>
      )}
    </aside>
  );
}
