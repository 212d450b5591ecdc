import { effect, type Signal, signal } from "@preact/signals-core";

/** What a person sets for this browser, as in Label Studio's settings. */
export interface Settings {
  readonly labelHotkeys: boolean;
  readonly showHotkeys: boolean;
  readonly showLabels: boolean;
  readonly keepLabel: boolean;
  readonly selectAfterCreating: boolean;
  readonly keepTool: boolean;
  readonly smoothing: boolean;
  readonly sideOpen: boolean;
}

const DEFAULTS: Settings = {
  labelHotkeys: true,
  showHotkeys: true,
  showLabels: true,
  keepLabel: false,
  selectAfterCreating: false,
  keepTool: true,
  smoothing: true,
  sideOpen: true,
};

const PLACE = "nblabel:settings";

/** Settings that outlive the page, where the host allows it. */
export function openSettings(): { settings: Signal<Settings>; dispose: () => void } {
  const settings = signal<Settings>(DEFAULTS);
  try {
    settings.value = { ...DEFAULTS, ...JSON.parse(localStorage.getItem(PLACE) ?? "{}") };
  } catch {
    // a host without storage, or text that is not ours: the defaults serve
  }
  const dispose = effect(() => {
    const text = JSON.stringify(settings.value);
    try {
      localStorage.setItem(PLACE, text);
    } catch {
      // the settings then last as long as the page
    }
  });
  return { settings, dispose };
}
