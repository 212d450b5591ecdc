/**
 * What Label Studio's own editor shows and submits under each condition, read from it and kept in
 * label-studio.json. Both halves are held to it: Python reads the conditions, this one follows them.
 */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Element, Result } from "../../src/core/types";
import { isVisible, withheld } from "../../src/state/visibility";
import { opened } from "../editor";
import read from "./label-studio.json";

type When = Readonly<Record<string, string>>;
type State = (typeof read.states)[number];
type Form = keyof typeof read.forms;

const FORMS = Object.keys(read.forms) as Form[];
const ROWS = read.table.map((row, at) => ({ ...row, at, when: row.when as When }));
const KIND = [{ value: "A", children: [{ value: "B", alias: "b" }] }];

const nameOf = (form: Form, row: number) => `${form}${row}`;

/** The tree as Python tells the browser of it. */
function told(): Element {
  const asked = ROWS.flatMap(({ when, at }) => {
    const written = Object.entries(when).map(([name, value]) => ` ${name}="${value}"`);
    return FORMS.map((form) =>
      read.forms[form].xml.replace("{name}", nameOf(form, at)).replace("{when}", written.join("")),
    );
  });
  const code =
    "import json, sys; from nblabel.config import parse, spec; from nblabel.tags import TAGS;" +
    "json.dump(spec(parse(sys.stdin.read(), TAGS))['root'], sys.stdout)";
  const python = process.env.NBLABEL_PYTHON ?? "python3";
  const input = read.around.replace("{asked}", asked.join(""));
  return JSON.parse(execFileSync(python, ["-c", code], { input, maxBuffer: 64 << 20 }).toString());
}

const root = told();

/** An answer of each control that is asked about: of the task, or of the region r1. */
function answers(): Result[] {
  return ROWS.flatMap(({ at }) =>
    FORMS.map((form): Result => {
      const name = nameOf(form, at);
      const isText = read.forms[form].xml.includes("<TextArea");
      const said = isText ? { text: ["w"] } : { number: 1 };
      const common = {
        from_name: name,
        to_name: "text",
        type: isText ? "textarea" : "number",
      };
      if (form.startsWith("r"))
        return { id: "r1", ...common, value: { start: 0, end: 3, ...said } };
      return { id: name, ...common, value: said };
    }),
  );
}

async function editorIn(state: State) {
  const kind = root.children.find(({ attributes }) => attributes.name === "kind") as Element;
  const results = [...(state.results as unknown as Result[]), ...answers()];
  const editor = await opened(root, results, { values: { [kind.id]: { options: KIND } } });
  editor.selection.value = state.selected;
  return editor;
}

/** Where nblabel does otherwise, and why. */
function otherwise(when: When, form: Form, state: State, what: "shown" | "submitted"): boolean {
  const { visibleWhen = "", whenTagName, whenChoiceValue, whenLabelValue } = when;
  // Python takes what is plainly meant, and tells so: lists and values without visibleWhen.
  if (!visibleWhen && whenChoiceValue && ["bad,g", "good", "A"].includes(whenChoiceValue))
    return true;
  // A label's value is followed as well as its alias.
  if (whenLabelValue === "PER") return true;
  // Several selected regions are answered together; Label Studio takes them for none.
  if (what === "shown") return state.selected.length > 1;
  // A condition on the selection keeps nothing back, whatever stands beside it.
  if (form === "vx" && visibleWhen.endsWith("region-selected")) return true;
  // It compares paths of a Taxonomy letter by letter, so that nearly every answer is left out.
  return whenTagName === "kind" && whenChoiceValue !== undefined;
}

describe("as in Label Studio's own editor", () => {
  it.each(read.states.map((state, at) => ({ ...state, at })))("$words", async (state) => {
    const editor = await editorIn(state);
    const away = new Set(
      withheld(editor, editor.items.value).map(({ before }) => before?.from_name),
    );
    const differs: unknown[] = [];
    let compared = 0;
    for (const row of ROWS)
      for (const form of FORMS) {
        const name = nameOf(form, row.at);
        const control = editor.tree.value.named(name) as Element;
        const ours = { shown: isVisible(editor, control), submitted: !away.has(name) };
        for (const what of ["shown", "submitted"] as const) {
          const theirs = row[form][what][state.at];
          if (theirs === "?" || otherwise(row.when, form, state, what)) continue;
          compared += 1;
          if ((theirs === "+") !== ours[what])
            differs.push({ what, theirs, form: read.forms[form].words, when: row.when });
        }
      }
    expect(differs).toEqual([]);
    expect(compared).toBeGreaterThan(200);
  });
});
