import type { Link } from "../../core/links";
import { Offsets } from "../../core/offsets";
import type { Stretch } from "../../core/segments";
import type { SafeDocument } from "../document";
import baseStyles from "./html.css";
import { type Block, Page, type Run, type Spot } from "./page";

/** A spot as Label Studio writes it: a path from the body, and UTF-16 units in the text there. */
export interface Address {
  readonly path: string;
  readonly offset: number;
}

const BLOCKS = new Set(
  (
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset " +
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu " +
    "nav ol p pre section summary table caption tbody thead tfoot tr ul xmp"
  ).split(" "),
);
/** Blocks that can be laid out by themselves without looking otherwise. */
const APART = new Set(
  "article aside blockquote div dl figure footer header main ol p pre section ul".split(" "),
);
/** As much of a document as is laid out as one. */
const TOGETHER = 4_000;
/** As much of several elements as is watched by its ends: neither is far from what is between. */
const WATCHED = 6_000;
/** What is as high as it likes. */
const MEDIA = /^(audio|canvas|hr|img|object|svg|video)$/;
/** From so many characters on, what is out of sight is not laid out. */
const LONG = 100_000;
/** What is shorter is not worth being laid out by itself. */
const LEAST = 100;
const ACROSS = 90;

/** A document as a page, and where Label Studio's addresses are in it. */
export class HtmlPage {
  readonly page: Page;
  readonly #body: HTMLElement;
  readonly #names: WeakMap<Node, string>;
  /** Where each text begins, in code points over all of them, a <br> counting one. */
  readonly #globals = new Map<Node, number>();
  readonly #texts: { node: Text; start: number; length: number }[] = [];
  readonly #steps = new WeakMap<Node, ReadonlyMap<string, Node>>();
  readonly #paths = new WeakMap<Node, string>();

  constructor({ body, css, names }: SafeDocument) {
    this.#body = body;
    this.#names = names;
    const read = new Reading(this.#nameOf, (node, start, length) => {
      this.#globals.set(node, start);
      this.#texts.push({ node, start, length });
    });
    read.visit(body);
    if (read.runs.length === 0) read.add(body.appendChild(document.createTextNode("")), body);
    const host = document.createElement("div");
    host.className = "nb-text-host";
    const root = host.attachShadow({ mode: "open", delegatesFocus: true });
    for (const text of [baseStyles, css]) {
      const style = document.createElement("style");
      style.textContent = text;
      root.append(style);
    }
    const element = document.createElement("nb-page"); // a body may have no role
    element.append(body.parentElement ?? body);
    root.append(element);
    if (read.text.length > LONG) for (const apart of read.apart) setApart(apart);
    this.page = new Page(element, read.text, read.blocks(body), { host, links: read.links });
  }

  /** The stretch between two addresses; null where there is no such place. */
  between(start: Address, end: Address): Stretch | null {
    const from = this.#spotAt(start);
    const to = this.#spotAt(end);
    return from && to && this.#stretch(from, to);
  }

  /** The stretch between two positions in the code points of all texts. */
  betweenPoints(start: number, end: number): Stretch | null {
    const from = this.#spotOf(start, false);
    const to = this.#spotOf(end, true);
    return from && to && this.#stretch(from, to);
  }

  /** Where a stretch is, in Label Studio's ways. */
  addresses({ start, end }: Stretch) {
    const { page } = this;
    const first = page.runs.find((run) => run.end > start) ?? page.runAt(start);
    const from = { node: first.node, offset: Math.max(0, start - first.start) };
    const to = page.spotAt(end, true);
    return {
      start: { path: this.#pathOf(from.node), offset: from.offset },
      end: { path: this.#pathOf(to.node), offset: to.offset },
      points: { start: this.#point(from), end: this.#point(to) },
    };
  }

  /** The words of a stretch as a browser gives them for a selection. */
  words({ start, end }: Stretch): string {
    return this.page.text
      .slice(start, end)
      .replace(/^\n+|\n+$/g, "")
      .replace(/ +/g, " ")
      .replace(/ ?\n ?/g, "\n");
  }

  #stretch(from: Spot, to: Spot): Stretch | null {
    const start = this.page.unitAt(from);
    const end = this.page.unitAt(to);
    return start < end ? { start, end } : null;
  }

  #point({ node, offset }: Spot): number {
    const text = node.textContent ?? "";
    return (this.#globals.get(node) ?? 0) + points(text.slice(0, offset));
  }

  /** What is beside all texts, at a line break, is where the nearest of what is meant begins or ends. */
  #spotOf(point: number, after: boolean): Spot | null {
    const texts = this.#texts;
    const text = after
      ? texts.findLast(({ start }) => start < point)
      : texts.find(({ start, length }) => point < start + length);
    const last = texts.at(-1);
    if (!text || !last || point < 0 || point > last.start + last.length) return null;
    const offset = Math.min(Math.max(0, point - text.start), text.length);
    return { node: text.node, offset: new Offsets(text.node.data).units(offset) };
  }

  #spotAt({ path, offset }: Address): Spot | null {
    let node: Node | undefined = this.#body;
    for (const step of path.toLowerCase().split("/")) {
      if (!step || step === ".") continue;
      node = node && this.#childrenOf(node).get(step.endsWith("]") ? step : `${step}[1]`);
    }
    if (!node || !Number.isInteger(offset) || offset < 0) return null;
    if (node.nodeType === Node.TEXT_NODE)
      return offset <= (node as Text).length ? { node, offset } : null;
    return within(node, offset);
  }

  readonly #nameOf = (node: Node): string =>
    node.nodeType === Node.TEXT_NODE
      ? "text()"
      : (this.#names.get(node) ?? node.nodeName.toLowerCase());

  #childrenOf(parent: Node): ReadonlyMap<string, Node> {
    const known = this.#steps.get(parent);
    if (known) return known;
    const counts = new Map<string, number>();
    const steps = new Map<string, Node>();
    for (const child of parent.childNodes) {
      const name = this.#nameOf(child);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      steps.set(`${name}[${count}]`, child);
      this.#paths.set(child, `${name}[${count}]`);
    }
    this.#steps.set(parent, steps);
    return steps;
  }

  #pathOf(node: Node): string {
    if (node === this.#body || !node.parentNode) return "";
    this.#childrenOf(node.parentNode);
    return `${this.#pathOf(node.parentNode)}/${this.#paths.get(node)}`;
  }
}

/** What is laid out by itself: its runs, its length, and how many media were met until its end. */
interface Apart {
  readonly element: HTMLElement;
  readonly runs: readonly [number, number];
  readonly length: number;
  readonly media: number;
}

/** Goes over a document once, and gathers its runs, its text and what is laid out by itself. */
class Reading {
  readonly runs: Run[] = [];
  readonly links: Link[] = [];
  /** The outermost elements that are short enough to be one. */
  apart: Apart[] = [];
  text = "";
  #point = 0;
  /** What stands before the next text. */
  #breaks = "";
  #isPlain = true;
  #isSeen = true;
  #media = 0;
  readonly #nameOf: (node: Node) => string;
  readonly #tell: (node: Text, point: number, length: number) => void;

  constructor(
    nameOf: (node: Node) => string,
    tell: (node: Text, point: number, length: number) => void,
  ) {
    this.#nameOf = nameOf;
    this.#tell = tell;
  }

  visit(element: HTMLElement): void {
    const name = this.#nameOf(element);
    const isBlock = BLOCKS.has(name);
    if (MEDIA.test(name)) this.#media += 1;
    const { length } = this.text;
    const first = this.runs.length;
    const before = this.apart.length;
    const [plain, seen] = [this.#isPlain, this.#isSeen];
    if (/^(pre|textarea|listing|xmp)$/.test(name)) this.#isPlain = false;
    if (element.hidden) this.#isSeen = false;
    if (isBlock) this.#break();
    if (/^t[dh]$/.test(name) && this.text && !this.#breaks) this.#breaks = "\t";
    for (let child = element.firstChild; child; child = child.nextSibling) {
      if (child.nodeType === Node.TEXT_NODE) this.#read(child as Text, element);
      else if (this.#nameOf(child) === "br") {
        this.#point += 1;
        this.#breaks += "\n";
      } else if (child.nodeType === Node.ELEMENT_NODE) this.visit(child as HTMLElement);
    }
    if (isBlock) this.#break();
    [this.#isPlain, this.#isSeen] = [plain, seen];
    const href = name === "a" ? element.getAttribute("href") : null;
    const from = this.runs[first]?.start;
    if (href && from !== undefined && /^(https?|mailto):/i.test(href))
      this.links.push({ start: from, end: this.text.length, href });
    const long = this.text.length - length;
    if (!APART.has(name) || long > TOGETHER || first === this.runs.length) return;
    this.apart.length = before;
    const runs = [first, this.runs.length] as const;
    this.apart.push({ element, runs, length: long, media: this.#media });
  }

  #break(): void {
    if (!this.#breaks.includes("\n")) this.#breaks = "\n";
  }

  #read(node: Text, element: HTMLElement): void {
    const length = points(node.data);
    this.#tell(node, this.#point, length);
    this.#point += length;
    const isBlank = this.#isPlain && !/[^ \t\n\r\f]/.test(node.data);
    if (!this.#isSeen || node.length === 0) return;
    if (isBlank && (this.#breaks || !this.text)) return; // the browser leaves it out
    this.add(node, element);
  }

  /** What is a blank to the browser is one here. */
  add(node: Text, element: HTMLElement): void {
    if (this.text) this.text += this.#breaks;
    this.#breaks = "";
    const start = this.text.length;
    this.text += this.#isPlain ? node.data.replace(/[\t\n\r\f]/g, " ") : node.data;
    this.runs.push({ element, node, start, end: this.text.length });
  }

  /** All runs, in the blocks that they are watched with. */
  blocks(body: HTMLElement): Block[] {
    const blocks: Block[] = [];
    const length = (first: number, end: number) =>
      (this.runs[end - 1]?.end ?? 0) - (this.runs[first]?.start ?? 0);
    let at = 0;
    for (let index = 0; index < this.apart.length; ) {
      const begin = this.apart[index] as Apart;
      if (at < begin.runs[0])
        blocks.push({ element: body, runs: this.runs.slice(at, begin.runs[0]) });
      let end = begin;
      for (let next = this.apart[++index]; next; next = this.apart[++index]) {
        if (next.runs[0] !== end.runs[1] || next.media !== begin.media) break;
        if (next.element.parentElement !== begin.element.parentElement) break;
        if (length(begin.runs[0], next.runs[1]) > WATCHED) break;
        end = next;
      }
      at = end.runs[1];
      const runs = this.runs.slice(begin.runs[0], at);
      blocks.push({
        element: begin.element,
        ...(end === begin ? {} : { last: end.element }),
        runs,
      });
    }
    if (at < this.runs.length) blocks.push({ element: body, runs: this.runs.slice(at) });
    return blocks;
  }
}

/** Has an element laid out when it comes near; until then it is taken to be about so high. */
function setApart({ element, length }: Apart): void {
  if (length < LEAST) return;
  element.dataset.nbApart = "";
  element.style.setProperty("--nb-tall", String(Math.ceil(length / ACROSS)));
}

/** How many code points a text has. */
function points(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** So many units into the text of an element. */
function within(element: Node, offset: number): Spot | null {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = offset;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { length } = node as Text;
    if (left <= length) return { node, offset: left };
    left -= length;
  }
  return null;
}
