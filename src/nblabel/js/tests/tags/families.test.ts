import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import families from "families";
import { describe, expect, inject, it } from "vitest";
import type { Place } from "../../src/state/family";
import type { DeclaredTag } from "../declared";

const TAGS = resolve(import.meta.dirname, "../../src/tags");
const declared = inject("declared");

describe("tags", () => {
  it("are found by the build, one family a file", () => {
    const files = readdirSync(TAGS).filter((file) => /^[^_].*\.tsx?$/.test(file));
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
    for (const tag of drawn) expect(declared.tags, tag).toHaveProperty([tag]);
  });

  it("are said to be drawn where they are, by themselves or inside a control", () => {
    const drawn = families.flatMap(({ views }) => Object.keys(views));
    const inside = drawn.flatMap((tag) => {
      const { children, parts } = declared.tags[tag] as DeclaredTag;
      return [children, ...parts].filter(Boolean);
    });
    const said = Object.keys(declared.tags).filter((tag) => declared.tags[tag]?.drawn);
    expect(new Set(said)).toEqual(new Set([...drawn, ...inside]));
    expect(said).toContain("Label");
  });

  it("have places of different names, types and keys", () => {
    const places: Place[] = families.flatMap((family) => family.places ?? []);
    const unique = (values: string[]) => expect(new Set(values).size).toBe(values.length);
    unique(places.map(({ name }) => name));
    unique(
      places.flatMap(({ objects, types }) => objects.map((at: string) => `${at} ${types.join()}`)),
    );
    unique(places.map(({ objects, keys }) => `${objects.join()} ${keys[0]}`));
  });

  it("do what the commands of their tags say, and no other", () => {
    for (const { views, commands, places } of families) {
      const own = Object.keys(views).flatMap((tag) =>
        Object.keys(declared.tags[tag]?.commands ?? {}),
      );
      const tools = (places ?? []).flatMap(({ tool }: Place) => tool?.command ?? []);
      expect(new Set([...Object.keys(commands ?? {}), ...tools])).toEqual(new Set(own));
    }
  });
});
