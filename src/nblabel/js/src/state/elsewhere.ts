import type { Copied, CopiedRegion } from "./clipboard";

/** More text than this is no text for others: masks have their bytes. */
const MOST = 1_000_000;

/** Hands it to other pages, too, where this one may; it works without. */
export function tellSystem(copied: Copied): void {
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
