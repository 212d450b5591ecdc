import type { Stretch } from "./segments";

export interface Link extends Stretch {
  readonly href: string;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/gi;
/** What ends a sentence rather than an address, unless its bracket was opened in it. */
const TAIL = /[.,;:!?)\]}»”’]$/;

/** The web addresses in a text; positions are UTF-16 units. */
export function linksIn(text: string): Link[] {
  return [...text.matchAll(ADDRESS)].flatMap((match) => {
    let href = match[0];
    while (TAIL.test(href) && !(href.endsWith(")") && href.includes("("))) href = href.slice(0, -1);
    return URL.canParse(href) ? [{ start: match.index, end: match.index + href.length, href }] : [];
  });
}
