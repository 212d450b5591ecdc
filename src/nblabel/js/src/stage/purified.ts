import DOMPurify, { type Config, type DOMPurify as Purifier } from "dompurify";
import { confined, FETCHES } from "./declarations";
import { mayFetch } from "./fetching";

/** Attributes of which a browser fetches the address as soon as it sees it. */
const FETCHED = new Set(["src", "poster", "background"]);
const DRAWING = "http://www.w3.org/2000/svg";

/** What leads from how something is drawn to another part of the same document. */
const WITHIN = /\burl\(\s*(?:"#[^"\\]*"|'#[^'\\]*'|#[^\s"'()\\]*)\s*\)/gi;

/** What a stranger's HTML may have: nothing that runs, styles the page, wants input or fetches. */
export const KEPT: Config = {
  FORBID_TAGS: [
    ...["style", "form", "input", "button", "textarea", "select", "link", "meta", "base"],
    ...["dialog", "area", "map", "source", "track"],
  ],
  FORBID_ATTR: [
    ...["name", "slot", "role", "srcset", "usemap", "autoplay", "tabindex"],
    ...["popover", "popovertarget", "popovertargetaction"],
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

/** A purifier that lets HTML fetch with these protocols and no others, and keeps the page open. */
export function purifier(protocols: readonly string[]): Purifier {
  const purify = DOMPurify();
  purify.addHook("uponSanitizeAttribute", (node, given) => {
    const { attrName: name, attrValue: value } = given;
    if (name === "style") given.attrValue = confined(value, protocols);
    if (name === "class") given.attrValue = value.replace(/(^|\s)nb-\S*/g, "$1"); // the widget's looks
    const drawn = node.namespaceURI === DRAWING;
    if (drawn && name !== "style" && FETCHES.test(value.replace(WITHIN, "")))
      given.keepAttr = false;
    const fetched = FETCHED.has(name) || (drawn && /href$/i.test(name) && !value.startsWith("#"));
    if (!fetched || mayFetch(value, protocols)) return;
    given.keepAttr = false;
    node.setAttribute("title", `not fetched, protocols= does not allow it: ${value}`);
  });
  purify.addHook("afterSanitizeAttributes", (node) => {
    if (!node.hasAttribute("href")) return;
    node.setAttribute("target", "_blank"); // the notebook stays where it is
    node.setAttribute("rel", "noopener noreferrer");
  });
  return purify;
}
