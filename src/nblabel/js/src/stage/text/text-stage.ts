import { effect, type ReadonlySignal } from "@preact/signals-core";
import type { Scope } from "../../base/scope";
import type { Granularity } from "../../core/segments";
import type { MarkStyle } from "../mark";
import { Body } from "./body";
import { listenToKeys } from "./keys";
import { listenToPointer } from "./pointer";

/** A span; start and end in code points, end exclusive. */
export interface TextMark extends MarkStyle {
  readonly start: number;
  readonly end: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface TextStageOptions {
  readonly scope: Scope;
  /** Unlike that of any other stage on the page. */
  readonly widgetId: string;
  /** Exactly as in the data, line endings and all. */
  readonly text: string;
  readonly marks: ReadonlySignal<readonly TextMark[]>;
  readonly granularity: () => Granularity;
  /** Whether a label is chosen, so that a selection becomes a span. */
  readonly canSelect: () => boolean;
  readonly ariaLabel: string;
  /** In code points, extended by granularity; never empty. */
  readonly onSelect: (span: Span) => void;
  /** Null: a place without a mark was clicked. */
  readonly onPick: (id: string | null, how: { additive: boolean }) => void;
  readonly onResize: (id: string, span: Span) => void;
  readonly onHover?: ((id: string | null) => void) | undefined;
  /** Opens an address of the text; without it addresses are mere text. */
  readonly onLink?: ((href: string) => void) | undefined;
  /** A right click or the context key; x and y are client coordinates. */
  readonly onContext?: ((id: string | null, at: { x: number; y: number }) => void) | undefined;
}

export interface TextStage {
  readonly element: HTMLElement;
  /** Scrolls a mark into sight. */
  focusMark(id: string): void;
  /** Shows a mark as if the pointer were on it, for a list beside the text. */
  highlight(id: string | null): void;
  /** Gives the text the keyboard focus. */
  focus(): void;
  /** Drops the selection or a running drag; false when there was none. */
  cancel(): boolean;
  /** Makes a span of the present selection, as Enter does; false when there is none. */
  commit(): boolean;
  dispose(): void;
}

/**
 * A text with marks, to select, change and pick.
 *
 * Plain DOM rather than a component: the text is built once and never rendered again.
 */
export function createTextStage(options: TextStageOptions): TextStage {
  const scope = options.scope.child();
  const body = new Body(scope, options);
  const pointer = listenToPointer(scope, body, options);
  const keys = listenToKeys(scope, body, pointer.cancel);
  scope.add(effect(() => body.setMarks(options.marks.value)));
  return {
    element: body.root,
    focusMark: (id) => body.show(id),
    highlight: (id) => body.highlight(id),
    focus: () => body.page.element.focus({ preventScroll: true }),
    cancel: keys.cancel,
    commit: () => body.commitSelection(),
    dispose: () => scope.dispose(),
  };
}
