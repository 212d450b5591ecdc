import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Region } from "../core/regions";
import type { Element, Result } from "../core/types";
import type { Settings } from "./settings";
import type { Tree } from "./tree";

/** Told apart by people who see few colours, and dark enough to carry white text. */
const PALETTE = [
  "#d6336c",
  "#2f9e44",
  "#1c7ed6",
  "#e8890c",
  "#7048e8",
  "#0c8599",
  "#a0522d",
  "#5f6b7a",
  "#b5179e",
  "#6a8d00",
];
/** The colour of a label that the config does not have. */
const UNKNOWN = "#5f6b7a";
/** The colour of a region that has no label. */
const BARE = "#f48a42";

/** The colour of the n-th of what has none of its own. */
export const paletteColor = (n: number): string => PALETTE[n % PALETTE.length] as string;

/** More labels than this are searched rather than looked through. */
export const MANY = 24;
/** So many labels are remembered as used last. */
const RECENT = 12;

/** A label, or the path to one that stands in a tree of them. */
export type Named = string | readonly string[];

/** The colour of the label that a path leads to; undefined where there is none. */
export type PathColor = (path: readonly string[]) => string | undefined;

/** A label that a result names. */
export interface NamedLabel {
  /** What it is exported as; as the result has it where the config does not know it. */
  readonly name: string;
  readonly color: string;
  readonly element: Element | undefined;
}

/** The labels of the config: what results say with them, and which are taken for drawing. */
export class Labels {
  /** The chosen labels of each control; an empty list is the "empty" label of allowEmpty. */
  readonly active: Signal<ReadonlyMap<string, readonly Named[]>> = signal(new Map());
  /** The ids of the labels used last, as they were when the task began: none moves meanwhile. */
  readonly recent: Signal<readonly number[]> = signal([]);
  #used: readonly number[] = [];
  /** The controls whose label is let go of once something is drawn with it. */
  readonly once: Signal<ReadonlySet<string>> = signal(new Set());
  /** The colours of labels that stand in a tree, by the name of their control. */
  readonly inTrees: Signal<ReadonlyMap<string, PathColor>> = signal(new Map());
  readonly #now: ReadonlySignal<Tree>;
  readonly #settings: ReadonlySignal<Settings>;
  /** The options of each control by what they are exported as, and by their values. */
  readonly #known: ReadonlySignal<ReadonlyMap<number, ReadonlyMap<string, Element>>>;
  /** The colour of each label: its own, else the next of the palette that no other has. */
  readonly #colors: ReadonlySignal<ReadonlyMap<number, string>>;

  constructor(tree: ReadonlySignal<Tree>, settings: ReadonlySignal<Settings>) {
    this.#now = tree;
    this.#settings = settings;
    const controls = () => this.#tree.elements.filter((at) => this.#tree.role(at) === "control");
    this.#known = computed(() => new Map(controls().map((at) => [at.id, this.#namesOf(at)])));
    // One row of colours for all labels: several controls may mark one object.
    this.#colors = computed(() => {
      const labelling = controls().filter((at) => this.#tree.labels(at));
      const labels = labelling.flatMap((at) => this.#tree.options(at));
      return new Map(colorsOf(labels, (label) => this.#template(label)));
    });
  }

  get #tree(): Tree {
    return this.#now.value;
  }

  #name(element: Element): string {
    return this.#tree.text(element, "name");
  }

  /** What the copies of a label have in common that a Repeater makes; of others they themselves. */
  #template(label: Element): string {
    const [control] = [...this.#tree.ancestors(label)].filter((at) => this.#tree.labels(at));
    const repeated = [...this.#tree.ancestors(label)].some(({ tag }) => tag === "Repeater");
    if (!control || !repeated) return `${label.id}`;
    return `${this.#name(control).replace(/\d+/g, "#")} ${this.#tree.text(label, "value")}`;
  }

  /** Label Studio takes a value for its alias; what one option is exported as comes first. */
  #namesOf(control: Element): ReadonlyMap<string, Element> {
    const options = this.#tree.options(control);
    const by = (name: (option: Element) => string) =>
      options.map((option) => [name(option), option] as const).reverse();
    return new Map([
      ...by((option) => this.#tree.text(option, "value")),
      ...by((option) => this.#tree.exported(option)),
    ]);
  }

  /** The label or choice of a control that a result names, by its alias or its value. */
  named(control: Element, name: Named): Element | undefined {
    return this.#known.value.get(control.id)?.get(name as string);
  }

  /** What a control's label or choice is exported as, whichever of its names is given. */
  exported(control: Element, name: string): string {
    const option = this.named(control, name);
    return option ? this.#tree.exported(option) : name;
  }

  /** A label's colour. */
  color(label: Element): string {
    return this.#colors.value.get(label.id) ?? UNKNOWN;
  }

  /** The labels that a result names. */
  labelsOf(result: Result): NamedLabel[] {
    const control = this.#tree.named(result.from_name);
    const key = control && this.#tree.tag(control)?.valueKey;
    const value = result.value ?? {};
    const names = (key && value[key]) ?? (control && this.#tree.labels(control) && value.labels);
    if (!control || !Array.isArray(names)) return [];
    return names
      .map((name) => [name].flat())
      .map((path) => {
        const name = path.join(" / ");
        const element = this.named(control, name);
        if (!element) {
          const color = this.inTrees.value.get(this.#name(control))?.(path.map(String));
          return { name, color: color ?? UNKNOWN, element };
        }
        return { name: this.#tree.exported(element), color: this.color(element), element };
      });
  }

  /** A region's labels, without what else is said of it. */
  regionLabels(region: Region): NamedLabel[] {
    return region.items
      .filter(({ result }) => {
        const control = this.#tree.named(result.from_name);
        return control && this.#tree.labels(control);
      })
      .flatMap(({ result }) => this.labelsOf(result));
  }

  /** A region's colour. */
  regionColor(region: Region, [label] = this.regionLabels(region)): string {
    if (label) return label.color;
    const control = this.#tree.named(region.items[0]?.result.from_name);
    const stroke = control?.attributes.strokeColor;
    return typeof stroke === "string" && CSS.supports("color", stroke) ? stroke : BARE;
  }

  /** The labels taken at the beginning of a task: those that the config says, or those kept. */
  reset(): void {
    this.recent.value = this.#used;
    if (this.#settings.value.keepLabel && this.active.value.size > 0) return;
    const active = new Map<string, readonly Named[]>();
    for (const control of this.#tree.elements) {
      if (!this.#tree.labels(control)) continue;
      const chosen = this.#tree
        .options(control)
        .filter((label) => this.#tree.flag(label, "selected"))
        .map((label) => this.#tree.exported(label));
      if (chosen.length > 0) active.set(this.#name(control), chosen);
    }
    this.active.value = active;
  }

  /** Remembers a label as the one used last. */
  use({ id }: Element): void {
    this.#used = [id, ...this.#used.filter((other) => other !== id)].slice(0, RECENT);
  }

  /** Of many labels those used last come first. */
  recentFirst<T>(labels: readonly T[], id: (label: T) => number): readonly T[] {
    if (labels.length <= MANY) return labels;
    const { value: recent } = this.recent;
    const at = (label: T) => (recent.includes(id(label)) ? recent.indexOf(id(label)) : RECENT);
    return labels.toSorted((a, b) => at(a) - at(b));
  }

  /** The labels of a control that are taken; undefined where none is. */
  taken(control: Element): readonly Named[] | undefined {
    return this.active.value.get(this.#name(control));
  }

  /**
   * Takes a label for what is drawn next, or lets go of it; null is the "empty" label. Where labels
   * stay taken, pressing one again takes it to stay.
   */
  take(label: Element | null, control: Element): void {
    const active = new Map(this.active.value);
    const chosen = this.taken(control);
    const name = label && this.#tree.exported(label);
    const stays = this.#settings.value.keepLabel && chosen?.length === 1 && chosen[0] === name;
    const next = name === null ? [] : stays ? [name] : this.toggled(control, chosen ?? [], name);
    if (name === null ? chosen?.length === 0 : next.length === 0)
      active.delete(this.#name(control));
    else active.set(this.#name(control), next);
    for (const other of this.#drawnOtherwise(control)) active.delete(this.#name(other));
    this.active.value = active;
    this.keep(control, true);
  }

  /** The controls of the same object that draw another shape: one shape is drawn at a time. */
  #drawnOtherwise(control: Element): Element[] {
    const object = this.#tree.named(this.#tree.text(control, "toName"));
    if (!object || control.tag === "Labels") return [];
    return this.#tree
      .controls(object)
      .filter((at) => this.#tree.labels(at) && at.tag !== "Labels" && at.tag !== control.tag);
  }

  /** Whether a control's label stays taken when something was drawn with it. */
  keeps(control: Element): boolean {
    return this.#settings.value.keepLabel && !this.once.value.has(this.#name(control));
  }

  /** Has a control's label stay taken, or only once. */
  keep(control: Element, stays: boolean): void {
    const once = new Set(this.once.value);
    if (stays) once.delete(this.#name(control));
    else once.add(this.#name(control));
    this.once.value = once;
  }

  release(controls: readonly Element[]): void {
    const active = new Map(this.active.value);
    for (const control of controls) active.delete(this.#name(control));
    this.active.value = active;
  }

  /** The labels after one was pressed; those that stay are left as they were written. */
  toggled(control: Element, labels: readonly Named[], label: string): readonly Named[] {
    const others = labels.filter((other) => this.exported(control, other as string) !== label);
    if (others.length < labels.length) return others;
    return this.#tree.text(control, "choice") === "multiple" ? [...labels, label] : [label];
  }

  /** The labelling controls of an object that have a label taken. */
  ready(object: Element): Element[] {
    return this.#tree
      .controls(object)
      .filter((control) => this.#tree.labels(control) && this.taken(control));
  }

  /** The colour of what is drawn on an object now. */
  drawColor(object: Element): string {
    for (const control of this.ready(object)) {
      const [name] = this.taken(control) ?? [];
      const label = name === undefined ? undefined : this.named(control, name);
      if (label) return this.color(label);
    }
    return BARE;
  }
}

function colorsOf(
  labels: readonly Element[],
  template: (label: Element) => string,
): [number, string][] {
  const own = (label: Element) => {
    const given = label.attributes.background ?? label.attributes.color;
    return typeof given === "string" && CSS.supports("color", given) ? given : undefined;
  };
  const taken = new Set(labels.map((label) => own(label)?.toLowerCase()));
  const free = PALETTE.filter((color) => !taken.has(color));
  const palette = free.length > 0 ? free : PALETTE;
  const given = new Map<string, string>();
  return labels.map((label) => {
    const name = template(label);
    const color = own(label) ?? given.get(name) ?? palette[given.size % palette.length];
    if (!own(label)) given.set(name, color as string);
    return [label.id, color as string];
  });
}
