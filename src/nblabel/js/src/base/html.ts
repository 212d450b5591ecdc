import DOMPurify from "dompurify";

/** HTML from a config or from task data, without anything that runs, loads a frame or styles the page. */
export function cleanHtml(html: string): string {
  return DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ["style", "form", "input", "button", "textarea", "select", "link", "meta", "base"],
    FORBID_ATTR: ["id", "name"],
  });
}
