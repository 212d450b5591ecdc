/** Tables: what is shown of an object, of lists, of separated values. */
import { describe, expect, it } from "vitest";
import { cellsOf, separated, separatorOf, tableOf } from "../../src/tags/table";

describe("a table", () => {
  it("has the names of an object in their order, whatever their case", () => {
    expect(cellsOf({ beta: 1, Alpha: { x: [1] }, gamma: null })).toEqual({
      head: ["Name", "Value"],
      rows: [
        ["Alpha", '{"x":[1]}'],
        ["beta", "1"],
        ["gamma", ""],
      ],
    });
  });

  it("has a column for each key of a list of objects", () => {
    expect(cellsOf([{ a: 1 }, { b: 2 }])).toEqual({
      head: ["a", "b"],
      rows: [
        ["1", ""],
        ["", "2"],
      ],
    });
  });

  it("numbers what else is in a list", () => {
    expect(cellsOf(["x", { a: 1 }])?.rows).toEqual([
      ["0", "x"],
      ["1", '{"a":1}'],
    ]);
  });

  it("is none of a text or a number", () => {
    for (const value of [3, null]) expect(cellsOf(value)).toBeNull();
    expect(tableOf("{", "{", "json")).toBeNull();
  });

  it("reads separated values, quoted ones too", () => {
    expect(separated('a,"b ""c"", d"\r\n1,\n\n"x\ny",2', ",")).toEqual([
      ["a", 'b "c", d'],
      ["1", ""],
      ["x\ny", "2"],
    ]);
    const headless = tableOf("", "1|2", "csv|separator=||headless");
    expect(headless).toEqual({ head: ["0", "1"], rows: [["1", "2"]] });
  });

  it("finds the separator where none is named", () => {
    for (const [text, separator] of [
      ["a,b\n1,2", ","],
      ["a;b\n1,5;2", ";"],
      ["a\tb\n1,5\t2", "\t"],
      ["a|b", "|"],
      ["words", ","],
      ["a,b\n1,2,3", ","],
    ] as const)
      expect(separatorOf(text), text).toBe(separator);
    expect(tableOf("", "a;b\n1,5;2", "csv")?.rows).toEqual([["1,5", "2"]]);
  });
});
