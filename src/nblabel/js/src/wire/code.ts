import { unpack } from "../base/bytes";
import { pause } from "../base/scope";
import type { Wire } from "./wire";

/** What a page has of one build of the editor. */
interface Shelf {
  /** The address of each file, under which those that import it find it. */
  readonly files: Map<string, string>;
  /** The entries that were evaluated, by name. */
  readonly modules: Map<string, unknown>;
  /** Settles, and never fails, when what was asked for last has come or will not. */
  coming: Promise<unknown>;
}

/** Ms for which whoever asks waits for what another asked for: the other's kernel may be gone. */
const PATIENCE = 3_000;

/**
 * What was fetched, on the only global there is: its name holds the build's hash, so that two
 * versions of nblabel on one page do not meet.
 */
function shelfOf(hash: string): Shelf {
  const name = Symbol.for(`nblabel/${hash}`);
  const page = globalThis as unknown as Record<symbol, Shelf | undefined>;
  page[name] ??= { files: new Map(), modules: new Map(), coming: Promise.resolve() };
  return page[name];
}

/** Entries of the built editor, each of their files fetched from the kernel once per page. */
export async function fetchCode(
  wire: Wire,
  names: readonly string[],
  hash: string,
): Promise<unknown[]> {
  const shelf = shelfOf(hash);
  const isHere = (name: string) => shelf.modules.has(name);
  if (!names.every(isHere)) {
    // One after the other: what is under way may be what is wanted, or share files with it.
    const before = shelf.coming;
    const now = Promise.race([before, pause(PATIENCE)]).then(() =>
      load(
        wire,
        names.filter((name) => !isHere(name)),
        shelf,
      ),
    );
    shelf.coming = now.catch(() => undefined); // the next who asks, with a living kernel, tries again
    await now;
  }
  return names.map((name) => shelf.modules.get(name));
}

/** An entry that is here already. */
export function codeHere<Module>(name: string, hash: string): Module | undefined {
  return shelfOf(hash).modules.get(name) as Module | undefined;
}

async function load(wire: Wire, names: readonly string[], shelf: Shelf): Promise<void> {
  if (names.length === 0) return;
  const have = [...shelf.files.keys()];
  const { ok, buffers } = await wire.ask("code", { names, have });
  const { files } = ok as { files: readonly string[] };
  const missing = files.filter((file) => !have.includes(file));
  if (buffers.length !== missing.length)
    throw new Error(`the kernel sent ${buffers.length} of ${missing.length} files of the editor`);
  const texts = await Promise.all(buffers.map((code) => unpack(code).text()));
  missing.forEach((file, i) => {
    if (!shelf.files.has(file)) shelf.files.set(file, addressOf(texts[i] ?? "", files, shelf));
  });
  for (const name of names) {
    const address = shelf.files.get(`${name}.js`);
    if (!address) throw new Error(`the kernel sent no code for "${name}"`);
    shelf.modules.set(name, await import(/* webpackIgnore: true */ address));
  }
}

/** The address of a file whose imports are those addresses of the files before it. */
function addressOf(code: string, files: readonly string[], shelf: Shelf): string {
  const text = files.reduce((text, file) => {
    const address = shelf.files.get(file);
    return address ? text.replaceAll(`"./${file}"`, JSON.stringify(address)) : text;
  }, code);
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}
