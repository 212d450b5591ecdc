import type { ReadonlySignal } from "@preact/signals-core";
import type { Scope } from "../../base/scope";
import type { Granularity } from "../../core/segments";
import type { MarkStyle } from "../mark";

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
