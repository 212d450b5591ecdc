import type { ComponentChild, ComponentChildren, VNode } from "preact";
import type { Size } from "../core/geometry";
import type { Region, Value } from "../core/regions";
import type { Element, Media, Result, TaskView } from "../core/types";
import type { Packing } from "../wire/wire";
import type { Editor } from "./editor";
import type { Tree } from "./tree";

export interface ViewProps {
  readonly element: Element;
  readonly editor: Editor;
  readonly children?: ComponentChildren;
  /** What a form asks about where it stands beside just that; else what is selected. */
  readonly subject?: Subject;
}

/** What an answer is about: a region, an item of a list, or, with neither, the whole task. */
export interface Subject {
  readonly region: Region | null;
  readonly item: number | null;
}

/** A tool of an image: its command, and the path of its icon in a box of 16 by 16. */
export interface Tool {
  readonly name: string;
  readonly command: string;
  readonly words: string;
  readonly icon: string;
  /** Whether it only changes what is selected. */
  readonly changes?: true;
}

/** How results say where a region is; one file a geometry, in tags/. */
export interface Place {
  /** Its name, and that of the tool which draws it. */
  readonly name: string;
  /** The tags of the objects that have such regions. */
  readonly objects: readonly string[];
  /** Result types that carry it by themselves. */
  readonly types: readonly string[];
  /** The keys of `value` that say it; a value without the first does not. */
  readonly keys: readonly string[];
  /** Where it is, and how large. */
  describe(value: Value, media: Media | null): string;
  /** The words that it marks, where the value does not have them; "" where they are not known. */
  marked?(editor: Editor, object: Element, value: Value): string;
  /** A copy's place, so that it does not hide what it was copied from. */
  shifted?(value: Value): Value;
  /**
   * Where a copy from elsewhere lies on an object; a text says why nowhere. Without it a shape lies
   * where it lay, words where the same ones stand, and anything else stays on its own data.
   */
  pasted?(
    editor: Editor,
    object: Element,
    value: Value,
    from: { readonly result: Result; readonly words: string },
  ): Value | string;
  /** The tool that draws it, which has its name; and others that do. */
  readonly tool?: Omit<Tool, "name">;
  tools?(editor: Editor, object: Element): readonly Tool[];
  /** What stands beside the tools while one of them is in hand. */
  options?(props: ViewProps): VNode | null;
  /** Whether what is drawn next goes on with what was drawn: that is selected, its label kept. */
  readonly goesOn?: true;
  /** Where it is a shape on an image: the stage's figure, and the way to and from its pixels. */
  readonly shape?: {
    readonly figure: object;
    /** How it is drawn where its control does not say. */
    readonly style?: object;
    /** A text says why it cannot be drawn; undefined: it is not known yet. */
    read(value: Value, size: Size, result?: Result): unknown;
    /** Null where nothing is left of it. */
    write(shape: unknown, size: Size): Record<string, unknown> | null;
    /** What its pen is told of an object, and of the control that is drawn with. */
    ground?(editor: Editor, object: Element, control: Element | undefined): object;
  };
}

/** How a control is answered that asks for more than a region. */
export interface Form {
  /** Whether a value says nothing; by default where the control's own key holds nothing. */
  isEmpty?(value: Value): boolean;
  /** What is said from the start, of the task or of a region that is made. */
  initial?(tree: Tree, control: Element): Value | undefined;
  /** What was begun and is said with the next answer: text that was typed, a default; null unsays. */
  pending?(editor: Editor, control: Element, subject: Subject): Value | null | undefined;
  /** That was said. */
  settled?(editor: Editor, control: Element, subject: Subject): void;
  /** What to say where it is required and missing. */
  missing?(name: string): string;
  /** What is wrong with a value, required or not. */
  problem?(editor: Editor, control: Element, value: Value | undefined): string | null;
  /** Every name of what is chosen, where conditions ask for it and its options are no elements. */
  names?(editor: Editor, control: Element, value: Value): readonly string[];
  /** An answer in few words, for lists; null where it is not to be shown there. */
  words?(value: Value): string | null;
}

/** What keys do that are assigned to the elements of a control. */
export interface Hotkeys {
  /** The elements that get keys; by default the control's labels or choices. */
  of?(editor: Editor, control: Element): readonly Element[];
  run(editor: Editor, element: Element, control: Element): void;
}

/** What a control puts around an object that it is about. */
export interface Frame {
  readonly class: string;
  /** CSS of the config's author. */
  readonly style: string;
  onClick(event: MouseEvent): void;
}

/** What stands in the way of submitting. */
export interface MissingProblem {
  readonly text: string;
  readonly control: Element;
  /** The region that lacks it. */
  readonly region?: string;
  /** The item of an object's list that lacks it. */
  readonly item?: { readonly object: string; readonly at: number };
}

/** What one file of tags/ gives the editor. */
export interface Family {
  /** The view of each tag it draws. */
  readonly views: Readonly<Record<string, (props: ViewProps) => VNode | null>>;
  readonly form?: Form;
  readonly places?: readonly Place[];
  readonly hotkeys?: Hotkeys;
  /**
   * What a command does where one of its tags is in the config ("tool:zoom-in"); false where there
   * is nothing for it to do now, so that its key is the host's.
   */
  readonly commands?: Readonly<Record<string, (editor: Editor) => unknown>>;
  /** Its part of the shadow root's style sheet. */
  readonly styles?: string;
  /** What results of regions on one of its objects hold beside their value. */
  fields?(editor: Editor, object: Element, item: number): Partial<Result>;
  /** What stands around an object while it is drawn; null where it is nothing to this family. */
  frame?(editor: Editor, object: Element): Frame | null;
  /** The list of all regions, and the order in which it has them. */
  readonly list?: {
    readonly View: (props: {
      readonly editor: Editor;
      /** What lists the relations between them, once there are some. */
      readonly relations: ((props: { editor: Editor }) => ComponentChild) | null;
    }) => VNode | null;
    order(editor: Editor): readonly Region[];
  };
  /** What stands in the way of submitting besides answers: a region that is only begun. */
  unfinished?(editor: Editor): MissingProblem | undefined;
  /** How bytes in results travel. */
  readonly packing?: Packing;
  /**
   * Whether an element is out of sight just now: a control on another page, which then takes no
   * keys, or a label or choice that is filtered out.
   */
  hides?(editor: Editor, element: Element): boolean;
  /** Makes ready what it will show of a task that comes next. */
  prepare?(editor: Editor, view: TaskView): void;
}
