import { computed, effect, untracked } from "@preact/signals-core";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Scope } from "../base/scope";
import { tagColors } from "../stage/colour";
import type { Editor } from "../state/editor";
import { inOrder, labelOf } from "../state/outline";
import { marked } from "../state/regions";
import {
  acceptRelation,
  call,
  type Direction,
  finishRelation,
  type Relation,
  relationLabels,
  relationsOf,
  turn,
  unrelate,
} from "../state/relations";
import { type Arrow, arrowBetween, type Box, drawArrow, drawTag } from "./arrow";
import { ToolButton } from "./bars";

const SIGNS: Readonly<Record<Direction, string>> = { right: "→", left: "←", bi: "↔" };
const WORDS: Readonly<Record<Direction, string>> = {
  right: "to the second",
  left: "to the first",
  bi: "both ways",
};

/** The colours that labels of relations have of their own; white is what they have without one. */
function ownColors(editor: Editor): ReadonlyMap<string, string> {
  const tree = editor.tree.value;
  return new Map(
    relationLabels(editor).labels.flatMap((label): [string, string][] => {
      const color = tree.text(label, "background");
      const own = CSS.supports("color", color) && !/^#f{3}(f{3})?$|^white$/i.test(color);
      return own ? [[tree.text(label, "value"), color]] : [];
    }),
  );
}

/** The numbers that regions have in their list. */
type Numbers = ReadonlyMap<string, number>;

interface Side {
  /** The words that it marks, else its label and its number. */
  readonly name: string;
  readonly title: string;
  readonly color: string;
}

function sideOf(editor: Editor, id: string, numbers: Numbers): Side {
  const region = editor.regionOf(id);
  if (!region) return { name: "", title: "", color: "" };
  const label = labelOf(editor, region);
  const words = marked(editor, region);
  return {
    name: words || [label, numbers.get(id)].filter(Boolean).join(" "),
    title: [label, words].filter(Boolean).join(": "),
    color: editor.labels.regionColor(region),
  };
}

function End({ name, title, color }: Side) {
  return (
    <span class="nb-tie" title={title}>
      <i class="nb-swatch" style={{ "--nb-label": color }} />
      {name}
    </span>
  );
}

interface RowProps {
  readonly editor: Editor;
  readonly relation: Relation;
  readonly numbers: Numbers;
}

function Row({ editor, relation, numbers }: RowProps) {
  const tree = editor.tree.value;
  const { from, to, direction, suggested } = relation;
  const [first, second] = [sideOf(editor, from, numbers), sideOf(editor, to, numbers)];
  const name = `${first.name} ${SIGNS[direction]} ${second.name}`;
  const { readOnly } = editor;
  const known = readOnly.value ? [] : relationLabels(editor).labels;
  const names = known.map((label) => tree.text(label, "value"));
  const foreign = relation.labels.filter((label) => !names.includes(label));
  return (
    <li
      class={`nb-row nb-relation ${suggested ? "nb-suggested" : ""}`}
      onPointerEnter={() => {
        editor.related.value = relation.item.uid;
      }}
      onPointerLeave={() => {
        editor.related.value = null;
      }}
      onFocusCapture={() => {
        editor.related.value = relation.item.uid;
      }}
      onBlurCapture={() => {
        editor.related.value = null;
      }}
      onKeyDown={(event) => {
        if (event.key !== "Delete" && event.key !== "Backspace") return;
        event.preventDefault();
        event.stopPropagation();
        if (!readOnly.value) unrelate(editor, relation);
      }}
    >
      <button
        type="button"
        class="nb-pick"
        aria-label={name}
        title="Select both"
        onClick={() => {
          editor.selection.value = [from, to];
        }}
      >
        <End {...first} />
        <span class="nb-sign" aria-hidden="true">
          {SIGNS[direction]}
        </span>
        <End {...second} />
      </button>
      {!readOnly.value && (
        <span class="nb-row-tools">
          {suggested ? (
            <ToolButton
              editor={editor}
              name={`Accept ${name}`}
              icon="accept"
              onClick={() => acceptRelation(editor, relation)}
            />
          ) : (
            <ToolButton
              editor={editor}
              name={`Turn ${name}; now ${WORDS[direction]}`}
              icon="turn"
              onClick={() => turn(editor, relation)}
            />
          )}
          <ToolButton
            editor={editor}
            name={`${suggested ? "Reject" : "Delete"} ${name}`}
            icon="remove"
            onClick={() => unrelate(editor, relation)}
          />
        </span>
      )}
      {known.length + foreign.length > 0 && (
        <div class="nb-names" role="group" aria-label={`Labels of ${name}`}>
          {names.map((label) => (
            <button
              key={label}
              type="button"
              class="nb-small"
              aria-pressed={relation.labels.includes(label)}
              onClick={() => call(editor, relation, label)}
            >
              {label}
            </button>
          ))}
          {foreign.map((label) => (
            <span key={label} class="nb-said">
              {label}
            </span>
          ))}
        </div>
      )}
    </li>
  );
}

/** The relations, each with its labels. */
export function List({ editor }: { editor: Editor }) {
  const relations = relationsOf(editor);
  const { showsRelations } = editor;
  if (relations.length === 0) return null;
  const numbers = new Map(inOrder(editor).map(({ id }, index) => [id, index + 1]));
  const name = showsRelations.value ? "Hide the relations" : "Show the relations";
  return (
    <>
      <h2>
        Relations {relations.length}
        <span class="nb-grow" />
        <ToolButton
          editor={editor}
          name={name}
          icon="hide"
          command="region:relations"
          pressed={!showsRelations.value}
          onClick={() => {
            showsRelations.value = !showsRelations.value;
          }}
        />
      </h2>
      <ul class="nb-list" aria-label="Relations">
        {relations.map((relation) => (
          <Row key={relation.item.uid} {...{ editor, relation, numbers }} />
        ))}
      </ul>
    </>
  );
}

/** Where a region is in the window, on whatever object. */
function boxOf(editor: Editor, id: string): Box | null {
  const region = editor.regionOf(id);
  if (!region || editor.hidden.value.has(id)) return null;
  return editor.stages.get(region.object)?.boxOf(id) ?? null;
}

/** So much of the data's upper edge is left to an arc's tag, in px. */
const ROOM = 10;

interface Drawn {
  readonly relation: Relation;
  readonly arrow: Arrow;
}

/** The arrows over the data, which follow whatever moves there. */
export function Arrows({ editor }: { editor: Editor }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current;
    const data = element?.parentElement?.querySelector<HTMLElement>(".nb-data");
    const context = element?.getContext("2d");
    if (!element || !data || !context) return;
    const scope = new Scope();
    let pointer: DOMPoint | null = null;
    // What is scrolled is painted for each frame; this changes with what is said.
    const relations = computed(() => relationsOf(editor));
    const colors = computed(() => ownColors(editor));
    const paint = () => {
      const frame = data.getBoundingClientRect();
      const around = element.parentElement?.getBoundingClientRect() ?? frame;
      const shown = { width: data.clientWidth, height: data.clientHeight };
      cover(element, shown, frame.left - around.left, frame.top - around.top);
      const ratio = element.width / Math.max(1, shown.width);
      context.setTransform(ratio, 0, 0, ratio, -frame.left * ratio, -frame.top * ratio);
      context.clearRect(frame.left, frame.top, frame.width, frame.height);
      const { color: ink, outlineColor: ground } = getComputedStyle(element);
      const drawn = editor.showsRelations.value ? arrowsIn(editor, relations.value, frame) : [];
      const { value: related } = editor.related;
      const lit = ({ relation: { item, from, to } }: Drawn) =>
        related === null
          ? editor.hovered.value === from || editor.hovered.value === to
          : item.uid === related;
      for (const one of [...drawn].sort((a, b) => Number(lit(a)) - Number(lit(b)))) {
        const { relation, arrow } = one;
        const color = colors.value.get(relation.labels[0] ?? "") ?? ink;
        const { direction, suggested } = relation;
        drawArrow(context, arrow, { color, ground, direction, dashed: suggested, lit: lit(one) });
        const words = relation.labels.join(", ");
        if (words) drawTag(context, arrow.middle, words, tagColors(color), ground);
      }
      const { value: relating } = editor.relating;
      const begun = relating && pointer && boxOf(editor, relating.from);
      if (begun && pointer)
        drawArrow(context, arrowBetween(begun, at(pointer), frame.top), {
          ...{ color: ink, ground, direction: "right", dashed: true, lit: true },
        });
    };
    scope.add(
      effect(() => {
        if (editor.relating.value) untracked(() => finishRelation(editor));
      }),
    );
    const request = scope.frame(paint);
    scope.add(
      effect(() => {
        for (const signal of [editor.moved, editor.items, editor.suggested, editor.hidden])
          void signal.value;
        for (const signal of [editor.related, editor.hovered, editor.relating]) void signal.value;
        void editor.showsRelations.value;
        request();
      }),
    );
    scope.resize(data, request);
    // Whatever scrolls in the data, or around the widget, moves what is shown.
    scope.listen(window, "scroll", request, { capture: true, passive: true });
    scope.listen(data, "scroll", request, { capture: true, passive: true });
    scope.listen<PointerEvent>(data, "pointermove", (event) => {
      if (!editor.relating.value) return;
      pointer = new DOMPoint(event.clientX, event.clientY);
      request();
    });
    return () => scope.dispose();
  }, [editor]);
  return (
    <>
      <canvas ref={canvas} class="nb-arrows" aria-hidden="true" />
      {editor.relating.value && (
        <p class="nb-relating" role="status">
          Pick the region that it relates to, here or in the list. Esc leaves it.
        </p>
      )}
    </>
  );
}

const at = ({ x, y }: DOMPoint): Box => ({ left: x, right: x, top: y, bottom: y });

function cover(
  element: HTMLCanvasElement,
  { width, height }: { width: number; height: number },
  left: number,
  top: number,
): void {
  const ratio = devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (element.width !== wide || element.height !== high) {
    element.width = wide;
    element.height = high;
    element.style.width = `${width}px`;
    element.style.height = `${height}px`;
  }
  element.style.transform = `translate(${left}px, ${top}px)`;
}

/** The arrows of which something is in sight. */
function arrowsIn(editor: Editor, relations: readonly Relation[], frame: DOMRect): Drawn[] {
  const boxes = new Map<string, Box | null>();
  const box = (id: string) => {
    let known = boxes.get(id);
    if (known === undefined) {
      known = boxOf(editor, id);
      boxes.set(id, known);
    }
    return known;
  };
  return relations.flatMap((relation): Drawn[] => {
    const [from, to] = [box(relation.from), box(relation.to)];
    if (!from || !to) return [];
    const beside =
      Math.max(from.bottom, to.bottom) < frame.top || Math.min(from.top, to.top) > frame.bottom;
    return beside ? [] : [{ relation, arrow: arrowBetween(from, to, frame.top + ROOM) }];
  });
}
