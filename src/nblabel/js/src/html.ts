/** Fetched only when a config or its data holds HTML: a third of the editor is not for everybody. */
import DOMPurify from "dompurify";
import { confined } from "./stage/declarations";
import { mayFetch } from "./stage/fetching";

/** Attributes of which a browser fetches the address as soon as it sees it. */
const FETCHED = new Set(["src", "poster", "background"]);

/** HTML without anything that runs, asks strangers, styles the page or wants input. */
export function clean(html: string, protocols: readonly string[] = []): string {
  const purify = DOMPurify();
  purify.addHook("uponSanitizeAttribute", (node, given) => {
    if (given.attrName === "style") given.attrValue = confined(given.attrValue, protocols);
    if (given.attrName === "class")
      given.attrValue = given.attrValue.replace(/(^|\s)nb-\S*/g, "$1"); // the widget's own looks
    if (!FETCHED.has(given.attrName) || mayFetch(given.attrValue, protocols)) return;
    given.keepAttr = false;
    node.setAttribute("title", `not fetched, protocols= does not allow it: ${given.attrValue}`);
  });
  purify.addHook("afterSanitizeAttributes", (node) => {
    if (!node.hasAttribute("href")) return;
    node.setAttribute("target", "_blank"); // the notebook stays where it is
    node.setAttribute("rel", "noopener noreferrer");
  });
  return purify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: [
      ...["style", "form", "input", "button", "textarea", "select", "link", "meta", "base"],
      ...["dialog", "area", "map", "source", "track"],
    ],
    FORBID_ATTR: [
      ...["id", "name", "slot", "role", "srcset", "usemap", "autoplay", "tabindex"],
      ...["popover", "popovertarget", "popovertargetaction"],
    ],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}
