import type { Scope } from "../../base/scope";
import { type Link, linksIn } from "../../core/links";
import { extend, type Stretch, step } from "../../core/segments";
import { Intervals } from "./intervals";
import type { TextMark, TextStageOptions } from "./options";
import { Overlay } from "./overlay";
import type { Block, Page, Run } from "./page";
import { createPainter, type Painted, type Painter } from "./painter";
import { positionAt, type Selected, TextSelection } from "./selection";

type PaintedText = Painted<TextMark>;

/** From this many UTF-16 units on, lines out of sight are not laid out. */
const LONG = 20_000;
/** What is taken for visible until the browser says what is. */
const FIRST_SIGHT = 6_000;
/** How far beyond the visible part marks are painted. */
const MARGIN = "400px 0px";
/** How far beyond it lines are watched one by one: each costs something with every frame. */
const NEAR = "1000px 0px";

/** The text, its marks in UTF-16 units, and what of it is in sight. */
export class Body {
  readonly root: HTMLElement;
  readonly page: Page;
  readonly overlay: Overlay;
  readonly selection: TextSelection;
  readonly #options: TextStageOptions;
  readonly #painter: Painter;
  readonly #requestPaint: () => void;
  readonly #seen = new Set<Element>();
  /** The runs in each of those that were ever watched. */
  readonly #runsIn = new Map<Element, readonly Run[]>();
  readonly #links: readonly Link[];
  #marks = new Intervals<PaintedText>([]);
  #byId: ReadonlyMap<string, PaintedText> = new Map();
  #hovered: string | null = null;
  #preview: { id: string; stretch: Stretch } | null = null;
  #moved = true;
  /** A position to bring into sight; again after a frame, as lines get their true height. */
  #wanted: { position: number; frames: number } | null = null;

  constructor(scope: Scope, options: TextStageOptions) {
    this.#options = options;
    this.page = options.page;
    this.selection = new TextSelection(this.page);
    // Of the page's document, or the page would be taken out of a frame that it is in.
    this.root = this.page.document.createElement("div");
    this.root.className = "nb-text";
    const ground = document.createElement("div");
    ground.className = "nb-text-ground";
    ground.setAttribute("aria-hidden", "true");
    this.overlay = new Overlay(this.page, ground);
    this.root.append(ground, this.page.host, this.overlay.element);
    this.#describe();
    this.#painter = createPainter(this.page, options.widgetId, ground);
    this.#links = options.onLink ? (this.page.parts.links ?? linksIn(this.text)) : [];
    this.#painter.links(this.#links);
    scope.add(() => this.#painter.dispose());
    scope.add(() => this.root.remove());
    this.#requestPaint = scope.frame(() => this.#paint());
    this.#watch(scope);
  }

  get text(): string {
    return this.page.text;
  }

  setMarks(marks: readonly TextMark[]): void {
    const shown = marks
      .filter((mark) => !mark.hidden && mark.start < mark.end)
      .map((mark) => ({
        mark,
        start: this.page.offsets.units(mark.start),
        end: this.page.offsets.units(mark.end),
      }));
    const rows = new Intervals(shown).rows();
    const isFirst = this.#marks.sorted.length === 0;
    this.#marks = new Intervals(
      shown.map((item) => ({ ...item, row: rows.get(item) ?? 0, hovered: false })),
    );
    this.#byId = new Map(this.#marks.sorted.map((painted) => [painted.mark.id, painted]));
    // Their looks are rules, and the styles of a long text are worked out once.
    if (isFirst) this.#painter.paint(this.#visible());
    this.layout();
  }

  /** Something moved: boxes have to be measured again. */
  layout(): void {
    this.#moved = true;
    this.#requestPaint();
  }

  /** Shows a mark elsewhere than it is, while it is dragged. */
  preview(id: string | null, stretch: Stretch = { start: 0, end: 0 }): void {
    this.#preview = id === null ? null : { id, stretch };
    this.layout();
  }

  hover(id: string | null): void {
    if (id === this.#hovered) return;
    this.highlight(id);
    this.#options.onHover?.(id);
  }

  highlight(id: string | null): void {
    this.#hovered = id;
    this.#requestPaint();
  }

  get selectedMark(): PaintedText | undefined {
    const selected = this.#marks.sorted.filter((painted) => painted.mark.selected);
    const [only] = selected;
    return selected.length === 1 ? only : undefined;
  }

  /** The marks at a point of the screen, the shortest first. */
  marksAt(x: number, y: number): TextMark[] {
    const character = this.characterAt(x, y);
    return character ? this.marksOn(character) : [];
  }

  /** The marks on a stretch, the shortest first. */
  marksOn({ start, end }: Stretch): TextMark[] {
    return this.#marks
      .touching(start, end)
      .sort((a, b) => a.end - a.start - (b.end - b.start))
      .map((painted) => painted.mark);
  }

  /** The grapheme whose box holds a point; null beside the text. */
  characterAt(x: number, y: number): Stretch | null {
    const near = positionAt(this.page, x, y);
    if (near === null) return null;
    const around = [
      { start: step(this.text, near, -1, "grapheme"), end: near },
      { start: near, end: step(this.text, near, 1, "grapheme") },
    ];
    const holds = ({ start, end }: Stretch) =>
      start < end &&
      this.page
        .boxes(start, end)
        .some((box) => x >= box.left && x <= box.right && y >= box.top - 3 && y <= box.bottom + 6);
    return around.find(holds) ?? null;
  }

  /** Tells of a stretch in UTF-16 units that was selected, as far as it is a span. */
  commit(stretch: Stretch): boolean {
    const span = this.#extended(stretch);
    if (!span) return false;
    this.selection.clear();
    this.#options.onSelect(this.#points(span));
    return true;
  }

  #extended(stretch: Stretch): Stretch | null {
    const { granularity, trims } = this.#options;
    return extend(this.text, stretch, granularity(), trims?.());
  }

  commitSelection(): boolean {
    const selected = this.selection.read();
    if (!selected || selected.anchor === selected.focus || !this.#options.canSelect()) return false;
    return this.commit(inOrder(selected));
  }

  /** Where what is selected ends, as long as no label is taken that would make a span of it. */
  waiting(hasLabel: boolean): { x: number; y: number } | null {
    const selected = hasLabel ? null : this.selection.read();
    if (!selected || selected.anchor === selected.focus) return null;
    const { start, end } = inOrder(selected);
    const last = this.page.boxes(Math.max(start, end - 1), end).at(-1);
    return last ? { x: last.right, y: last.bottom } : null;
  }

  /** Picks the shortest mark at a position, unless it is picked; false when there is none to pick. */
  pickAt(position: number): boolean {
    const [mark] = this.marksOn({ start: position, end: position + 1 });
    if (!mark || mark.selected) return false;
    this.#options.onPick([mark.id], { additive: false });
    return true;
  }

  /** Opens the address at a position; false when there is none. */
  openLink(position: number): boolean {
    const link = this.#links.find(({ start, end }) => start <= position && position < end);
    if (link) this.#options.onLink?.(link.href);
    return link !== undefined;
  }

  /** Tells of a mark's new stretch, as far as it is a span; false where that is the one it has. */
  resize({ mark }: PaintedText, stretch: Stretch): boolean {
    const given = this.#extended(stretch);
    const span = given && this.#points(given);
    if (!span || (span.start === mark.start && span.end === mark.end)) return false;
    this.#options.onResize(mark.id, span);
    return true;
  }

  show(id: string): void {
    const painted = this.#byId.get(id);
    if (painted) this.reveal(painted.start);
  }

  reveal(position: number): void {
    this.#wanted = { position, frames: 4 };
    this.#reveal();
  }

  /** The first line of a mark; out of sight, where its block is: nothing is laid out for it. */
  boxOf(id: string): DOMRect | null {
    const painted = this.#byId.get(id);
    if (!painted || this.page.isHidden(painted.start)) return null;
    return this.overlay.boxOf(id) ?? this.page.about(painted.start);
  }

  #reveal(): void {
    if (!this.#wanted) return;
    this.overlay.reveal(this.#wanted.position);
    this.#wanted =
      this.#wanted.frames > 0 ? { ...this.#wanted, frames: this.#wanted.frames - 1 } : null;
    this.layout();
  }

  #points({ start, end }: Stretch) {
    return { start: this.page.offsets.points(start), end: this.page.offsets.points(end) };
  }

  #describe(): void {
    const { element } = this.page;
    element.tabIndex = 0;
    element.setAttribute("role", "textbox");
    element.setAttribute("aria-multiline", "true");
    element.setAttribute("aria-readonly", "true");
    element.setAttribute("aria-label", this.#options.ariaLabel);
    if (this.#options.onLink)
      element.setAttribute("aria-description", "Ctrl and click, or Enter, opens an address");
    this.root.toggleAttribute("data-long", this.text.length > LONG);
  }

  #watch(scope: Scope): void {
    for (const block of this.page.blocks.values())
      for (const line of this.#linesOf(block, FIRST_SIGHT)) this.#seen.add(line);
    const lines = scope.intersection(
      (entries) => {
        for (const { target, isIntersecting } of entries)
          if (isIntersecting) this.#seen.add(target);
          else this.#seen.delete(target);
        this.layout();
      },
      { rootMargin: MARGIN, scrollMargin: MARGIN },
    );
    const near = new Set<Element>();
    const blockOf = new Map<Element, Block>();
    const blocks = scope.intersection(
      (entries) => {
        for (const { target, isIntersecting } of entries)
          if (isIntersecting) near.add(target);
          else near.delete(target);
        for (const block of new Set(entries.map(({ target }) => blockOf.get(target) as Block)))
          for (const line of this.#linesOf(block))
            if (endsOf(block).some((end) => near.has(end))) lines.observe(line);
            else {
              lines.unobserve(line);
              this.#seen.delete(line);
            }
        this.layout();
      },
      { rootMargin: NEAR, scrollMargin: NEAR },
    );
    for (const block of this.page.blocks.values())
      for (const end of endsOf(block)) {
        blockOf.set(end, block);
        blocks.observe(end);
      }
    scope.resize(this.root, () => this.layout());
  }

  /** What is watched of a block that is near, as far as it begins before a unit. */
  #linesOf({ runs }: Block, before = Number.POSITIVE_INFINITY): ReadonlySet<Element> {
    const found = new Map<Element, Run[]>();
    for (const run of runs) {
      if (run.start >= before) break;
      const line = run.element.closest("[data-nb-apart]") ?? run.element;
      const known = found.get(line);
      if (known) known.push(run);
      else found.set(line, [run]);
    }
    for (const [line, inside] of found) this.#runsIn.set(line, inside);
    return new Set(found.keys());
  }

  /** The marks in sight, as they are to look now. */
  #visible(): PaintedText[] {
    const found = new Set<PaintedText>();
    for (const line of this.#seen)
      for (const { start, end } of this.#runsIn.get(line) ?? [])
        for (const painted of this.#marks.touching(start, end)) found.add(painted);
    return [...found].map((painted) => {
      const hovered = painted.mark.id === this.#hovered;
      const moved = this.#preview?.id === painted.mark.id ? this.#preview.stretch : {};
      return { ...painted, ...moved, hovered };
    });
  }

  #paint(): void {
    const visible = this.#visible();
    this.#painter.paint(visible);
    if (!this.#moved) return;
    this.#moved = false;
    this.overlay.show(visible, this.page.offsets);
    this.#options.onMove?.();
    this.#reveal();
  }
}

const endsOf = ({ element, last }: Block): readonly Element[] =>
  last ? [element, last] : [element];

export const inOrder = ({ anchor, focus }: Selected): Stretch => ({
  start: Math.min(anchor, focus),
  end: Math.max(anchor, focus),
});
