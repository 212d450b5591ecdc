import { statSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const KB = 1024;

/** Every widget is sent the loader, and every page the editor: they stay small. */
it.each([
  ["loader.js", 10],
  ["editor.js", 160],
  ["image.js", 40],
  ["html.js", 40],
])("dist/%s is under %i KB", (file, most) => {
  const { size } = statSync(resolve(import.meta.dirname, "../dist", file));
  expect(size).toBeGreaterThan(KB);
  expect(size).toBeLessThan(most * KB);
});
