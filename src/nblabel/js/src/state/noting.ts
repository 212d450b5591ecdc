import type { Region } from "../core/regions";
import type { Editor } from "./editor";
import { noteOf } from "./outline";
import { changing, commit } from "./regions";

/** Writes the note on a region; without text there is none. */
export function note(editor: Editor, region: Region, text: string): void {
  if (text === noteOf(region)) return;
  commit(
    editor,
    changing(editor, [region], ({ items }) =>
      items.map((item) => {
        const { meta, ...rest } = item.result;
        const { text: _, ...others } = (meta ?? {}) as Record<string, unknown>;
        const next = text ? { ...others, text: [text] } : others;
        return {
          item,
          result: Object.keys(next).length > 0 ? { ...rest, meta: next } : rest,
        };
      }),
    ),
  );
}
