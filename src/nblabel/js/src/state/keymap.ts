import type { Spec } from "./tree";

/** One key press as "ctrl+shift+z"; Command counts as Ctrl. */
export function keyOf(event: KeyboardEvent): string {
  const code = event.code;
  let key = event.key.toLowerCase();
  // The digit or letter itself, whatever Shift or Option make of it.
  if (/^(Digit|Numpad)\d$/.test(code)) key = code.slice(-1);
  else if (/^Key[A-Z]$/.test(code) && event.altKey) key = code.slice(3).toLowerCase();
  else if (/^Bracket/.test(code) && event.altKey) key = code === "BracketLeft" ? "[" : "]";
  else if (code === "Period" || code === "Comma") key = code === "Period" ? "." : ",";
  if (key === " ") key = "space";
  if (key.startsWith("arrow")) key = key.slice(5);
  if (key === "=" || key === "+") key = "plus";
  if (key === "-") key = "minus";
  if (key === "esc") key = "escape";
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  if (event.shiftKey && key !== "?") parts.push("shift");
  return [...parts, key].join("+");
}

const MODIFIERS = ["ctrl", "alt", "shift"];

/** Whether one press can be it: modifiers and one key. */
const isKey = (text: string): boolean =>
  partsOf(text).filter((part) => !MODIFIERS.includes(part)).length === 1;

/** A key as a person may have written it, in the same form. */
export function normalKey(text: string): string {
  const parts = partsOf(text);
  const key = parts.find((part) => !MODIFIERS.includes(part)) ?? "";
  return [...MODIFIERS.filter((part) => parts.includes(part)), key].join("+");
}

function partsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/(command|cmd|meta|control)\b/g, "ctrl")
    .replace(/\boption\b/g, "alt")
    .replace(/\bspacebar\b/g, "space")
    .replace(/\besc\b/g, "escape")
    .replace(/\breturn\b/g, "enter")
    .split("+")
    .map((part) => part.trim())
    .filter(Boolean);
}

/** The command of each key; a later one wins. */
export function keymap(commands: Spec["commands"]): Map<string, string> {
  const entries = Object.entries(commands).flatMap(([name, { keys }]) =>
    keys.map((key) => [normalKey(key), name] as const),
  );
  return new Map(entries);
}

const POOL = "1234567890qwetasdfgzxcvbyiopjklnm";

/** What may have a key: one of its own, and whether its control is seen. */
export interface Keyable {
  readonly id: number;
  readonly hotkey: string;
  readonly visible: boolean;
}

/**
 * The key of each: its own, else the first free one in Label Studio's order; when all are used the
 * rest get none. Keys that are kept, for a person gave them to commands, are not free. Where two
 * ask for the same key, what is seen comes before what is hidden.
 */
export function assignHotkeys(
  options: readonly Keyable[],
  kept: ReadonlySet<string> = new Set(),
): Map<number, string> {
  const given = new Map<number, string>();
  const used = new Set<string>();
  const own = options.filter(({ hotkey }) => isKey(hotkey));
  for (const { id, hotkey } of own.filter(({ visible }) => visible).concat(own)) {
    const key = normalKey(hotkey);
    if (used.has(key)) continue;
    used.add(key);
    given.set(id, key);
  }
  const free = [...POOL].filter((key) => !used.has(key) && !kept.has(key));
  for (const { id } of options) {
    const key = given.has(id) ? undefined : free.shift();
    if (key) given.set(id, key);
  }
  return given;
}
