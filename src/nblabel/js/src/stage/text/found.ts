import type { Scope } from "../../base/scope";
import type { Stretch } from "../../core/segments";
import type { Page } from "./page";

let serial = 0;

/** Looks for words in a page and underlays them, in sight or not. */
export class Found {
  readonly #page: Page;
  readonly #names: readonly [string, string];
  places: readonly Stretch[] = [];

  constructor(scope: Scope, page: Page) {
    this.#page = page;
    const name = `nb-found-${serial++}`;
    this.#names = [name, `${name}-now`];
    const style = document.createElement("style");
    style.textContent =
      `::highlight(${name}) { background: #ffe08a; color: #1a1d21 } ` +
      `::highlight(${name}-now) { background: #f59f00; color: #1a1d21 }`;
    (page.host.shadowRoot ?? page.host).append(style);
    scope.add(() => {
      this.#drop();
      style.remove();
    });
  }

  /** Where the words stand, in any case; what is not shown is left out. */
  look(words: string): readonly Stretch[] {
    const wanted = words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
    const all = words.trim() ? [...this.#page.text.matchAll(new RegExp(wanted, "giu"))] : [];
    this.places = all
      .map((match) => ({ start: match.index, end: match.index + match[0].length }))
      .filter(({ start }) => !this.#page.isHidden(start));
    return this.places;
  }

  /** Underlays what was found, and one of it more. */
  show(now: number): void {
    this.#drop();
    const { CSS, Highlight } = this.#page.view;
    if (!CSS.highlights) return;
    const ranges = ({ start, end }: Stretch) => this.#page.staticRanges(start, end);
    const [all, one] = this.#names;
    const present = this.places[now];
    CSS.highlights.set(all, new Highlight(...this.places.flatMap(ranges)));
    if (!present) return;
    const highlight = new Highlight(...ranges(present));
    highlight.priority = 1;
    CSS.highlights.set(one, highlight);
  }

  #drop(): void {
    for (const name of this.#names) this.#page.view.CSS.highlights?.delete(name);
  }
}
