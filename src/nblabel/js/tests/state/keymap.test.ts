import { describe, expect, it } from "vitest";
import { assignHotkeys, type Keyable, keymap, keyOf, normalKey } from "../../src/state/keymap";
import { el, specOf } from "../kernel";

const press = (key: string, code: string, more: Partial<KeyboardEvent> = {}) =>
  keyOf({
    key,
    code,
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    shiftKey: false,
    ...more,
  } as KeyboardEvent);

describe("keyOf", () => {
  it.each([
    ["z", "KeyZ", { ctrlKey: true }, "ctrl+z"],
    ["Z", "KeyZ", { metaKey: true, shiftKey: true }, "ctrl+shift+z"],
    ["Enter", "Enter", { ctrlKey: true }, "ctrl+enter"],
    [" ", "Space", { ctrlKey: true }, "ctrl+space"],
    ["ArrowLeft", "ArrowLeft", { altKey: true }, "alt+left"],
    ["!", "Digit1", { shiftKey: true }, "shift+1"],
    ["1", "Numpad1", {}, "1"],
    ["˙", "KeyH", { altKey: true }, "alt+h"], // what Option makes of it on a Mac
    ["≥", "Period", { altKey: true }, "alt+."],
    ["+", "Equal", { ctrlKey: true, shiftKey: true }, "ctrl+shift+plus"],
    ["=", "Equal", { ctrlKey: true }, "ctrl+plus"],
    ["?", "Slash", { shiftKey: true }, "?"],
    ["Escape", "Escape", {}, "escape"],
  ])("%s (%s)", (key, code, more, name) => expect(press(key, code, more)).toBe(name));
});

describe("normalKey", () => {
  it.each([
    ["Command+Shift+Z", "ctrl+shift+z"],
    ["shift + ctrl + z", "ctrl+shift+z"],
    ["option+H", "alt+h"],
    ["Return", "enter"],
    ["spacebar", "space"],
    ["esc", "escape"],
  ])("%s", (text, name) => expect(normalKey(text)).toBe(name));
});

describe("keymap", () => {
  const { commands } = specOf(el("View"));

  it("holds Label Studio's keys, none twice but where it has them twice", () => {
    const twice = (name: string) => name.startsWith("repeater:") || name === "tool:vector";
    const own = Object.entries(commands).filter(([name]) => !twice(name));
    const all = own.flatMap(([, { keys }]) => keys);
    expect(new Set(all).size).toBe(all.length);
    const keys = keymap(commands);
    expect(keys.get("ctrl+enter")).toBe("annotation:submit");
    expect(keys.get("alt+l")).toBe("region:lock");
    expect(keys.get("ctrl+left")).toBe("image:prev");
    expect(keys.get("alt+right")).toMatch(/tool:rotate-right|repeater:next-page/);
    expect(all.map(normalKey)).toEqual(all);
  });

  it("lets the later of two commands have a key, as it may have been written", () => {
    const given = { first: { keys: ["u"], words: "" }, second: { keys: ["U"], words: "" } };
    expect(keymap(given).get("u")).toBe("second");
    expect(keymap({ save: { keys: ["Cmd+S"], words: "" } }).get("ctrl+s")).toBe("save");
  });
});

describe("assignHotkeys", () => {
  const options = (...hotkeys: string[]) =>
    hotkeys.map((hotkey, id) => ({ id, hotkey, visible: true }));

  it("gives the free keys in order, after those that were asked for", () => {
    expect([...assignHotkeys(options("", "1", "", "w"))].sort()).toEqual([
      [0, "2"],
      [1, "1"],
      [2, "3"],
      [3, "w"],
    ]);
  });

  it("leaves out what a person gave to a command", () => {
    const keys = assignHotkeys(options("", "", "3"), new Set(["2", "3"]));
    expect([0, 1, 2].map((id) => keys.get(id))).toEqual(["1", "4", "3"]);
  });

  it("gives a key that two ask for to the first, and another to the second", () => {
    expect(assignHotkeys(options("q", "q")).get(1)).toBe("1");
  });

  it("gives a key that two ask for to the one that is seen", () => {
    const [hidden, seen] = options("q", "q");
    const keys = assignHotkeys([{ ...hidden, visible: false } as Keyable, seen as Keyable]);
    expect([keys.get(0), keys.get(1)]).toEqual(["1", "q"]);
  });

  it("gives a key of the row where what was asked for is no one key", () => {
    expect(assignHotkeys(options("enter+a", "ctrl+shift")).get(0)).toBe("1");
    expect(assignHotkeys(options("enter+a", "ctrl+shift")).get(1)).toBe("2");
  });

  it("gives no key twice, and none when all are used", () => {
    const keys = assignHotkeys(options(...Array(50).fill("")));
    expect(keys.size).toBe(33);
    expect(new Set(keys.values()).size).toBe(33);
    expect([...keys.values()].slice(0, 12).join("")).toBe("1234567890qw");
    expect(keys.has(33)).toBe(false);
  });
});
