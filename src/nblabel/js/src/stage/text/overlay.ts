import type { Offsets } from "../../core/offsets";
import { step } from "../../core/segments";
import { safeColor, tagColors } from "../colour";
import { markText } from "../mark";
import type { TextMark } from "./options";
import type { Page } from "./page";
import type { Painted } from "./painter";

export type Edge = "start" | "end";

interface Boxed {
  readonly painted: Painted<TextMark>;
  readonly boxes: readonly DOMRect[];
}

const CHIP_GAP = 4;

/** What stands over and under the text: tags, hatching, the selected mark's outline, the caret. */
export class Overlay {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #ground: HTMLElement;
  readonly #chips = part("nb-text-chips");
  readonly #hatches = part("nb-text-hatches");
  readonly #outlines = part("nb-text-outlines");
  readonly #caret = part("nb-text-caret");
  readonly #handles: Record<Edge, HTMLElement>;
  /** Where each mark in sight begins, in px of the ground. */
  #begins: ReadonlyMap<string, DOMRect> = new Map();
  readonly #chipOf = new Map<string, HTMLElement>();
  readonly #rightToLeft = new WeakMap<HTMLElement, boolean>();

  constructor(page: Page, ground: HTMLElement) {
    this.#page = page;
    this.#ground = ground;
    this.element = part("nb-text-overlay");
    this.#handles = { start: handle("start"), end: handle("end") };
    for (const decoration of [this.#chips, this.#outlines, this.#caret])
      decoration.setAttribute("aria-hidden", "true");
    ground.append(this.#hatches);
    this.element.append(
      this.#outlines,
      this.#chips,
      this.#handles.start,
      this.#handles.end,
      this.#caret,
    );
    this.hideCaret();
  }

  static chipOf(target: EventTarget | null): string | null {
    const chip = target instanceof Element ? target.closest<HTMLElement>("[data-mark]") : null;
    return chip?.dataset.mark ?? null;
  }

  static edgeOf(target: EventTarget | null): Edge | null {
    const grip = target instanceof Element ? target.closest<HTMLElement>("[data-edge]") : null;
    return (grip?.dataset.edge as Edge | undefined) ?? null;
  }

  show(visible: readonly Painted<TextMark>[], offsets: Offsets): void {
    const origin = this.#ground.getBoundingClientRect();
    const local = (box: DOMRect) =>
      new DOMRect(box.left - origin.left, box.top - origin.top, box.width, box.height);
    const boxed = visible.map((painted) => ({
      painted,
      boxes: this.#page.boxes(painted.start, painted.end).map(local),
    }));
    this.#begins = new Map(
      boxed.flatMap(({ painted, boxes: [first] }) => (first ? [[painted.mark.id, first]] : [])),
    );
    this.#showBoxes(boxed);
    this.#showHandles(boxed, offsets);
    // What is wider than the page is scrolled to.
    this.#showChips(boxed, Math.max(origin.width, this.#ground.parentElement?.scrollWidth ?? 0));
  }

  /** The first line of a mark in sight, in client coordinates. */
  boxOf(id: string): DOMRect | null {
    const box = this.#begins.get(id);
    if (!box) return null;
    const { left, top } = this.#ground.getBoundingClientRect();
    return new DOMRect(box.left + left, box.top + top, box.width, box.height);
  }

  /** Puts the caret before a position and returns its box in client coordinates. */
  showCaret(position: number, text: string): DOMRect {
    const box = this.caretBox(position, text);
    const origin = this.#ground.getBoundingClientRect();
    move(this.#caret, box.left - origin.left, box.top - origin.top);
    this.#caret.style.height = `${box.height}px`;
    this.#caret.hidden = false;
    // Blinking starts anew, so that a moving caret is seen.
    for (const animation of this.#caret.getAnimations()) animation.currentTime = 0;
    return box;
  }

  hideCaret(): void {
    this.#caret.hidden = true;
  }

  /** Scrolls a position into sight. */
  reveal(position: number): void {
    const [box] = this.#page.boxes(position, position + 1);
    if (!box) return;
    const origin = this.#ground.getBoundingClientRect();
    const mark = part("nb-text-target");
    move(mark, box.left - origin.left, box.top - origin.top - 16);
    this.element.append(mark);
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
    mark.remove();
  }

  caretBox(position: number, text: string): DOMRect {
    const next = step(text, position, 1, "grapheme");
    const before = step(text, position, -1, "grapheme");
    const rtl = this.#isRightToLeft(position);
    const [after] = position < next ? this.#page.rawBoxes(position, next) : [];
    if (after) return edge(after, rtl ? "right" : "left");
    const last = before < position ? this.#page.rawBoxes(before, position).at(-1) : undefined;
    if (last) return edge(last, rtl ? "left" : "right");
    const block = this.#page.runAt(position).element.getBoundingClientRect();
    return edge(block, rtl ? "right" : "left");
  }

  /** By what is in the line, which does not change; asking the browser costs a layout. */
  #isRightToLeft(position: number): boolean {
    const { element } = this.#page.runAt(position);
    let rtl = this.#rightToLeft.get(element);
    if (rtl === undefined) {
      rtl = getComputedStyle(element).direction === "rtl";
      this.#rightToLeft.set(element, rtl);
    }
    return rtl;
  }

  #showBoxes(boxed: readonly Boxed[]): void {
    const draw = (className: string, wanted: readonly Boxed[]) =>
      wanted.flatMap(({ painted, boxes }) =>
        boxes.map((box) => {
          const element = part(className);
          element.style.setProperty("--nb-mark", safeColor(painted.mark.color));
          move(element, box.left, box.top);
          element.style.width = `${box.width}px`;
          element.style.height = `${box.height}px`;
          return element;
        }),
      );
    const suggestions = boxed.filter(({ painted }) => painted.mark.suggestion);
    const selected = boxed.filter(({ painted }) => painted.mark.selected);
    this.#hatches.replaceChildren(...draw("nb-text-hatch", suggestions));
    this.#outlines.replaceChildren(...draw("nb-text-outline", selected));
  }

  #showHandles(boxed: readonly Boxed[], offsets: Offsets): void {
    const selected = boxed.filter(({ painted }) => painted.mark.selected);
    const [only] = selected;
    const shown = selected.length === 1 && only && !only.painted.mark.locked ? only : null;
    for (const name of ["start", "end"] as const) {
      const element = this.#handles[name];
      const box = name === "start" ? shown?.boxes[0] : shown?.boxes.at(-1);
      element.hidden = !box;
      if (!box || !shown) continue;
      const { mark } = shown.painted;
      const rtl = this.#isRightToLeft(shown.painted[name] - (name === "end" ? 1 : 0));
      move(element, (name === "start") === rtl ? box.right : box.left, box.top);
      element.style.height = `${box.height}px`;
      element.style.setProperty("--nb-mark", safeColor(mark.color));
      element.setAttribute("aria-label", `${name === "start" ? "Start" : "End"} of ${mark.label}`);
      element.setAttribute("aria-valuemin", "0");
      element.setAttribute("aria-valuemax", String(offsets.length));
      element.setAttribute("aria-valuenow", String(offsets.points(shown.painted[name])));
    }
  }

  /** One tag a mark, over its start; those of one line that would touch move on. */
  #showChips(boxed: readonly Boxed[], width: number): void {
    const wanted = boxed.filter(({ painted, boxes }) => boxes.length > 0 && painted.mark.label);
    const ids = new Set(wanted.map(({ painted }) => painted.mark.id));
    for (const [id, chip] of this.#chipOf) {
      if (ids.has(id)) continue;
      chip.remove();
      this.#chipOf.delete(id);
    }
    // All is read before anything is written, all sizes before anything is moved.
    const starts = wanted.map(({ painted, boxes }) => ({
      mark: painted.mark,
      box: boxes[0] as DOMRect,
      rtl: this.#isRightToLeft(painted.start),
    }));
    const chips = starts.map(({ mark, ...start }) => ({ chip: this.#chip(mark), ...start }));
    const sized = chips.map(({ chip, box, rtl }) => {
      const wide = chip.offsetWidth;
      return { chip, width: wide, top: box.top, left: rtl ? box.right - wide : box.left };
    });
    sized.sort((a, b) => a.top - b.top || a.left - b.left);
    let line = Number.NEGATIVE_INFINITY;
    let free = 0;
    for (const { chip, left, top, width: wide } of sized) {
      if (Math.abs(top - line) > 4) free = Number.NEGATIVE_INFINITY;
      line = top;
      const at = Math.max(Math.min(left, width - wide), free);
      const room = width - at;
      // Where a line has more tags than room the last ones are cut.
      if (room < wide) chip.style.maxWidth = `${Math.max(0, room)}px`;
      move(chip, Math.min(at, width), top);
      free = at + wide + CHIP_GAP;
    }
  }

  #chip(mark: TextMark): HTMLElement {
    let chip = this.#chipOf.get(mark.id);
    if (!chip) {
      chip = part("nb-text-chip");
      chip.dataset.mark = mark.id;
      chip.append(document.createElement("b"), document.createElement("i"));
      this.#chipOf.set(mark.id, chip);
      this.#chips.append(chip);
    }
    const { label, score } = markText(mark);
    const [name, number] = chip.children as unknown as [HTMLElement, HTMLElement];
    if (name.textContent !== label) name.textContent = label;
    if (number.textContent !== score) number.textContent = score;
    const color = safeColor(mark.color);
    chip.style.setProperty("--nb-mark", color);
    const { ground, ink } = tagColors(color);
    chip.style.setProperty("--nb-tag", ground);
    chip.style.setProperty("--nb-ink", ink);
    chip.style.maxWidth = "";
    chip.toggleAttribute("data-selected", mark.selected);
    return chip;
  }
}

function handle(name: Edge): HTMLElement {
  const element = part("nb-text-handle");
  element.dataset.edge = name;
  element.tabIndex = 0;
  element.setAttribute("role", "slider");
  element.setAttribute("aria-valuenow", "0");
  element.hidden = true;
  return element;
}

const edge = (box: DOMRect, side: "left" | "right"): DOMRect =>
  new DOMRect(box[side], box.top, 0, box.height);

function move(element: HTMLElement, left: number, top: number): void {
  element.style.transform = `translate(${left}px, ${top}px)`;
}

function part(className: string): HTMLElement {
  const element = document.createElement("div");
  element.className = className;
  return element;
}
