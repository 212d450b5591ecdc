/** The house's rules that no type and no linter knows. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = resolve(import.meta.dirname, "../src");
const FLOORS: Record<string, number> = {
  ".": 8, // the entry points: what is built into a file of its own
  shell: 7,
  views: 6,
  tags: 5,
  stage: 3.5, // told nothing of results: it knows core and base only
  state: 3.5,
  wire: 3,
  core: 1,
  base: 0,
};

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), "utf8") }));

const roomOf = (file: string) => (file.includes("/") ? (file.split("/")[0] ?? "") : ".");

/** The files of src that a file imports, as paths in src. */
function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import) "(\.[^"]+)"/g)].map((match) =>
    relative(SRC, resolve(SRC, dirname(file), match[1] ?? "")),
  );
}

describe("floors", () => {
  it("knows every room", () => {
    const rooms = new Set(files.map(({ file }) => roomOf(file)));
    expect([...rooms].filter((room) => !(room in FLOORS))).toEqual([]);
  });

  it("lets a room import lower floors only", () => {
    const wrong = files.flatMap(({ file, text }) =>
      importsOf(file, text)
        .filter((other) => roomOf(other) !== roomOf(file))
        .filter((other) => (FLOORS[roomOf(other)] ?? 9) >= (FLOORS[roomOf(file)] ?? -1))
        .map((other) => `${file} imports ${other}`),
    );
    expect(wrong).toEqual([]);
  });

  it("knows no circle of imports, of types either", () => {
    const graph = new Map(
      files.map(({ file, text }) => [file.replace(/\.tsx?$/, ""), importsOf(file, text)]),
    );
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, way: readonly string[]) => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" → "));
      if (done.has(file)) return;
      done.add(file);
      for (const other of graph.get(file) ?? []) visit(other, [...way, file]);
    };
    for (const file of graph.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe("what only one file may do", () => {
  const RULES: [RegExp, string, readonly string[]][] = [
    [/\baddEventListener\b/, "listens", ["base/scope.ts"]],
    [/\b(setTimeout|setInterval|requestAnimationFrame)\b/, "waits", ["base/scope.ts"]],
    [/new (Resize|Mutation|Intersection)Observer\b/, "observes", ["base/scope.ts"]],
    [/innerHTML/i, "writes HTML", ["tags/_html.tsx"]],
    [/\bconsole\./, "writes to the console", []],
    [/CSS\.highlights\.clear/, "clears the page's highlights", []],
    [/\beval\(|new Function\b/, "runs text", []],
  ];
  it.each(RULES)("%s", (pattern, _words, allowed) => {
    const found = files.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
    expect(found.filter((file) => !allowed.includes(file))).toEqual([]);
    expect(found).toEqual(expect.arrayContaining([...allowed]));
  });
});
