import { effect, type Signal, signal } from "@preact/signals-core";
import { keep, kept } from "../base/kept";

/** What a person sets for this browser, as in Label Studio's settings. */
export interface Settings {
  readonly labelHotkeys: boolean;
  readonly showHotkeys: boolean;
  readonly showLabels: boolean;
  readonly keepLabel: boolean;
  readonly selectAfterCreating: boolean;
  readonly keepTool: boolean;
  readonly wholeWords: boolean;
  readonly trimBlanks: boolean;
  readonly smoothing: boolean;
  readonly sideOpen: boolean;
  /** What the list of regions is grouped by: what lies inside what, the labels, the tools. */
  readonly groupBy: "inside" | "label" | "tool";
  readonly sortBy: "time" | "score";
  readonly lastFirst: boolean;
}

const DEFAULTS: Settings = {
  labelHotkeys: true,
  showHotkeys: true,
  showLabels: true,
  keepLabel: true,
  selectAfterCreating: false,
  keepTool: true,
  wholeWords: false,
  trimBlanks: true,
  smoothing: true,
  sideOpen: true,
  groupBy: "inside",
  sortBy: "time",
  lastFirst: false,
};

const NAME = "nblabel:settings";

/** Settings that outlive the page, where the host allows it. */
export function openSettings(): { settings: Signal<Settings>; dispose: () => void } {
  const before = kept("localStorage", NAME) as Partial<Settings> | undefined;
  const settings = signal<Settings>({ ...DEFAULTS, ...before });
  const dispose = effect(() => keep("localStorage", NAME, settings.value));
  return { settings, dispose };
}
