import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { replace } from "../core/changes";
import { regionId, uuid } from "../core/ids";
import { geometryOf, isRegion, type Region } from "../core/regions";
import type { Edit, Element, Item, Result } from "../core/types";
import type { Editor } from "./editor";
import type { Geometry } from "./family";
import { accept } from "./suggestions";
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

/** Which labels are chosen, and what a chosen label does to regions. */
export class Labeling {
  /** The chosen labels of each control; an empty list is the "empty" label of allowEmpty. */
  readonly active: Signal<ReadonlyMap<string, readonly string[]>> = signal(new Map());
  /** What the labels of a control are searched for. */
  readonly query: Signal<ReadonlyMap<string, string>> = signal(new Map());
  readonly #editor: Editor;

  /** The labels of each control by what they are exported as. */
  readonly #known: ReadonlySignal<ReadonlyMap<number, ReadonlyMap<string, Element>>>;
  /** The colour of each label: its own, else the next of the palette that no other has. */
  readonly #colors: ReadonlySignal<ReadonlyMap<number, string>>;

  constructor(editor: Editor) {
    this.#editor = editor;
    const controls = () => this.#tree.elements.filter((at) => this.#tree.kind(at) === "control");
    this.#known = computed(() => {
      const exported = (label: Element) => [this.#tree.exported(label), label] as const;
      return new Map(
        controls().map((at) => [at.id, new Map(this.#tree.options(at).map(exported))]),
      );
    });
    this.#colors = computed(
      () => new Map(controls().flatMap((at) => colorsOf(this.#tree.options(at)))),
    );
  }

  get #tree(): Tree {
    return this.#editor.tree.value;
  }

  #name(element: Element): string {
    return this.#tree.text(element, "name");
  }

  /** The labels or choices of a control that its search leaves, in order. */
  shown(control: Element): readonly Element[] {
    const options = this.#tree.options(control);
    const query = this.query.value.get(this.#name(control))?.trim().toLowerCase();
    if (!query) return options;
    return options.filter((option) =>
      `${this.#tree.text(option, "value")} ${this.#tree.text(option, "alias")}`
        .toLowerCase()
        .includes(query),
    );
  }

  search(control: Element, query: string): void {
    this.query.value = new Map(this.query.value).set(this.#name(control), query);
  }

  /** Whether a control labels regions. */
  isLabeler(control: Element): boolean {
    const tag = this.#tree.tag(control);
    return tag?.kind === "control" && tag.region && /labels$/i.test(control.tag);
  }

  /** A label's colour. */
  color(label: Element): string {
    return this.#colors.value.get(label.id) ?? UNKNOWN;
  }

  /** The labels that a result names. */
  labelsOf(result: Result): { name: string; color: string; element: Element | undefined }[] {
    const control = this.#tree.named(result.from_name);
    const key = control && this.#tree.tag(control)?.valueKey;
    const value = result.value ?? {};
    const names = (key && value[key]) ?? (control && this.isLabeler(control) && value.labels);
    if (!control || !Array.isArray(names)) return [];
    const known = this.#known.value.get(control.id);
    return names.map(String).map((name) => {
      const element = known?.get(name);
      return { name, color: element ? this.color(element) : UNKNOWN, element };
    });
  }

  /** A region's labels, those of its labelling controls before what else is said of it. */
  regionLabels(region: Region): { name: string; color: string }[] {
    return region.items
      .filter(({ result }) => {
        const control = this.#tree.named(result.from_name);
        return control && this.isLabeler(control);
      })
      .flatMap(({ result }) => this.labelsOf(result));
  }

  /** A region's colour. */
  regionColor(region: Region, [label] = this.regionLabels(region)): string {
    if (label) return label.color;
    const control = this.#tree.named(region.items[0]?.result.from_name);
    const stroke = control?.attributes.strokeColor;
    return typeof stroke === "string" && CSS.supports("color", stroke) ? stroke : "#f48a42";
  }

  /** Labels chosen from the start. */
  reset(): void {
    if (this.#editor.settings.value.keepLabel && this.active.value.size > 0) return;
    const active = new Map<string, readonly string[]>();
    for (const control of this.#tree.elements) {
      if (!this.isLabeler(control)) continue;
      const chosen = this.#tree
        .options(control)
        .filter((label) => this.#tree.flag(label, "selected"));
      if (chosen.length > 0)
        active.set(
          this.#name(control),
          chosen.map((label) => this.#tree.exported(label)),
        );
    }
    this.active.value = active;
  }

  /** Results that hold from the start: choices with `selected`. */
  preselected(tree: Tree): Edit[] {
    let ordinal = 0;
    return tree.elements.flatMap((control) => {
      const tag = tree.tag(control);
      if (tag?.kind !== "control" || tag.region) return [];
      if (tree.flag(control, "perRegion") || tree.flag(control, "perItem")) return [];
      const chosen = tree.options(control).filter((option) => tree.flag(option, "selected"));
      if (chosen.length === 0 || !tag.valueKey) return [];
      const single = /^single/.test(tree.text(control, "choice") || "single");
      const values = (single ? chosen.slice(0, 1) : chosen).map((option) => tree.exported(option));
      const after = this.statement(control, { [tag.valueKey]: values }, tree);
      return [{ uid: uuid(), ordinal: ordinal++, before: null, after }];
    });
  }

  /** A new result of a control on the whole task. */
  statement(control: Element, value: Result["value"], tree: Tree = this.#tree): Result {
    const item = this.#editor.itemFor(control);
    return {
      id: regionId(),
      from_name: tree.text(control, "name"),
      to_name: tree.text(control, "toName"),
      type: control.tag.toLowerCase(),
      origin: "manual",
      ...(item === null ? {} : { item_index: item }),
      value: value ?? {},
    };
  }

  /** Chooses a label for what is drawn next, or relabels what is selected. */
  press(label: Element | null, control: Element): void {
    const regions = this.#editor.selected.value.filter(
      (region) => region.object === this.#tree.text(control, "toName"),
    );
    if (regions.length > 0) this.#relabel(label, control, regions);
    else this.#choose(label, control);
  }

  #choose(label: Element | null, control: Element): void {
    const active = new Map(this.active.value);
    const name = this.#name(control);
    const chosen = active.get(name);
    const next = label ? this.#toggled(control, chosen ?? [], this.#tree.exported(label)) : [];
    if (label ? next.length === 0 : chosen?.length === 0) active.delete(name);
    else active.set(name, next);
    this.active.value = active;
  }

  #toggled(control: Element, chosen: readonly string[], label: string): readonly string[] {
    if (chosen.includes(label)) return chosen.filter((other) => other !== label);
    return this.#tree.text(control, "choice") === "multiple" ? [...chosen, label] : [label];
  }

  #relabel(label: Element | null, control: Element, regions: readonly Region[]): void {
    const name = label && this.#tree.exported(label);
    const edits: Edit[] = [];
    let ordinal = this.#editor.nextOrdinal;
    for (const region of regions) {
      if (!this.fits(control, region)) continue;
      if (this.#editor.suggestions.value.includes(region)) {
        const key = this.#tree.tag(control)?.valueKey ?? "labels";
        const labels = name === null ? [] : [name];
        accept(this.#editor, region.items, (result) =>
          result.from_name === this.#name(control)
            ? { ...result, value: { ...result.value, [key]: labels } }
            : result,
        );
        continue;
      }
      if (!this.mayChange(region)) continue;
      const edit = this.#labelEdit(region, control, name, ordinal);
      if (edit) edits.push(edit);
      if (edit?.before === null) ordinal += 1;
    }
    if (
      edits.some(({ after }) => after) &&
      name !== null &&
      !this.#mayUse(control, name, edits.length)
    )
      return;
    if (edits.length > 0) this.#editor.commit({ edits });
  }

  #labelEdit(region: Region, control: Element, name: string | null, ordinal: number): Edit | null {
    const key = this.#tree.tag(control)?.valueKey ?? "labels";
    const item = region.items.find(({ result }) => result.from_name === this.#name(control));
    const present = item ? this.labelsOf(item.result).map((label) => label.name) : [];
    const labels = name === null ? [] : this.#toggled(control, present, name);
    const allowed = labels.length > 0 || this.#tree.flag(control, "allowEmpty");
    if (item) {
      const others = region.items.some((other) => other !== item);
      if (!allowed) return others ? replace(item, null) : null; // a region keeps its last label
      return replace(item, revised(item.result, { [key]: labels }));
    }
    const model = region.items[0]?.result;
    if (!model) return null;
    const own = this.#tree.named(model.from_name);
    const ownKey = own && this.#tree.tag(own)?.valueKey;
    const { [ownKey ?? ""]: _, ...place } = geometryOf(region);
    const after: Result = {
      ...model,
      from_name: this.#name(control),
      type: control.tag.toLowerCase(),
      value: { ...place, [key]: labels },
    };
    return { uid: uuid(), ordinal, before: null, after };
  }

  /** Whether a control's labels may stand on a region of this geometry. */
  fits(control: Element, region: Region): boolean {
    if (control.tag === "Labels") return true;
    const type = control.tag.toLowerCase();
    const plain = type.replace(/labels$/, "");
    return region.items.some(({ result }) => result.type === type || result.type === plain);
  }

  /** Whether a region may be changed: neither locked nor read-only. */
  mayChange(region: Region): boolean {
    return (
      !this.#editor.readOnly.value &&
      !this.#editor.locked.value.has(region.id) &&
      !region.items.some(({ result }) => result.readonly === true)
    );
  }

  /** Whether `more` further uses keep within maxUsages; tells it where not. */
  #mayUse(control: Element, name: string, more: number): boolean {
    const label = this.#tree
      .options(control)
      .find((option) => this.#tree.exported(option) === name);
    const limit =
      (label && this.#tree.number(label, "maxUsages")) ?? this.#tree.number(control, "maxUsages");
    if (limit === null) return true;
    const used = this.#editor.regions.value.filter((region) =>
      this.regionLabels(region).some((present) => present.name === name),
    ).length;
    if (used + more <= limit) return true;
    this.#editor.tell(`You can't use ${name} more than ${limit} time(s)`);
    return false;
  }

  /** The controls that drawing on an object speaks for now: chosen labels before plain tools. */
  drawing(object: Element): Element[] {
    const controls = this.#tree.controls(object);
    const active = controls.filter((control) => this.active.value.has(this.#name(control)));
    return [...active, ...controls.filter((control) => !this.isLabeler(control))];
  }

  /** The geometry that drawing on an object would make now; null where a label must be chosen. */
  drawable(object: Element, geometries: readonly Geometry[]): Geometry | null {
    for (const control of this.drawing(object)) {
      const type = control.tag.toLowerCase();
      const geometry = geometries.find(({ types }) => types.includes(type));
      if (geometry) return geometry;
    }
    return null;
  }

  /** The colour of what is drawn now. */
  drawColor(object: Element): string {
    for (const control of this.#tree.controls(object)) {
      const [name] = this.active.value.get(this.#name(control)) ?? [];
      const label = this.#tree
        .options(control)
        .find((option) => this.#tree.exported(option) === name);
      if (label) return this.color(label);
    }
    return "#f48a42";
  }

  /** Whether a span may be selected: a label of the object is chosen. */
  ready(object: Element): boolean {
    return this.#tree
      .controls(object)
      .some((control) => this.isLabeler(control) && this.active.value.has(this.#name(control)));
  }

  /** Makes a region with the chosen labels, as one gesture. */
  create(
    object: Element,
    geometry: Geometry,
    place: Result["value"],
    extra: Partial<Result>,
  ): void {
    const id = regionId();
    const controls = this.#tree.controls(object);
    const labelers = controls.filter(
      (control) =>
        this.isLabeler(control) &&
        this.active.value.has(this.#name(control)) &&
        (control.tag === "Labels" || geometry.types.includes(control.tag.toLowerCase())),
    );
    const shaped = labelers.some(({ tag }) => geometry.types.includes(tag.toLowerCase()));
    const tool = shaped
      ? undefined
      : controls.find((c) => !this.isLabeler(c) && geometry.types.includes(c.tag.toLowerCase()));
    const result = (control: Element, value: Result["value"]): Result => ({
      ...extra,
      id,
      from_name: this.#name(control),
      to_name: this.#name(object),
      type: control.tag.toLowerCase(),
      origin: "manual",
      value: value ?? {},
    });
    const results = tool ? [result(tool, place)] : [];
    for (const control of labelers) {
      const labels = this.active.value.get(this.#name(control)) ?? [];
      if (!labels.every((label) => this.#mayUse(control, label, 1))) return;
      const key = this.#tree.tag(control)?.valueKey ?? "labels";
      results.push(result(control, { ...place, [key]: labels }));
    }
    if (results.length === 0) return;
    let ordinal = this.#editor.nextOrdinal;
    this.#editor.commit({
      edits: results.map((after) => ({ uid: uuid(), ordinal: ordinal++, before: null, after })),
    });
    const { keepLabel, selectAfterCreating } = this.#editor.settings.value;
    if (!keepLabel && shaped !== false && !tool) this.#release(labelers);
    if (selectAfterCreating) this.#editor.selection.value = [id];
  }

  #release(controls: readonly Element[]): void {
    const active = new Map(this.active.value);
    for (const control of controls) active.delete(this.#name(control));
    this.active.value = active;
  }

  /** Moves or resizes regions, as one gesture; a suggestion is thereby accepted as changed. */
  reshape(places: readonly { region: Region; place: Record<string, unknown> }[]): void {
    const edits = places.flatMap(({ region, place }) => {
      if (this.#editor.suggestions.value.includes(region)) {
        accept(this.#editor, region.items, (result) => ({
          ...result,
          value: { ...result.value, ...place },
        }));
        return [];
      }
      if (!this.mayChange(region)) return [];
      return region.items.map((item) => replace(item, revised(item.result, place)));
    });
    if (edits.length > 0) this.#editor.commit({ edits });
  }

  /** Deletes the selected regions; selected suggestions are rejected by their own command. */
  remove(regions: readonly Region[]): void {
    const edits = regions
      .filter(
        (region) => this.mayChange(region) && !this.#editor.suggestions.value.includes(region),
      )
      .flatMap((region) => region.items.map((item) => replace(item, null)));
    if (edits.length > 0) this.#editor.commit({ edits });
  }

  /** Copies regions, a little aside. */
  duplicate(regions: readonly Region[], geometries: readonly Geometry[]): void {
    let ordinal = this.#editor.nextOrdinal;
    const made: string[] = [];
    const edits = regions
      .filter((region) => !this.#editor.suggestions.value.includes(region))
      .flatMap((region) => {
        const id = regionId();
        made.push(id);
        const place = geometryOf(region);
        const shifted = geometries.find((geometry) => geometry.fits(place))?.shifted?.(place) ?? {};
        return region.items.map(({ result }) => ({
          uid: uuid(),
          ordinal: ordinal++,
          before: null,
          after: { ...result, id, origin: "manual", value: { ...result.value, ...shifted } },
        }));
      });
    if (edits.length === 0) return;
    this.#editor.commit({ edits });
    this.#editor.selection.value = made;
  }

  /** What was said of the task, in few words. */
  summary(): string {
    const said = this.#editor.items.value
      .filter(({ result }) => !isRegion(result) && result.type !== "relation")
      .flatMap(({ result }) => Object.values(result.value ?? {}).flat(2))
      .map(String);
    const regions = this.#editor.regions.value.length;
    return [...said, ...(regions > 0 ? [String(regions)] : [])].join(", ") || "–";
  }
}

function colorsOf(labels: readonly Element[]): [number, string][] {
  const own = (label: Element) => {
    const given = label.attributes.background ?? label.attributes.color;
    return typeof given === "string" && CSS.supports("color", given) ? given : undefined;
  };
  const taken = new Set(labels.map((label) => own(label)?.toLowerCase()));
  const free = PALETTE.filter((color) => !taken.has(color));
  const palette = free.length > 0 ? free : PALETTE;
  let next = 0;
  return labels.map((label) => [
    label.id,
    own(label) ?? (palette[next++ % palette.length] as string),
  ]);
}

/** A changed copy of a result; what a model said and a person changed is marked so. */
export function revised(result: Result, value: Readonly<Record<string, unknown>>): Result {
  const origin = result.origin === "prediction" ? { origin: "prediction-changed" } : {};
  return { ...result, ...origin, value: { ...result.value, ...value } };
}

/** The item of a region that a control made. */
export function itemOf(region: Region, control: string): Item | undefined {
  return region.items.find(({ result }) => result.from_name === control);
}
