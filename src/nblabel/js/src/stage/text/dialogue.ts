import { type Block, Page, type Spot } from "./page";

/** Turns are laid out, and watched, together until they are so long, or so many. */
const LONG = 3_000;
const MANY = 24;
/** About how many characters stand in a line of the screen. */
const ACROSS = 80;

export interface Turn {
  readonly author: string;
  readonly text: string;
  /** When it was said, in few words. */
  readonly time: string;
  /** The colour of its author, in degrees of hue. */
  readonly hue: number;
}

/** Between two turns stands who says the second. */
class Dialogue extends Page {
  protected override pieces(start: number, end: number): [Spot, Spot][] {
    const first = this.runs.indexOf(this.runAt(start));
    const last = this.runs.indexOf(this.runAt(Math.max(0, end - 1)));
    return this.runs.slice(first, last + 1).map((run) => [
      { node: run.node, offset: Math.max(start, run.start) - run.start },
      { node: run.node, offset: Math.min(end, run.end) - run.start },
    ]);
  }
}

/** A dialogue as a page: its text is that of its turns, with a line break between two. */
export function dialoguePage(turns: readonly Turn[]): Page {
  const element = document.createElement("div");
  element.className = "nb-text-page nb-dialogue";
  const blocks: Block[] = [];
  let start = 0;
  let together: Turn[] = [];
  const close = () => {
    if (together.length === 0) return;
    const block = blockOf(together, start);
    start = (block.runs.at(-1)?.end ?? start) + 1;
    blocks.push(block);
    together = [];
  };
  let length = 0;
  for (const turn of turns) {
    together.push(turn);
    length += turn.text.length;
    if (length < LONG && together.length < MANY) continue;
    close();
    length = 0;
  }
  close();
  element.append(...blocks.map((block) => block.element));
  const text = turns.map((turn) => turn.text).join("\n");
  return new Dialogue(element, text, blocks);
}

function blockOf(turns: readonly Turn[], from: number): Block {
  const element = document.createElement("div");
  element.className = "nb-text-block";
  let start = from;
  const runs = turns.map((turn) => {
    const text = document.createElement("div");
    text.className = "nb-turn-text";
    text.dir = "auto";
    const node = document.createTextNode(turn.text);
    text.append(node);
    const drawn = document.createElement("div");
    drawn.className = "nb-turn";
    drawn.dataset.author = turn.author;
    drawn.style.setProperty("--nb-hue", String(turn.hue));
    drawn.append(headOf(turn), text);
    element.append(drawn);
    const run = { element: text, node, start, end: start + turn.text.length };
    start = run.end + 1;
    return run;
  });
  const tall = turns.reduce((sum, { text }) => sum + 1.4 + Math.ceil(text.length / ACROSS), 0);
  element.style.setProperty("--nb-tall", String(tall));
  return { element, runs };
}

function headOf({ author, time }: Turn): HTMLElement {
  const head = document.createElement("div");
  head.className = "nb-turn-head";
  for (const [tag, words] of [
    ["b", author],
    ["small", time],
  ] as const) {
    const part = document.createElement(tag);
    part.textContent = words;
    if (words) head.append(part);
  }
  return head;
}
