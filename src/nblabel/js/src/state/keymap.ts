/** One key press as "ctrl+shift+z"; Command counts as Ctrl. */
export function keyOf(event: KeyboardEvent): string {
  const code = event.code;
  let key = event.key.toLowerCase();
  // The digit or letter itself, whatever Shift or Option make of it.
  if (/^(Digit|Numpad)\d$/.test(code)) key = code.slice(-1);
  else if (/^Key[A-Z]$/.test(code) && event.altKey) key = code.slice(3).toLowerCase();
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

/** A key as a person may have written it, in the same form. */
export function normalKey(text: string): string {
  const parts = text
    .toLowerCase()
    .replace(/(command|cmd|meta|control)\b/g, "ctrl")
    .replace(/\boption\b/g, "alt")
    .replace(/\bspacebar\b/g, "space")
    .replace(/\besc\b/g, "escape")
    .replace(/\breturn\b/g, "enter")
    .split("+")
    .map((part) => part.trim())
    .filter(Boolean);
  const key = parts.find((part) => !["ctrl", "alt", "shift"].includes(part)) ?? "";
  return [...["ctrl", "alt", "shift"].filter((part) => parts.includes(part)), key].join("+");
}

export interface Command {
  readonly keys: readonly string[];
  readonly words: string;
}

/** Label Studio's default keymap (of what is drawn), and after it our own additions. */
export const COMMANDS = {
  "annotation:submit": { keys: ["ctrl+enter"], words: "Submit or update" },
  "annotation:skip": { keys: ["ctrl+space"], words: "Skip" },
  "annotation:undo": { keys: ["ctrl+z"], words: "Undo, the last answer included" },
  "annotation:redo": { keys: ["ctrl+shift+z"], words: "Redo" },
  "region:cycle": { keys: ["alt+."], words: "Next region" },
  "region:duplicate": { keys: ["ctrl+d"], words: "Duplicate the selected regions" },
  "region:delete": { keys: ["backspace", "delete"], words: "Delete the selected regions" },
  "region:delete-all": { keys: ["ctrl+backspace"], words: "Delete all regions" },
  "region:unselect": { keys: ["u"], words: "Select nothing" },
  "region:exit": { keys: ["escape"], words: "Leave the region, the tool or the menu" },
  "region:visibility": { keys: ["alt+h"], words: "Hide or show the selected regions" },
  "region:visibility-all": { keys: ["ctrl+h"], words: "Hide or show all regions" },
  "region:lock": { keys: ["alt+l"], words: "Lock or unlock the selected regions" },
  "tool:rect": { keys: ["r"], words: "Draw boxes" },
  "tool:move": { keys: ["v"], words: "Select and move" },
  "tool:pan-image": { keys: ["h"], words: "Pan the image" },
  "tool:zoom-in": { keys: ["ctrl+plus", "ctrl+shift+plus"], words: "Zoom in" },
  "tool:zoom-out": { keys: ["ctrl+minus"], words: "Zoom out" },
  "tool:zoom-to-fit": { keys: ["shift+1"], words: "Fit the image" },
  "tool:zoom-to-actual": { keys: ["shift+2"], words: "Actual size" },
  "tool:rotate-left": { keys: ["alt+left"], words: "Turn the image to the left" },
  "tool:rotate-right": { keys: ["alt+right"], words: "Turn the image to the right" },
  "image:prev": { keys: ["ctrl+left"], words: "Previous image of the task" },
  "image:next": { keys: ["ctrl+right"], words: "Next image of the task" },
  "region:previous": { keys: ["alt+,"], words: "Previous region" },
  "suggestion:accept-all": { keys: ["shift+a"], words: "Accept all suggestions" },
  "suggestion:accept": { keys: ["alt+a"], words: "Accept the selected suggestion" },
  "suggestion:reject": { keys: ["alt+x"], words: "Reject the selected suggestion" },
  "task:previous": { keys: ["alt+up"], words: "Previous task" },
  "task:next": { keys: ["alt+down"], words: "Next task" },
  "task:goto": { keys: ["ctrl+g"], words: "Go to a task" },
  "label:search": { keys: ["/"], words: "Search the labels" },
  help: { keys: ["?"], words: "All keys" },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof COMMANDS;

/** The keys of every command, with what the user remapped from Python in their place. */
export function keymap(remapped: Readonly<Record<string, string>>): Map<string, CommandName> {
  const keys = new Map<string, CommandName>();
  for (const name of Object.keys(COMMANDS) as CommandName[])
    if (!(name in remapped)) for (const key of COMMANDS[name].keys) keys.set(key, name);
  for (const [name, key] of Object.entries(remapped))
    if (name in COMMANDS && key) keys.set(normalKey(key), name as CommandName);
  return keys;
}

const POOL = "1234567890qwetasdfgzxcvbyiopjklnm";

/**
 * The hotkey of each label and choice: its own, else the first free one in Label Studio's order;
 * when all are used the rest get none.
 */
export function assignHotkeys(
  options: readonly { readonly id: number; readonly hotkey: string }[],
): Map<number, string> {
  const given = new Map<number, string>();
  const used = new Set<string>();
  for (const { id, hotkey } of options) {
    const key = hotkey && normalKey(hotkey);
    if (!key || used.has(key)) continue;
    used.add(key);
    given.set(id, key);
  }
  const free = [...POOL].filter((key) => !used.has(key));
  for (const { id } of options) {
    const key = given.has(id) ? undefined : free.shift();
    if (key) given.set(id, key);
  }
  return given;
}
