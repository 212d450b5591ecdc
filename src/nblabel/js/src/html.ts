/** Fetched only when a config or its data holds HTML: a third of the editor is not for everybody. */
import DOMPurify from "dompurify";

/** HTML without anything that runs, loads a frame, styles the page or asks for input. */
export function clean(html: string): string {
  return DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ["style", "form", "input", "button", "textarea", "select", "link", "meta", "base"],
    FORBID_ATTR: ["id", "name"],
  });
}
