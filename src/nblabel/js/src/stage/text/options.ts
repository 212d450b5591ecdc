import type { ReadonlySignal } from "@preact/signals-core";
import type { Scope } from "../../base/scope";
import type { Granularity } from "../../core/segments";
import type { MarkStyle } from "../mark";
import type { Told } from "../stage";
import type { Page } from "./page";

/** A span; start and end in code points, end exclusive. */
export interface TextMark extends MarkStyle {
  readonly start: number;
  readonly end: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface TextStageOptions extends Told {
  readonly scope: Scope;
  /** Unlike that of any other stage on the page. */
  readonly widgetId: string;
  /** The text, exactly as in the data, line endings and all. */
  readonly page: Page;
  readonly marks: ReadonlySignal<readonly TextMark[]>;
  readonly granularity: () => Granularity;
  /** Whether a selection leaves out the blanks at its ends, by whatever it is extended. */
  readonly trims?: () => boolean;
  /** Whether a label is chosen, so that a selection becomes a span. */
  readonly canSelect: () => boolean;
  readonly ariaLabel: string;
  /** In code points, extended by granularity; never empty. */
  readonly onSelect: (span: Span) => void;
  /** Where a selection ends that waits for a label, in client coordinates; null where none does. */
  readonly onWaiting?: ((end: { x: number; y: number } | null) => void) | undefined;
  readonly onResize: (id: string, span: Span) => void;
  /** Opens an address of the text; without it addresses are mere text. */
  readonly onLink?: ((href: string) => void) | undefined;
}
