import { effect, type Signal, signal } from "@preact/signals-core";
import { words } from "../base/words";
import { regionId, uuid } from "../core/ids";
import type { Element, Item, Result } from "../core/types";
import type { Shape } from "../stage/shapes/figure";
import type { Editor } from "../state/editor";
import { join } from "../state/families";
import type { Family, Place, ViewProps } from "../state/family";
import { keymap } from "../state/keymap";
import { drawing, drawn, remove } from "../state/regions";
import type { Prompt } from "../state/screen";
import { accept } from "../state/suggestions";
import { type Drawn, deskOf, type Prompting, placeInHand, shownOf, turnOf } from "./_image-desk";
import { Button } from "./_image-tools";

/** What the kernel tells of a question: its answer, or what went wrong. */
interface Told {
  readonly question: string;
  readonly results?: readonly Result[];
  readonly problem?: string;
}

/** A click or a shape of the question on screen, where it was drawn. */
interface Mark {
  readonly shape: Shape;
  readonly results: readonly Result[];
  readonly object: string;
  readonly item: number;
  readonly turn: number;
}

const MEANT = "#2b8a3e";
const NOT_MEANT = "#c92a2a";
/** Their ids are nobody else's: regions have ten characters. */
const MARK = "prompt ";

/** The fields of a result that name a region. */
const NAMING = ["id", "parentID", "from_id", "to_id"] as const;

/** An answer as suggestions; its regions get ids of their own, for a model may repeat itself. */
function suggestions(question: string, results: readonly Result[]): Item[] {
  const ids = new Map(results.map(({ id }) => [id, regionId()]));
  return results.map((result, ordinal) => {
    const named = NAMING.flatMap((field) => {
      const id = ids.get(result[field] as string | undefined);
      return id !== undefined && result[field] !== undefined ? [[field, id]] : [];
    });
    const own = result.id === undefined && result.type !== "relation" ? { id: regionId() } : {};
    return {
      uid: `${question}#${ordinal}`,
      ordinal,
      result: { ...result, ...own, ...Object.fromEntries(named) },
    };
  });
}

/**
 * Asks the model with what is drawn: clicks and shapes add up to one question until its answer is
 * accepted or dropped. Whoever draws never waits; an answer to an older question is worthless.
 */
class Prompts implements Prompting {
  /** Whether what is drawn asks, where its control does not say that it only asks. */
  readonly on: Signal<boolean> = signal(false);
  /** Whether what is drawn next says what is not meant. */
  readonly negative: Signal<boolean> = signal(false);
  readonly #editor: Editor;
  #marks: readonly Mark[] = [];
  /** The labels that the question on screen is drawn with. */
  #labels = "";

  constructor(editor: Editor) {
    this.#editor = editor;
    editor.wire.on<Told>("suggested", (told, buffers) => {
      this.#hear(editor.wire.packing?.unpack(told, buffers) ?? told);
    });
    for (const [key, command] of keymap(editor.spec.commands)) editor.keys.set(key, command);
    const { prompting } = deskOf(editor);
    editor.scope.add(
      effect(() => {
        prompting.value = editor.prompts.value ? this : null;
      }),
    );
    editor.scope.add(effect(() => this.#settle(editor.prompt.value)));
    // Marks of a question are no regions.
    editor.scope.add(
      effect(() => {
        const { value: selection } = editor.selection;
        if (selection.some((id) => id.startsWith(MARK)))
          editor.selection.value = selection.filter((id) => !id.startsWith(MARK));
      }),
    );
  }

  asks(image: Element): boolean {
    const place = placeInHand(this.#editor, image);
    return !this.#editor.readOnly.value && place !== undefined && this.#asksFor(image, place);
  }

  takes({ image, place, value, geometry, alt }: Drawn): boolean {
    const editor = this.#editor;
    if (!this.#asksFor(image, place)) return false;
    // With Alt a shape is drawn otherwise; a click has no other meaning for it.
    const negates = alt && place.name === "keypoint";
    const isMeant = negates === this.negative.value;
    const results = drawn(editor, image, place, value).map((result) => asking(result, isMeant));
    const [first] = results;
    if (!first) return true; // why not was told
    const item = shownOf(editor, image);
    const object = editor.tree.value.text(image, "name");
    const labels = JSON.stringify([object, item, results.map((one) => one.value?.labels)]);
    if (labels !== this.#labels) editor.prompt.value = null;
    this.#labels = labels;
    const shape: Shape = {
      id: `${MARK}${this.#marks.length}`,
      figure: place.name,
      geometry,
      color: isMeant ? MEANT : NOT_MEANT,
      label: "", // it would lie on what is answered
      suggestion: false,
      selected: false,
      hidden: false,
      locked: true,
      // A dot is full where it is meant, a ring where it is not.
      style: { fillOpacity: isMeant && place.name === "keypoint" ? 1 : 0, strokeWidth: 3 },
    };
    const turn = turnOf(editor, image, item);
    editor.selection.value = [];
    this.#ask([...this.#marks, { shape, results, object, item, turn }]);
    return true;
  }

  /** Takes back what was drawn last; false where nothing was. */
  back(): boolean {
    const { prompt } = this.#editor;
    if (!prompt.value) return false;
    const left = this.#marks.slice(0, -1);
    if (left.length > 0) this.#ask(left);
    else prompt.value = null;
    return true;
  }

  shapes(image: Element): readonly Shape[] {
    const editor = this.#editor;
    if (!editor.prompt.value) return [];
    const object = editor.tree.value.text(image, "name");
    const [item, turn] = [shownOf(editor, image), turnOf(editor, image)];
    return this.#marks
      .filter((mark) => mark.object === object && mark.item === item && mark.turn === turn)
      .map(({ shape }) => shape);
  }

  /** Begins to ask, or goes back to drawing. */
  turn(): void {
    const { prompt, tool } = this.#editor;
    this.on.value = !this.on.value;
    if (!this.on.value) prompt.value = null;
    else if (tool.value === "move" || tool.value === "pan") tool.value = "";
  }

  /** What is drawn next says what is not meant, or again what is. */
  negate(): void {
    this.negative.value = !this.negative.value;
  }

  /** Whether drawing a place asks: its control only asks, or may, and that is wanted. */
  #asksFor(image: Element, place: Place): boolean {
    const tree = this.#editor.tree.value;
    const control = drawing(this.#editor, image).find(({ tag }) =>
      place.types.includes(tag.toLowerCase()),
    );
    if (!control) return false;
    return tree.flag(control, "smartOnly") || (this.on.value && tree.flag(control, "smart"));
  }

  /** Asks anew; what was answered before stays to be seen until then. */
  #ask(marks: readonly Mark[]): void {
    const { prompt } = this.#editor;
    const question = uuid();
    const drawn = marks.flatMap(({ results }) => results);
    this.#marks = marks;
    prompt.value = { question, drawn, waits: true, items: prompt.value?.items ?? [] };
    this.#send(question, drawn);
  }

  /** Without results the question is taken back. */
  #send(question: string, results: readonly Result[]): void {
    const { index, wire } = this.#editor;
    wire
      .ask("suggest", { question, index, results })
      .catch((error) => this.#hear({ question, problem: words(error) }));
  }

  #hear({ question, results = [], problem }: Told): void {
    const { prompt } = this.#editor;
    if (prompt.value?.question !== question) return; // of another task, or older
    if (problem !== undefined) this.#editor.tell(problem);
    const failed = problem !== undefined;
    const items = failed ? prompt.value.items : suggestions(question, results);
    prompt.value = { ...prompt.value, waits: false, failed, items };
  }

  #last: Prompt | null = null;

  /** What was asked is done with once nothing of its answer is left. */
  #settle(prompt: Prompt | null): void {
    const last = this.#last;
    this.#last = prompt;
    if (!prompt) {
      this.#marks = [];
      this.negative.value = false;
      if (last?.waits) this.#send(last.question, []);
      return;
    }
    const { items } = prompt;
    const left = this.#editor.suggested.value.some(
      (item) => item.result.id !== undefined && items.includes(item), // a relation goes with its ends
    );
    if (items.length > 0 && !left) this.#editor.prompt.value = null;
  }
}

/** A result as part of a question, as Label Studio sends it. */
function asking(result: Result, isMeant: boolean): Result {
  const { type = "", value = {}, ...rest } = result;
  const labels = value[type] ?? value.labels;
  const named = labels === undefined ? {} : { labels };
  return { ...rest, type, is_positive: isMeant, value: { ...value, ...named } };
}

const known = new WeakMap<Editor, Prompts>();

export function promptsOf(editor: Editor): Prompts {
  const prompts = known.get(editor) ?? new Prompts(editor);
  known.set(editor, prompts);
  join(editor, family); // where the model came later
  return prompts;
}

/** Whether a tool of an image can draw without asking: then it is a person's choice. */
function mayTurn(editor: Editor, image: Element): boolean {
  const tree = editor.tree.value;
  return tree
    .controls(image)
    .some((at) => tree.tag(at)?.region && tree.flag(at, "smart") && !tree.flag(at, "smartOnly"));
}

const keyFor = (editor: Editor, command: string) => editor.spec.commands[command]?.keys[0] ?? "";

/** What turns asking on and off, and what is not meant. */
export function Switch({ editor, element }: ViewProps) {
  const prompts = promptsOf(editor);
  const { on, negative } = prompts;
  const asks = prompts.asks(element);
  return (
    <>
      {mayTurn(editor, element) && (
        <Button
          name="Ask the model with what is drawn"
          keys={keyFor(editor, "tool:auto-detect")}
          pressed={on.value}
          onClick={() => prompts.turn()}
        >
          <svg class="nb-icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M2.5 13.5 9 7M11.5 1.5v4M9.5 3.5h4M4 2v3M2.5 3.5h3M13 9.5v3M11.5 11h3" />
          </svg>
        </Button>
      )}
      {asks && (
        <Button
          name="What is drawn next is not meant"
          keys={`${keyFor(editor, "tool:negative")}, or Alt`}
          pressed={negative.value}
          onClick={() => prompts.negate()}
        >
          <svg class="nb-icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M8 2a6 6 0 1 0 0 12 6 6 0 1 0 0-12zM5.2 8h5.6" />
          </svg>
        </Button>
      )}
    </>
  );
}

/** How the question on screen stands: thought about, or answered, and what to do with that. */
export function Answer(props: ViewProps) {
  const prompt = props.editor.prompt.value;
  const own = prompt?.drawn[0]?.to_name === props.editor.tree.value.text(props.element, "name");
  return prompt && own ? <Bar editor={props.editor} prompt={prompt} /> : null;
}

function Bar({ editor, prompt }: { editor: Editor; prompt: Prompt }) {
  const items = editor.suggested.value.filter((item) => prompt.items.includes(item));
  const said = prompt.waits
    ? "The model is asked …"
    : prompt.failed
      ? "No answer came"
      : items.length === 0
        ? "Nothing was found"
        : "Suggested";
  return (
    <div class="nb-answer" data-waits={prompt.waits || undefined}>
      <span role="status" class={said === "Suggested" ? "nb-unseen" : ""}>
        {said}
      </span>
      {items.length > 0 && (
        <button type="button" class="nb-small" onClick={() => accept(editor, items)}>
          Accept <kbd aria-hidden="true">{keyFor(editor, "suggestion:accept")}</kbd>
        </button>
      )}
      <button
        type="button"
        class="nb-small"
        onClick={() => {
          editor.prompt.value = null;
        }}
      >
        Drop <kbd aria-hidden="true">{keyFor(editor, "region:exit").replace("escape", "esc")}</kbd>
      </button>
    </div>
  );
}

const prompting = (run: (prompts: Prompts) => void) => (editor: Editor) =>
  editor.prompts.value && run(promptsOf(editor));

/** What comes with a model: while something is asked, a step back takes back what was drawn last. */
export const family: Family = {
  views: {},
  commands: {
    "tool:auto-detect": prompting((prompts) => prompts.turn()),
    "tool:negative": prompting((prompts) => prompts.negate()),
    "annotation:undo": (editor) =>
      (!editor.drawing.value && promptsOf(editor).back()) || editor.undo(),
    "region:delete": (editor) => {
      const { value: selected } = editor.selected;
      if (selected.length > 0) remove(editor, selected);
      else if (!promptsOf(editor).back() && editor.advance.value) return editor.undo();
    },
  },
};
