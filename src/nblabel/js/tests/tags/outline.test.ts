import { describe, expect, it } from "vitest";
import { type Node, type Option, Outline, opens } from "../../src/tags/_outline";

const OPTIONS: Option[] = [
  { value: "Archaea" },
  {
    value: "Eukarya",
    alias: "E",
    children: [
      { value: "Human" },
      { value: "Fungi", children: [{ value: "Yeast", hint: "bread" }] },
    ],
  },
  { value: "E", children: [{ value: "Other" }] },
  { value: "Elsewhere", isLeaf: false },
];

const values = (outline: Outline, open: Iterable<number>, query = "") =>
  outline
    .rows(new Set([...open].map((at) => (outline.nodes[at] as Node).option)), query)
    .map(({ option }) => option.value);

describe("an outline", () => {
  const outline = new Outline(OPTIONS);

  it("finds an option by its path of aliases, else of values", () => {
    const at = (...path: string[]) => {
      const node = outline.found(path);
      return node && outline.path(node);
    };
    expect(at("E", "Fungi", "Yeast")).toEqual(["E", "Fungi", "Yeast"]);
    expect(at("Eukarya", "Human")).toEqual(["E", "Human"]);
    expect(at("E")).toEqual(["E"]);
    expect(at("Human")).toBeUndefined();
    expect(at("E", "Nobody")).toBeUndefined();
    expect(at()).toBeUndefined();
  });

  it("shows the top, and what stands open", () => {
    expect(values(outline, [])).toEqual(["Archaea", "Eukarya", "E", "Elsewhere"]);
    expect(values(outline, [1])).toEqual([
      "Archaea",
      "Eukarya",
      "Human",
      "Fungi",
      "E",
      "Elsewhere",
    ]);
    expect(values(outline, [3])).toEqual(["Archaea", "Eukarya", "E", "Elsewhere"]); // it is inside
  });

  it("shows what has every word, with what that is in", () => {
    expect(values(outline, [], "yea")).toEqual(["Eukarya", "Fungi", "Yeast"]);
    expect(values(outline, [], "BREAD yeast")).toEqual(["Eukarya", "Fungi", "Yeast"]);
    expect(values(outline, [], "nothing")).toEqual([]);
    expect(outline.nodes.filter((node) => outline.has(node, "yea")).length).toBe(1);
  });

  it("opens what has something inside, or may have by what a service says", () => {
    expect(outline.nodes.filter(opens).map(({ option }) => option.value)).toEqual([
      "Eukarya",
      "Fungi",
      "E",
      "Elsewhere",
    ]);
    const node = outline.found(["Elsewhere"]);
    const fuller = node && outline.with(node, [{ value: "Here" }]); // what stands open stays so
    expect(fuller?.found(["Elsewhere", "Here"])).toBeDefined();
  });

  it("looks at the options of one level for a step, however many there are elsewhere", () => {
    const inside = Array.from({ length: 2_000 }, (_, i) => ({ value: `n${i}` }));
    const large = new Outline([{ value: "first", children: inside }, { value: "last" }]);
    let looks = 0;
    const watched = new Proxy(large.nodes, {
      get(target, key, self) {
        if (/^\d+$/.test(String(key))) looks++;
        return Reflect.get(target, key, self);
      },
    });
    Object.defineProperty(large, "nodes", { value: watched });
    expect(large.found(["last"])).toBeDefined();
    expect(looks).toBeLessThan(8);
  });
});
