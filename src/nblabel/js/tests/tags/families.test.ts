import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import families from "families";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/state/keymap";

const TAGS = resolve(import.meta.dirname, "../../src/tags");
const PYTHON = resolve(import.meta.dirname, "../../../tags");

describe("tags", () => {
  it("are found by the build, one family a file", () => {
    const files = readdirSync(TAGS);
    for (const file of files)
      expect(readFileSync(resolve(TAGS, file), "utf8"), file).toMatch(
        /^export const family: Family =/m,
      );
    expect(families).toHaveLength(files.length);
    for (const family of families) expect(Object.keys(family.views).length).toBeGreaterThan(0);
  });

  it("are drawn by one family each, and declared in Python", () => {
    const drawn = families.flatMap(({ views }) => Object.keys(views));
    expect(new Set(drawn).size).toBe(drawn.length);
    expect(drawn).toEqual(
      expect.arrayContaining([
        "View",
        "Header",
        "Style",
        "Text",
        "Image",
        "Choices",
        "Labels",
        "Rectangle",
      ]),
    );
    expect(existsSync(PYTHON)).toBe(true);
    const declared = readdirSync(PYTHON)
      .filter((file) => file.endsWith(".py"))
      .map((file) => readFileSync(resolve(PYTHON, file), "utf8"))
      .join("\n");
    for (const tag of drawn) expect(declared, tag).toMatch(new RegExp(`name="${tag}"`));
  });

  it("have geometries of different names and types", () => {
    const geometries = families.flatMap(({ geometry }) => geometry ?? []);
    const kinds = geometries.map(({ kind }) => kind);
    const types = geometries.flatMap(({ types }) => types);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(new Set(types).size).toBe(types.length);
  });

  it("give commands that have a key", () => {
    for (const { commands } of families)
      for (const name of Object.keys(commands ?? {})) expect(COMMANDS).toHaveProperty([name]);
  });
});
