import { quiet } from "../base/quiet";
import { type SafeDocument, safeDocument } from "../stage/document";
import { HtmlPage } from "../stage/text/html";
import type { Editor } from "../state/editor";

/** A document as it is shown. */
export interface Shown {
  readonly html: HtmlPage;
  readonly coloured: boolean;
}

/** How many documents are kept that are not on screen, and how many characters of them. */
const KEPT = 6;
const KEPT_CHARACTERS = 8_000_000;

/** The documents of an editor that come next or were looked at lately: none is cleaned twice. */
export class Documents {
  readonly #protocols: readonly string[];
  /** By their own text; a document is one piece of a page, and what is on screen is not here. */
  readonly #kept = new Map<string, Shown>();
  readonly #onScreen = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(protocols: readonly string[]) {
    this.#protocols = protocols;
  }

  static of(editor: Editor): Documents {
    const known = opened.get(editor);
    if (known) return known;
    const made = new Documents(editor.spec.protocols);
    opened.set(editor, made);
    editor.scope.add(() => opened.delete(editor));
    return made;
  }

  /** Whether an editor still shows some. */
  static has(editor: Editor): boolean {
    return opened.has(editor);
  }

  /** A document for whoever shows it, until it is given back. */
  take(html: string, inline: boolean): Shown {
    const key = keyOf(html, inline);
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    this.#onScreen.add(key);
    return kept ?? shownOf(this.#clean(html, inline));
  }

  /** Keeps a document that was taken. */
  give(html: string, inline: boolean, shown: Shown): void {
    const key = keyOf(html, inline);
    this.#onScreen.delete(key);
    this.#keep(key, shown);
  }

  #keep(key: string, shown: Shown): void {
    this.#kept.delete(key);
    this.#kept.set(key, shown); // the latest last
    let length = 0;
    for (const kept of this.#kept.keys()) length += kept.length;
    for (const kept of this.#kept.keys()) {
      if (this.#kept.size <= KEPT && length <= KEPT_CHARACTERS) return;
      this.#kept.delete(kept);
      length -= kept.length;
    }
  }

  /** Makes a document in two steps while nobody does anything, one document after the other. */
  prepare(html: string, inline: boolean, isWanted: () => boolean): void {
    const key = keyOf(html, inline);
    const isMissing = () => !this.#kept.has(key) && !this.#onScreen.has(key);
    this.#last = this.#last.then(async () => {
      if (!isWanted() || !isMissing()) return;
      await quiet();
      if (!isWanted() || !isMissing()) return;
      const safe = this.#clean(html, inline);
      await quiet();
      // Whoever has left meanwhile may come back: it is cleaned.
      if (isMissing()) this.#keep(key, shownOf(safe));
    });
  }

  #clean(html: string, inline: boolean): SafeDocument {
    return safeDocument(html, inline, this.#protocols);
  }
}

const opened = new WeakMap<Editor, Documents>();

const keyOf = (html: string, inline: boolean): string => (inline ? `inline ${html}` : html);

const shownOf = (safe: SafeDocument): Shown => ({
  html: new HtmlPage(safe),
  coloured: safe.coloured,
});
