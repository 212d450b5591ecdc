import type { Region } from "../core/regions";
import type { Result } from "../core/types";
import type { Editor } from "./editor";
import { placeOf, whereOf } from "./places";

/** Regions that were copied, as they were then, with what is said of them. */
export interface Copied {
  /** Of which task of which project. */
  readonly task: string;
  readonly regions: readonly CopiedRegion[];
  /** Those between two of them. */
  readonly relations: readonly Result[];
}

export interface CopiedRegion {
  readonly id: string;
  /** The tag and the name of its object. */
  readonly on: { readonly tag: string; readonly name: string };
  readonly results: readonly Result[];
  /** The words that it marks; "" where it marks none. */
  readonly words: string;
}

/** What was copied last by any labeler on the page. */
let last: Copied | null = null;

export const copied = (): Copied | null => last;

/** More text than this is no text for others: masks have their bytes. */
const MOST = 1_000_000;

/** Which task is on screen, wherever it is looked at. */
export const taskOf = ({ spec, view }: Editor): string =>
  `${spec.store}\n${spec.project}\n${view.value?.key}`;

/** Copies the selected regions, with the relations between them; false where none is selected. */
export function copy(editor: Editor): boolean {
  const { value: selected } = editor.selected;
  if (selected.length === 0) return false;
  const ids = new Set(selected.map(({ id }) => id));
  const has = (id: unknown) => ids.has(String(id));
  last = {
    task: taskOf(editor),
    regions: selected.map((region) => copiedRegion(editor, region)),
    relations: editor.items.value
      .map(({ result }) => result)
      .filter(({ type, from_id, to_id }) => type === "relation" && has(from_id) && has(to_id)),
  };
  tellSystem(last);
  return true;
}

function copiedRegion(editor: Editor, region: Region): CopiedRegion {
  const tree = editor.tree.value;
  const object = tree.named(region.object);
  const value = whereOf(editor, region);
  const own = object && placeOf(editor, region)?.marked?.(editor, object, value);
  const saved = typeof value.text === "string" ? value.text.replaceAll("\\n", "\n") : "";
  return {
    id: region.id,
    on: { tag: object?.tag ?? "", name: region.object },
    results: region.items.map(({ result }) => result),
    words: own || saved,
  };
}

/** Hands it to other pages, too, where this one may; it works without. */
function tellSystem(copied: Copied): void {
  const masks = copied.regions
    .flatMap(({ results }) => results.map(({ value }) => value?.rle))
    .reduce<number>((sum, rle) => sum + ((rle as { length?: number } | undefined)?.length ?? 0), 0);
  if (4 * masks > MOST) return;
  const bytes = (_: string, value: unknown) => (value instanceof Uint8Array ? [...value] : value);
  const text = JSON.stringify({ nblabel: copied }, bytes);
  if (text.length <= MOST) navigator.clipboard?.writeText(text).catch(() => undefined);
}

/** What another page has handed to the system's clipboard; null where there is nothing of it. */
export async function copiedElsewhere(): Promise<Copied | null> {
  try {
    return read(JSON.parse(await navigator.clipboard.readText()));
  } catch {
    return null; // it is some other text, or this page may not know it
  }
}

/** A stranger's JSON as what was copied, as far as it has the form of that. */
export function read(given: unknown): Copied | null {
  const { task, regions, relations } = (given as { nblabel?: Partial<Copied> })?.nblabel ?? {};
  if (!Array.isArray(regions)) return null;
  const isRegion = (at: unknown): at is CopiedRegion => {
    const { id, on, results, words } = (at ?? {}) as Partial<CopiedRegion>;
    const named = typeof id === "string" && typeof words === "string" && isRecord(on);
    return named && Array.isArray(results) && results.every((one) => isRecord(one?.value));
  };
  return {
    task: String(task),
    regions: regions.filter(isRegion),
    relations: Array.isArray(relations) ? relations.filter(isRecord) : [],
  };
}

const isRecord = (given: unknown): given is Record<string, unknown> =>
  typeof given === "object" && given !== null;
