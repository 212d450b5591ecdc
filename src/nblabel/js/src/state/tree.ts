import type { Element, TaskView } from "../core/types";

/** What Python declares of a tag (core/tag.py) and the browser needs. */
export interface TagSpec {
  readonly role: "object" | "control" | "label" | "visual";
  readonly valueKey: string;
  readonly region: boolean;
  /** The tag that its children are ("Label"), or "". */
  readonly children: string;
  readonly objects: readonly string[];
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** Something that keys do: `core/tag.py` says more of it. */
export interface Command {
  readonly keys: readonly string[];
  readonly words: string;
  /** Whether a person gave it its keys. */
  readonly given?: boolean;
}

/** The `spec` trait: all that is the same for every task. */
export interface Spec {
  readonly version: string;
  readonly hash: string;
  /** The families of tags that the config needs, by the names of their files. */
  readonly families: readonly string[];
  readonly protocol: number;
  readonly store: string;
  readonly storeName: string;
  readonly project: string;
  readonly annotator: string | null;
  readonly rows: number;
  /** What was done when the labeler was made, or, in a saved notebook, was seen last. */
  readonly done: number;
  /** Protocols that HTML and styles of a config or its data may fetch with. */
  readonly protocols: readonly string[];
  readonly advance: boolean;
  readonly root: Element;
  readonly tags: Readonly<Record<string, TagSpec>>;
  /** What keys do, by name; a later key wins over an earlier one. */
  readonly commands: Readonly<Record<string, Command>>;
  readonly problems: readonly string[];
}

/** The labeling config, with the task's data in place of its `$variables`. */
export class Tree {
  readonly root: Element;
  readonly #tags: Spec["tags"];
  readonly #view: TaskView | null;
  readonly #names = new Map<string, Element>();
  readonly #parents = new Map<number, Element>();
  readonly #elements: Element[] = [];

  constructor(spec: Pick<Spec, "root" | "tags">, view: TaskView | null) {
    this.root = spec.root;
    this.#tags = spec.tags;
    this.#view = view;
    const visit = (element: Element) => {
      this.#elements.push(element);
      const name = this.text(element, "name");
      if (name && this.role(element) !== "label") this.#names.set(name, element);
      for (const child of this.children(element)) {
        this.#parents.set(child.id, element);
        visit(child);
      }
    };
    visit(this.root);
  }

  /** Every element in document order, those made from the task's data included. */
  get elements(): readonly Element[] {
    return this.#elements;
  }

  /** The elements inside, those made from the task's data after those of the config. */
  children(element: Element): readonly Element[] {
    const dynamic = this.#view?.children[element.id];
    return dynamic ? [...element.children, ...dynamic] : element.children;
  }

  parent(element: Element): Element | undefined {
    return this.#parents.get(element.id);
  }

  /** The element and what it stands in, innermost first. */
  *ancestors(element: Element): Iterable<Element> {
    for (let at: Element | undefined = element; at; at = this.parent(at)) yield at;
  }

  named(name: string | undefined): Element | undefined {
    return name === undefined ? undefined : this.#names.get(name);
  }

  tag(element: Element): TagSpec | undefined {
    return this.#tags[element.tag];
  }

  role(element: Element): TagSpec["role"] | undefined {
    return this.tag(element)?.role;
  }

  /** An attribute's value: the task's, else the config's, else the tag's default. */
  attribute(element: Element, name: string): unknown {
    return (
      this.#view?.values[element.id]?.[name] ??
      element.attributes[name] ??
      this.tag(element)?.defaults[name]
    );
  }

  text(element: Element, name: string): string {
    const value = this.attribute(element, name);
    return value === undefined || value === null ? "" : String(value);
  }

  flag(element: Element, name: string): boolean {
    const value = this.attribute(element, name);
    return value === true || value === "true";
  }

  number(element: Element, name: string): number | null {
    const value = this.attribute(element, name);
    if (value === undefined || value === null || value === "") return null;
    const number = Number(value);
    return Number.isFinite(number) ? number : null;
  }

  /** What a Label or Choice is exported as: its alias, else its value. */
  exported(child: Element): string {
    return this.text(child, "alias") || this.text(child, "value");
  }

  /** The control tags aimed at an object. */
  controls(object: Element): Element[] {
    const name = this.text(object, "name");
    return this.#elements.filter(
      (element) => this.role(element) === "control" && this.text(element, "toName") === name,
    );
  }

  /** What a control's results name as their object: the first of several, a comparison itself. */
  target(control: Element): string {
    const [first = ""] = this.text(control, "toName").split(",");
    return control.tag === "Pairwise" ? this.text(control, "name") : first.trim();
  }

  /** Whether a control labels regions. */
  labels(control: Element): boolean {
    const tag = this.tag(control);
    if (tag?.role !== "control") return false;
    return tag.region ? tag.children === "Label" : this.flag(control, "labeling");
  }

  /** Labels and choices of a control, nested ones included. */
  options(control: Element): Element[] {
    const inside = (element: Element): Element[] =>
      this.children(element).flatMap((child) =>
        this.role(child) === "label" ? [child, ...inside(child)] : inside(child),
      );
    return inside(control);
  }

  /** The control that a Label or Choice belongs to. */
  control(child: Element): Element | undefined {
    for (const element of this.ancestors(child))
      if (this.role(element) === "control") return element;
    return undefined;
  }
}
