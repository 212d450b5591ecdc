/** Fetched only when a config or its data holds HTML: a third of the editor is not for everybody. */
import { KEPT, purifier } from "./stage/purified";

/** HTML without anything that runs, asks strangers, styles the page or wants input. */
export function clean(html: string, protocols: readonly string[] = []): string {
  return purifier(protocols).sanitize(html, {
    ...KEPT,
    USE_PROFILES: { html: true },
    FORBID_ATTR: [...(KEPT.FORBID_ATTR ?? []), "id"],
  });
}
