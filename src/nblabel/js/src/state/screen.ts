import { type Signal, signal } from "@preact/signals-core";
import type { Element, Item, Prediction, Result } from "../core/types";

export interface Notice {
  readonly text: string;
  readonly tone: "error" | "warning" | "info";
}

export type Panel = "keys" | "settings" | "finder" | "search";

/** Where a menu is, and of which object. */
export interface Menu {
  readonly x: number;
  readonly y: number;
  readonly object: string;
}

/** What was drawn for a model to answer, until the answer is accepted or all of it is dropped. */
export interface Prompt {
  /** The newest question. */
  readonly question: string;
  readonly drawn: readonly Result[];
  /** Whether its answer is still to come. */
  readonly waits: boolean;
  readonly failed?: boolean;
  /** What the model answers: suggestions. */
  readonly items: readonly Item[];
}

/** A shape on its way: dropped, kept as it is, its last point taken back and set again. */
export interface Begun {
  drop(): void;
  leave(): void;
  back(): void;
  again(): void;
}

/** What is on screen and saved nowhere: what is selected, open, in hand, told. */
export class Screen {
  readonly notices: Signal<readonly Notice[]> = signal([]);
  /** Ids of the selected regions, in the order of selection. */
  readonly selection: Signal<readonly string[]> = signal([]);
  readonly hovered: Signal<string | null> = signal(null);
  readonly hidden: Signal<ReadonlySet<string>> = signal(new Set());
  readonly locked: Signal<ReadonlySet<string>> = signal(new Set());
  /** The control that stands in the way of submitting. */
  readonly asked: Signal<{ readonly control: Element } | null> = signal(null);
  /** Which item is on screen, by the name of an object that shows several. */
  readonly shown: Signal<ReadonlyMap<string, number>> = signal(new Map());
  /** The uid of somebody else's annotation that is being looked at. */
  readonly looking: Signal<string | null> = signal(null);
  /** From which region a relation is drawn, and to which, once that is picked. */
  readonly relating: Signal<{ readonly from: string; readonly to?: string } | null> = signal(null);
  /** The uid of the relation that the pointer or the keyboard is on in the list. */
  readonly related: Signal<string | null> = signal(null);
  readonly showsRelations: Signal<boolean> = signal(true);
  /** The region whose note is being written. */
  readonly noting: Signal<string | null> = signal(null);
  /** What the list of regions is narrowed to: all of these words. */
  readonly narrowed: Signal<string> = signal("");
  /** The tool in hand: a place that is drawn, "move", "pan"; "" is an object's first. */
  readonly tool: Signal<string> = signal("");
  /** The shape that was begun and is not whole yet. */
  readonly drawing: Signal<Begun | null> = signal(null);
  /** Whether there is a model that can be asked with what is drawn. */
  readonly prompts: Signal<boolean> = signal(false);
  readonly prompt: Signal<Prompt | null> = signal(null);
  /** The prediction that a person wants suggested; null for the best. */
  readonly wanted: Signal<Prediction["id"] | null> = signal(null);
  /** Where the context menu is open, in px of the widget. */
  readonly menu: Signal<Menu | null> = signal(null);
  /** What shows each object, by its name: where its regions are in the window. */
  readonly stages = new Map<string, { boxOf(id: string): DOMRect | null }>();
  /** Grows when something of it may be elsewhere than before. */
  readonly moved: Signal<number> = signal(0);
  /** What is open over the data. */
  readonly panel: Signal<Panel | null> = signal(null);
  /** What was typed for a search or a note before it was there; a line's end is Enter. */
  typedAhead = "";
  /** Whether the keyboard is in this widget. */
  readonly focused: Signal<boolean> = signal(false);
  /** The object that the keyboard was in when its task went; it goes into that of the next one. */
  entered: string | null = null;
  /** Style sheets of the config, for the shadow roots. */
  readonly sheets: Signal<readonly CSSStyleSheet[]> = signal([]);

  /** Makes room for another task. */
  clear(): void {
    this.calm();
    this.selection.value = [];
    this.hovered.value = null;
    this.hidden.value = new Set();
    this.locked.value = new Set();
    this.looking.value = null;
    this.shown.value = new Map();
    this.wanted.value = null;
    this.prompt.value = null;
    this.relating.value = null;
    this.related.value = null;
    this.noting.value = null;
  }

  tell(text: string, tone: Notice["tone"] = "error"): void {
    if (this.notices.value.some((notice) => notice.text === text)) return;
    if (tone === "info") this.calm(); // there is room for one
    this.notices.value = [...this.notices.value, { text, tone }];
  }

  /** Takes back what was only said of a gesture. */
  calm(): void {
    this.notices.value = this.notices.value.filter(({ tone }) => tone !== "info");
  }

  untell(text: string): void {
    this.notices.value = this.notices.value.filter((notice) => notice.text !== text);
  }

  /** Selects a region; adds it to the selection, or takes it out, where `additive`. */
  pick(id: string, additive: boolean): void {
    const { value: selection } = this.selection;
    if (this.relating.value) this.relating.value = { from: this.relating.value.from, to: id };
    else if (!additive) this.selection.value = [id];
    else if (selection.includes(id)) this.selection.value = selection.filter((at) => at !== id);
    else this.selection.value = [...selection, id];
  }

  /** Opens a panel; closes it when it is open. */
  openPanel(panel: Panel): void {
    this.panel.value = this.panel.value === panel ? null : panel;
  }

  /** Hides or locks regions; those that all are so already are shown or unlocked. */
  toggle(set: Signal<ReadonlySet<string>>, ids: readonly string[]): void {
    const next = new Set(set.value);
    const all = ids.every((id) => next.has(id));
    for (const id of ids) all ? next.delete(id) : next.add(id);
    set.value = next;
  }
}
