import type { DOMPurify as Purifier } from "dompurify";
import { confined, keepAllowed } from "./declarations";
import { KEPT, purifier } from "./purified";

/** A stranger's HTML document, made harmless: what was left out has something empty in its place. */
export interface SafeDocument {
  /** Within an `html` element, so that the document's own rules mean them. */
  readonly body: HTMLElement;
  /** The document's style sheets. */
  readonly css: string;
  /** Whether it says of some colour what it is. */
  readonly coloured: boolean;
  /** The names that elements had which stand for others now. */
  readonly names: WeakMap<Node, string>;
}

const DRAWING = "http://www.w3.org/2000/svg";
const PAGE = "http://www.w3.org/1999/xhtml";
const FORBIDDEN = [
  ...(KEPT.FORBID_TAGS ?? []),
  "animatecolor",
  "animatemotion",
  "animatetransform",
];
const OPTIONS = {
  ...KEPT,
  USE_PROFILES: { html: true, svg: true },
  FORBID_TAGS: FORBIDDEN,
  SANITIZE_DOM: false, // its ids are in a shadow root of their own
  IN_PLACE: true,
};
/** What has no text in a document. */
const EMPTIED = new Set(["script", "iframe", "frame", "frameset", "template"]);
/** The frames that Label Studio leaves in a document. */
const FILMS = /^https:\/\/((www\.)?youtube(-nocookie)?\.com|youtu\.be)([:/?#]|$)/i;
/** What has text that is counted, and not seen. */
const UNSEEN = new Set(["style", "noscript", "title", "script", "template", "datalist", "noembed"]);
const BLOCKS = new Set(["form", "fieldset", "dialog", "noframes", "legend", "xmp", "listing"]);
const COPIED = ["class", "id", "style", "dir", "lang"];

/**
 * A document as a browser parses it, without what runs, fetches or wants input. Every element that
 * may not stay has another in its place, so that those around it keep their numbers.
 *
 * @param fragment whether it is the content of an element of the page, and no page of its own
 */
export function safeDocument(
  html: string,
  fragment: boolean,
  protocols: readonly string[] = [],
): SafeDocument {
  // A frame's document is never read in the manner of old browsers.
  const start = `<!DOCTYPE html>${fragment ? "<body>" : ""}`;
  const parsed = new DOMParser().parseFromString(start + html, "text/html");
  const css = [...parsed.querySelectorAll("style")].map((style) => sheetText(style, protocols));
  const purify = purifier(protocols);
  const allowed = { [PAGE]: tagsOf(purify, PAGE, "p"), [DRAWING]: tagsOf(purify, DRAWING, "svg") };
  // A field's name would be found where a form's own children are asked for.
  for (const field of parsed.querySelectorAll("form *, [form]"))
    for (const name of ["id", "name"]) field.removeAttribute(name);
  const names = new WeakMap<Node, string>();
  // A set of frames is no body, and has no text.
  const body = parsed.body.localName === "body" ? parsed.body : parsed.createElement("body");
  takeOut(body);
  for (const element of body.querySelectorAll("*")) stand(element, allowed, names);
  purify.addHook("afterSanitizeAttributes", (node) => {
    if (node.hasAttribute("href")) node.setAttribute("tabindex", "-1"); // the text has the keyboard
  });
  purify.sanitize(body, OPTIONS);
  const root = document.createElement("html");
  for (const name of COPIED) copy(parsed.documentElement, root, name);
  root.style.cssText = confined(root.style.cssText, protocols);
  root.append(body);
  return { body, css: css.join("\n"), coloured: isColoured(root, css), names };
}

/** Takes out what Label Studio does before it counts: the texts on both sides of it are one then. */
function takeOut(body: HTMLElement): void {
  const comments = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const out: ChildNode[] = [...body.querySelectorAll("script, iframe")].filter(
    (element) => !FILMS.test(element.getAttribute("src")?.trim() ?? ""),
  );
  while (comments.nextNode()) out.push(comments.currentNode as Comment);
  for (const node of out) node.remove();
  if (out.length > 0) body.normalize();
}

const COLOURED = "[bgcolor], [color], [text], [style*=color], [style*=background]";

const isColoured = (root: HTMLElement, css: readonly string[]): boolean =>
  css.some((text) => /color|background/.test(text)) || root.querySelector(COLOURED) !== null;

/** The tags that may stay in a namespace: what is drawn by that name elsewhere is none of them. */
function tagsOf(purify: Purifier, space: string, root: string): Tags {
  let tags: Tags = {};
  purify.addHook("uponSanitizeElement", (_, { allowedTags }) => {
    tags = { ...allowedTags };
    for (const name of FORBIDDEN) delete tags[name];
  });
  const profile = space === PAGE ? { html: true } : { svg: true };
  const element = document.implementation.createHTMLDocument().createElementNS(space, root);
  purify.sanitize(element as HTMLElement, { ...OPTIONS, USE_PROFILES: profile });
  purify.removeHook("uponSanitizeElement");
  return tags;
}

type Tags = Record<string, boolean>;

/** Puts something harmless in the place of an element that may not stay. */
function stand(element: Element, allowed: Record<string, Tags>, names: WeakMap<Node, string>) {
  const name = element.localName.toLowerCase();
  const space = element.parentElement?.namespaceURI === DRAWING ? DRAWING : PAGE;
  const fits = element.namespaceURI === space || (name === "svg" && space === PAGE);
  if (fits && allowed[element.namespaceURI ?? ""]?.[name]) return;
  const other = space === DRAWING ? "g" : BLOCKS.has(name) ? "div" : "span";
  const made = element.ownerDocument.createElementNS(space, other);
  for (const attribute of COPIED) copy(element, made, attribute);
  if (UNSEEN.has(name)) made.setAttribute("hidden", "");
  if (name === "noscript")
    made.append(
      [...element.childNodes].map((n) => ("outerHTML" in n ? n.outerHTML : n.textContent)).join(""),
    );
  else if (!EMPTIED.has(name)) made.append(...element.childNodes);
  names.set(made, name);
  element.replaceWith(made);
}

function copy(from: Element, to: Element, name: string): void {
  const value = from.getAttribute(name);
  if (value !== null) to.setAttribute(name, value);
}

/** A style sheet's allowed rules as text; within a shadow root its root is an element like others. */
function sheetText(style: HTMLStyleElement, protocols: readonly string[]): string {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style.textContent ?? "");
  keepAllowed(sheet, protocols);
  const rules = [...sheet.cssRules]
    .map((rule) => rule.cssText)
    .filter((text) => !/:host|::slotted/.test(text));
  const text = rules.join("\n").replaceAll(":root", "html");
  // As the browser has read it: what is no condition would end where its author wants it to.
  const media = new CSSStyleSheet({ media: style.media }).media.mediaText;
  return media ? `@media ${media} {\n${text}\n}` : text;
}
