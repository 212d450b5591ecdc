import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Region } from "../core/regions";
import { scoreText } from "../stage/mark";
import type { Editor } from "../state/editor";
import { familyOf, formOf } from "../state/families";
import { openMenu } from "../state/menu";
import { inOrder, labelOf, noteOf, outline } from "../state/outline";
import { ownKey } from "../state/places";
import { describe, marked, remove } from "../state/regions";
import { beginRelation } from "../state/relating";
import { acceptAll } from "../state/submitting";
import { accept, reject, scoreOf } from "../state/suggestions";
import { isVisible } from "../state/visibility";
import { comingCode, useCode } from "../tags/_code";
import { keyWords, ToolButton } from "./bars";
import { Icon } from "./icons";
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

/** What is seldom wanted of the list, and comes with the panels. */
type Panels = typeof import("./ordering") & typeof import("../state/nesting");

interface RowProps {
  readonly editor: Editor;
  readonly region: Region;
  readonly suggested: boolean;
  readonly selected: boolean;
  readonly hidden: boolean;
  readonly locked: boolean;
  readonly noting: boolean;
  readonly index: number;
  readonly count: number;
  /** How deep it lies inside others. */
  readonly depth: number;
  /** Whether what lies inside it is shown; null where nothing does. */
  readonly unfolded: boolean | null;
  readonly fold: (id: string) => void;
  /** What may be done with regions that are dragged; null where they may not be. */
  readonly dragging: Dragging | null;
  /** One of very many: what can be done with it is there once somebody comes to it. */
  readonly bare: boolean;
}

/** Regions on their way into another. */
interface Dragging {
  begin(region: Region): void;
  /** Puts them inside a region, or with null outermost. */
  drop(into: string | null): void;
}

/** Takes in what is dragged over it. The host, which drags cells, hears nothing of it. */
const takesIn = (dragging: Dragging | null, into: string | null) =>
  dragging && {
    onDragOver: (event: DragEvent & { currentTarget: Element }) => {
      event.preventDefault();
      event.stopPropagation();
      event.currentTarget.setAttribute("data-over", "");
    },
    onDragLeave: (event: DragEvent & { currentTarget: Element }) =>
      event.currentTarget.removeAttribute("data-over"),
    onDrop: (event: DragEvent & { currentTarget: Element }) => {
      event.preventDefault();
      event.stopPropagation();
      event.currentTarget.removeAttribute("data-over");
      dragging.drop(into);
    },
  };

/** Told all that it shows, so that of many rows those are drawn anew that changed. */
function Row(props: RowProps) {
  const { editor, region, suggested, selected, hidden, locked, index, count, depth } = props;
  const { unfolded, dragging, bare } = props;
  const score = suggested ? scoreOf(editor, region.items[0]?.result) : null;
  const panels = useCode<Panels>(editor, props.noting ? "panels" : null);
  const row = useRef<HTMLLIElement>(null);
  const [near, setNear] = useState(false);
  const offers = !bare || near || selected;
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const name = labelOf(editor, region);
  const words = marked(editor, region);
  const noted = noteOf(region);
  return (
    <li
      ref={row}
      class={`nb-row ${selected ? "nb-selected" : ""} ${hidden ? "nb-hidden" : ""}`}
      aria-setsize={count}
      aria-posinset={index + 1}
      style={{ "--nb-depth": depth }}
      draggable={dragging !== null && !props.noting}
      onDragStart={(event) => {
        event.stopPropagation();
        dragging?.begin(region);
      }}
      {...takesIn(dragging, region.id)}
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
      {unfolded !== null && <Fold {...{ name, unfolded }} run={() => props.fold(region.id)} />}
      <button
        type="button"
        class="nb-pick"
        aria-pressed={selected}
        title={[words || describe(editor, region), noted].filter(Boolean).join("\n")}
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
        {noted && <span class="nb-said nb-noted">{noted}</span>}
      </button>
      {offers && (
        <span class="nb-row-tools">
          {suggested ? (
            <>
              <ToolButton
                editor={editor}
                name={`Accept ${name}`}
                icon="accept"
                onClick={() => accept(editor, region.items)}
              />
              <ToolButton
                editor={editor}
                name={`Reject ${name}`}
                icon="remove"
                onClick={() => reject(editor, region.items)}
              />
            </>
          ) : (
            <>
              {count > 1 && (
                <ToolButton
                  editor={editor}
                  name={`Relate ${name}`}
                  icon="relate"
                  onClick={() => {
                    editor.selection.value = [region.id];
                    beginRelation(editor);
                  }}
                />
              )}
              <ToolButton
                editor={editor}
                name={`${hidden ? "Show" : "Hide"} ${name}`}
                icon="hide"
                pressed={hidden}
                onClick={() => editor.toggle(editor.hidden, [region.id])}
              />
              <ToolButton
                editor={editor}
                name={`${locked ? "Unlock" : "Lock"} ${name}`}
                icon="lock"
                pressed={locked}
                onClick={() => editor.toggle(editor.locked, [region.id])}
              />
              <ToolButton
                editor={editor}
                name={`Delete ${name}`}
                icon="remove"
                onClick={() => remove(editor, [region])}
              />
            </>
          )}
        </span>
      )}
      {panels && <panels.Note editor={editor} region={region} />}
      {offers && !suggested && <Forms editor={editor} region={region} />}
    </li>
  );
}

interface FoldProps {
  readonly name: string;
  readonly unfolded: boolean;
  readonly run: () => void;
}

function Fold({ name, unfolded, run }: FoldProps) {
  return (
    <button
      type="button"
      class="nb-twist"
      aria-expanded={unfolded}
      aria-label={`What lies in ${name}`}
      onClick={run}
    >
      <Icon name="next" />
    </button>
  );
}

interface RegionLine {
  readonly region: Region;
  readonly depth: number;
  readonly unfolded: boolean | null;
}

export interface GroupLine {
  readonly group: string;
  readonly regions: readonly Region[];
  readonly unfolded: boolean;
}

/** A line of the list: a region, or the heading of a group. */
type Line = RegionLine | GroupLine;

/** The lines that are shown: what is folded leaves out what lies in it. */
function linesOf(editor: Editor, folded: ReadonlySet<string>): Line[] {
  return outline(editor).flatMap(({ name, regions }): Line[] => {
    const lines: Line[] = [];
    let within = Number.POSITIVE_INFINITY; // deeper than this lies in something folded
    for (const [i, { region, depth }] of regions.entries()) {
      if (depth > within) continue;
      within = Number.POSITIVE_INFINITY;
      const holds = (regions[i + 1]?.depth ?? 0) > depth;
      const unfolded = holds ? !folded.has(region.id) : null;
      if (unfolded === false) within = depth;
      lines.push({ region, depth, unfolded });
    }
    if (!name) return lines;
    const unfolded = !folded.has(name);
    const heading = { group: name, regions: regions.map(({ region }) => region), unfolded };
    return unfolded ? [heading, ...lines] : [heading];
  });
}

interface ListProps {
  readonly editor: Editor;
  readonly lines: readonly Line[];
  readonly name: string;
  readonly suggested: boolean;
  readonly fold?: (id: string) => void;
  readonly dragging?: Dragging | null;
  /** What draws the heading of a group, once it is here. */
  readonly Heading?: Panels["Heading"] | undefined;
}

const stays = () => {};

/** Rows of one height; of a long list only those in view are drawn. */
function List(props: ListProps) {
  const { editor, lines, name, suggested, fold = stays, dragging = null, Heading } = props;
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  const all = lines.length <= WINDOWED;
  const from = all ? 0 : Math.max(0, Math.floor(top / ROW) - BEYOND);
  const seen = Math.ceil((list.current?.clientHeight ?? 0) / ROW) || AT_FIRST;
  const to = all ? lines.length : Math.min(lines.length, from + seen + 2 * BEYOND);
  const selection = new Set(editor.selection.value);
  const { value: hidden } = editor.hidden;
  const { value: locked } = editor.locked;
  const { value: noting } = editor.noting;
  const numbers = new Map<Line, number>();
  for (const line of lines) if ("region" in line) numbers.set(line, numbers.size);
  const [first] = selection;
  const at = lines.findIndex((line) => "region" in line && line.region.id === first);
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
      {lines.slice(from, to).map((line) =>
        "group" in line ? (
          Heading && (
            <Heading key={`group ${line.group}`} {...{ editor, line }}>
              <Fold name={line.group} unfolded={line.unfolded} run={() => fold(line.group)} />
            </Heading>
          )
        ) : (
          <Row
            key={line.region.id}
            {...{ editor, suggested, fold, dragging }}
            {...line}
            selected={selection.has(line.region.id)}
            hidden={hidden.has(line.region.id)}
            locked={locked.has(line.region.id)}
            noting={noting === line.region.id}
            index={numbers.get(line) ?? 0}
            bare={!all}
            count={numbers.size}
          />
        ),
      )}
      {to < lines.length && <li role="none" style={{ height: `${(lines.length - to) * ROW}px` }} />}
    </ul>
  );
}

/** The regions, in the order that was chosen. */
function Regions({ editor, Heading }: Pick<ListProps, "editor" | "Heading">) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const dragged = useRef<readonly Region[]>([]);
  const fold = (id: string) => {
    const next = new Set(folded);
    if (!next.delete(id)) next.add(id);
    setFolded(next);
  };
  const dragging =
    editor.settings.value.groupBy === "inside" && !editor.readOnly.value
      ? {
          begin: (region: Region) => {
            const { value: selected } = editor.selected;
            dragged.current = selected.includes(region) ? selected : [region];
          },
          drop: (into: string | null) => {
            comingCode<Panels>(editor, "panels").then((panels) =>
              panels?.nest(editor, dragged.current, into),
            );
          },
        }
      : null;
  return (
    <>
      <List
        editor={editor}
        lines={linesOf(editor, folded)}
        name="Regions"
        suggested={false}
        {...{ fold, dragging, Heading }}
      />
      {dragging && <div class="nb-ground" {...takesIn(dragging, null)} />}
    </>
  );
}

const alone = (region: Region) => ({ region, depth: 0, unfolded: null });

interface SideProps {
  readonly editor: Editor;
  /** What lists relations, once there are some. */
  readonly relations: ((props: { editor: Editor }) => ComponentChild) | null;
}

/** The regions, the relations between them, then what is suggested. */
export function Side({ editor, relations: Relations }: SideProps) {
  const [ordering, setOrdering] = useState(editor.narrowed.value !== "");
  const grouped = editor.settings.value.groupBy !== "inside";
  const panels = useCode<Panels>(editor, ordering || grouped ? "panels" : null);
  const regions = editor.regions.value;
  const suggestions = editor.suggestions.value;
  const open = editor.settings.value.sideOpen;
  const set = (sideOpen: boolean) => {
    editor.settings.value = { ...editor.settings.value, sideOpen };
  };
  // Its room is kept: a text that wraps anew under the pointer would be worse.
  if (open && regions.length + suggestions.length === 0)
    return (
      <div class="nb-side nb-none">
        <List editor={editor} lines={[]} name="Regions" suggested={false} />
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
  const left = editor.narrowed.value ? inOrder(editor).length : null;
  return (
    <aside class="nb-side" aria-label="What is marked">
      <h2>
        Regions {left === null ? regions.length : `${left} of ${regions.length}`}
        <span class="nb-grow" />
        <button
          type="button"
          class="nb-tool"
          aria-label="Narrow, group and sort"
          title="Narrow, group and sort"
          aria-expanded={ordering}
          onClick={() => {
            if (ordering) editor.narrowed.value = "";
            setOrdering(!ordering);
          }}
        >
          <Icon name="order" />
        </button>
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
      {panels && ordering && <panels.Order editor={editor} />}
      <Regions editor={editor} Heading={panels?.Heading} />
      {Relations && <Relations editor={editor} />}
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
          <List editor={editor} lines={suggestions.map(alone)} name="Suggested" suggested={true} />
        </>
      )}
    </aside>
  );
}
