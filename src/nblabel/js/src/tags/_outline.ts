import { type Signal, signal } from "@preact/signals-core";
import { jsonOf } from "../base/bytes";
import { words } from "../base/words";
import type { Element } from "../core/types";
import type { Editor } from "../state/editor";

/** One option, as the kernel, task data or a service has it. */
export interface Option {
  readonly value: string;
  readonly alias?: string;
  readonly hint?: string;
  readonly html?: string;
  readonly color?: string;
  readonly readonly?: boolean;
  /** False where a service knows more options inside, which are asked for when it is opened. */
  readonly isLeaf?: boolean;
  children?: readonly Option[];
}

export type Path = readonly string[];

/** An option's place in a list of all of them, in which what is inside follows what it is in. */
export interface Node {
  readonly option: Option;
  readonly at: number;
  readonly depth: number;
  /** Where the option is that this one is in; -1 at the top. */
  readonly parent: number;
  /** Behind the last that is inside. */
  readonly end: number;
}

export const exported = ({ option }: Node): string => option.alias || option.value;

/** Whether there is something inside, or a service may have it. */
export const opens = (node: Node): boolean =>
  node.end > node.at + 1 || (node.option.isLeaf === false && !node.option.children);

/** All options of a control: a tree, however large, that is drawn and searched a part at a time. */
export class Outline {
  readonly nodes: readonly Node[];
  #texts: readonly string[] | null = null;

  constructor(readonly options: readonly Option[]) {
    const nodes: Node[] = [];
    const visit = (option: Option, parent: number, depth: number) => {
      const at = nodes.length;
      const node = { option, at, depth, parent, end: 0 };
      nodes.push(node);
      for (const child of option.children ?? []) visit(child, at, depth + 1);
      node.end = nodes.length;
    };
    for (const option of options) visit(option, -1, 0);
    this.nodes = nodes;
  }

  /** An option with those around it, outermost first. */
  line(node: Node): Node[] {
    const line: Node[] = [];
    for (let at: Node | undefined = node; at; at = this.nodes[at.parent]) line.unshift(at);
    return line;
  }

  path(node: Node): string[] {
    return this.line(node).map(exported);
  }

  /** The option that a path leads to; a step is an alias or a value. */
  found(path: Path): Node | undefined {
    let [from, end] = [0, this.nodes.length];
    let found: Node | undefined;
    for (const step of path) {
      found = undefined;
      let other: Node | undefined;
      for (let at = from; at < end; at = (this.nodes[at] as Node).end) {
        const node = this.nodes[at] as Node;
        if (exported(node) === step) {
          found = node;
          break;
        }
        if (node.option.value === step) other ??= node;
      }
      found ??= other;
      if (!found) return undefined;
      [from, end] = [found.at + 1, found.end];
    }
    return found;
  }

  /** What is shown: all that stands open, or what has every word, with what that is in. */
  rows(open: ReadonlySet<Option>, query: string): Node[] {
    const { nodes } = this;
    const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.length === 0) {
      const rows: Node[] = [];
      for (let at = 0; at < nodes.length; ) {
        const node = nodes[at] as Node;
        rows.push(node);
        at = open.has(node.option) ? at + 1 : node.end;
      }
      return rows;
    }
    this.#texts ??= nodes.map(({ option: { value, alias, hint } }) =>
      [value, alias, hint].join(" ").toLowerCase(),
    );
    const kept = new Uint8Array(nodes.length);
    for (const [at, text] of this.#texts.entries())
      if (wanted.every((word) => text.includes(word)))
        for (let up = at; up >= 0 && !kept[up]; up = (nodes[up] as Node).parent) kept[up] = 1;
    return nodes.filter(({ at }) => kept[at]);
  }

  /** Whether an option has every word itself, and is not only around one that has. */
  has(node: Node, query: string): boolean {
    const text = this.#texts?.[node.at] ?? "";
    const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
    return wanted.every((word) => text.includes(word));
  }

  /** The same with what a service has inside an option. */
  with(node: Node, children: readonly Option[]): Outline {
    node.option.children = children;
    return new Outline(this.options);
  }
}

const EMPTY = new Outline([]);

/** What came of each control: those of one task alone are kept for as long as it is on screen. */
interface Known {
  readonly key: string;
  readonly outline: Signal<Outline | null>;
}

const known = new WeakMap<Editor, Map<number, Known>>();

/** Asks the kernel for the options at the top of a control, or for those inside one. */
async function fetched(editor: Editor, control: Element, path: Path): Promise<readonly Option[]> {
  const index = editor.index ?? null;
  const about = { element: control.id, index, path };
  const { buffers } = await editor.wire.ask("options", about);
  return buffers[0] ? ((await jsonOf(buffers[0])) as Option[]) : [];
}

/** Whether its options are those of the task, and not of the config. */
function isOfTask(editor: Editor, control: Element): boolean {
  const tree = editor.tree.value;
  if (String(control.attributes.apiUrl ?? "").includes("$")) return true;
  return [...tree.ancestors(control)].some(({ tag }) => tag === "Repeater");
}

/** The options of a control, those of the task's data last; null until they are here. */
export function outlineOf(editor: Editor, control: Element): Outline | null {
  const of = known.get(editor) ?? new Map<number, Known>();
  known.set(editor, of);
  const given = editor.tree.value.attribute(control, "options") as readonly Option[] | undefined;
  const task = given || isOfTask(editor, control) ? editor.view.value?.key : "";
  const key = `${task}`;
  const before = of.get(control.id);
  if (before?.key === key) return before.outline.value;
  const outline = signal<Outline | null>(given ? new Outline(given) : null);
  of.set(control.id, { key, outline });
  fetched(editor, control, [])
    .then((options) => {
      if (options.length > 0 || !given) outline.value = new Outline([...options, ...(given ?? [])]);
    })
    .catch((error) => {
      outline.value ??= EMPTY;
      editor.tell(words(error));
    });
  return outline.value;
}

/** Asks for what is inside an option, where only a service knows it. */
export async function unfold(editor: Editor, control: Element, node: Node): Promise<void> {
  const at = known.get(editor)?.get(control.id)?.outline;
  const outline = at?.value;
  if (!at || !outline) return;
  try {
    const inside = await fetched(editor, control, outline.path(node));
    if (at.value === outline) at.value = outline.with(node, inside);
  } catch (error) {
    editor.tell(words(error));
  }
}
