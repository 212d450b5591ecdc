/** What opens over the data; fetched once the editor is seen, before anybody asks for it. */
import type { Editor } from "../state/editor";
import { Keys, SettingsPanel } from "./panels";
import { Search } from "./search";

export { ContextMenu } from "./menu";

export function Sheet({ editor }: { editor: Editor }) {
  const { value: panel } = editor.panel;
  if (panel === "keys") return <Keys editor={editor} />;
  if (panel === "settings") return <SettingsPanel editor={editor} />;
  return panel === "search" ? <Search editor={editor} /> : null;
}
