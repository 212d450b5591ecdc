/** One Label Studio result item, exactly as its JSON has it; unknown fields stay where they are. */
export interface Result {
  readonly id?: string;
  readonly type?: string;
  readonly from_name?: string;
  readonly to_name?: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** A result with an identity and an order of its own: `result.id` repeats and may be missing. */
export interface Item {
  readonly uid: string;
  readonly ordinal: number;
  readonly result: Result;
}

/** What one change does to one item; exchanging before and after is its inverse. */
export interface Edit {
  readonly uid: string;
  readonly ordinal: number;
  readonly before: Result | null;
  readonly after: Result | null;
}

export type State = "draft" | "submitted" | "skipped";

export interface Annotation {
  readonly uid: string;
  readonly key: string;
  readonly annotator: string | null;
  readonly state: State;
  readonly pending: boolean;
  readonly revision: number;
  readonly items: readonly Item[];
  /** Suggestions that were accepted, changed or rejected. */
  readonly settled: readonly string[];
  readonly leadTime: number | null;
  readonly updatedAt: string;
  readonly parentPrediction: number | string | null;
}

export interface Prediction {
  readonly id: number | string;
  readonly results: readonly Result[];
  readonly score: number | null;
  readonly modelVersion: string | null;
}

export type Action = "edit" | "submit" | "skip" | "reopen";

/** Whether a person did it, or took it back, or did it again. */
export type Kind = "gesture" | "undo" | "redo";

/** One entry of the store's log, as it comes back after a reload. */
export interface LoggedGesture {
  readonly key: string;
  readonly index: number | null;
  readonly action: Action;
  readonly kind: Kind;
  /** The annotation's state before and after it. */
  readonly stateBefore: State;
  readonly state: State;
  readonly edits: readonly Edit[];
}

/** One gesture on one annotation, bound to the task that was on screen when it was made. */
export interface Change {
  readonly key: string;
  /** The row that was on screen, where the kernel looks first; null where nobody knows. */
  readonly index: number | null;
  readonly annotation: string;
  readonly base: number;
  readonly client: string;
  readonly seq: number;
  readonly at: string;
  readonly action: Action;
  readonly kind: Kind;
  readonly edits: readonly Edit[];
  readonly leadTime: number;
  readonly digest: string;
  readonly parentPrediction: number | string | null;
}

/** One element of the labeling config; attributes are typed and hold the tag's defaults. */
export interface Element {
  readonly id: number;
  readonly tag: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly children: readonly Element[];
  readonly body?: string;
}

/** What can be shown of an object tag's value; one of bytes, url, levels and problem is set. */
export interface Media {
  readonly mime: string | null;
  readonly bytes?: DataView;
  readonly url: string | null;
  readonly width: number | null;
  readonly height: number | null;
  /** Of an image too large to be sent whole: how often it is halved until it is small. */
  readonly levels: number;
  readonly problem: string | null;
}

/** Everything needed to show and edit one task. */
export interface TaskView {
  readonly index: number;
  readonly key: string;
  readonly digest: string;
  readonly values: Readonly<Record<number, Readonly<Record<string, unknown>>>>;
  readonly children: Readonly<Record<number, readonly Element[]>>;
  /** What object tags show, in the order of `item_index`: one for a value, several for a list. */
  readonly media: Readonly<Record<number, readonly Media[]>>;
  readonly annotation: Annotation | null;
  readonly others: readonly Annotation[];
  readonly predictions: readonly Prediction[];
  readonly problems: readonly string[];
  readonly changed: boolean;
}
