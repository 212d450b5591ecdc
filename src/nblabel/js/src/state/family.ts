import type { ComponentChildren, VNode } from "preact";
import type { Size } from "../core/geometry";
import type { Element, Media, TaskView } from "../core/types";
import type { Editor } from "./editor";

export interface ViewProps {
  readonly element: Element;
  readonly editor: Editor;
  readonly children?: ComponentChildren;
}

/** How results of one geometry are read and written; one file a geometry, in tags/. */
export interface Geometry {
  /** Name of the geometry, and of its stage's kind. */
  readonly kind: string;
  /** Result types that carry it by themselves. */
  readonly types: readonly string[];
  /** Whether a value of another type (a separate `labels`, a per-region control) carries it. */
  fits(value: Readonly<Record<string, unknown>>): boolean;
  /** The words in the region list: where it is. */
  describe(value: Readonly<Record<string, unknown>>, media: Media | null): string;
  /** A copy's place, so that it does not hide what it was copied from. */
  shifted?(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Where it is a shape on an image: the stage's kind, and the way to and from its pixels. */
  readonly shape?: {
    readonly kind: object;
    read(value: Readonly<Record<string, unknown>>, size: Size): unknown;
    write(shape: unknown, size: Size): Record<string, unknown>;
  };
}

/** What one file of tags/ gives the editor. */
export interface Family {
  /** The view of each tag it draws. */
  readonly views: Readonly<Record<string, (props: ViewProps) => VNode | null>>;
  readonly geometry?: Geometry;
  /** What the hotkey of a Label or Choice in one of its controls does. */
  press?(editor: Editor, option: Element, control: Element): void;
  /** Makes ready what it will show of a task that comes next. */
  prepare?(editor: Editor, view: TaskView): void;
  /** What a command does while one of its objects is on screen ("tool:zoom-in"). */
  readonly commands?: Readonly<Record<string, (editor: Editor) => void>>;
}
