import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

const DIST = resolve(import.meta.dirname, "../dist");
const KB = 1024;
const TEXTS = ["loader", "editor", "view", "text", "choices"];
const IMAGES = [...TEXTS, "labels", "regions", "image", "rectangle"];
/** What draws on images, all of it together with what lists, relates and opens over them. */
const EVERY_TOOL = [
  ...IMAGES,
  "ellipse",
  "polygon",
  "keypoint",
  "vector",
  "brush",
  "arrows",
  "panels",
];

const { entries } = JSON.parse(readFileSync(resolve(DIST, "modules.json"), "utf8")) as {
  entries: Record<string, string[]>;
};

/** What a page fetches for these, gzipped: it stays small. */
it.each([
  ["texts and choices", TEXTS, 60],
  ["images, with boxes and what lists them", IMAGES, 90],
  ["images, with every tool, relations and panels", EVERY_TOOL, 140],
])("a config of %s", (_words, names, most) => {
  const files = new Set(names.flatMap((name) => entries[name] ?? []));
  const sizes = [...files].map((file) => {
    const { length } = gzipSync(readFileSync(resolve(DIST, file)), { level: 9 });
    return [file, length] as const;
  });
  const size = sizes.reduce((sum, [, length]) => sum + length, 0);
  expect(files.size).toBeGreaterThan(names.length);
  expect(size, JSON.stringify(Object.fromEntries(sizes))).toBeLessThanOrEqual(most * KB);
});
