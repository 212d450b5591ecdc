import { unpack } from "../base/bytes";
import type { Wire } from "./wire";

interface Fetched {
  readonly coming: Promise<unknown>;
  /** Once it has come. */
  readonly module?: unknown;
}

/**
 * What was fetched, on the only global there is: its name holds the build's hash, so that two
 * versions of nblabel on one page do not meet.
 */
function shelf(hash: string): Map<string, Fetched> {
  const place = Symbol.for(`nblabel/${hash}`);
  const page = globalThis as unknown as Record<symbol, Map<string, Fetched> | undefined>;
  page[place] ??= new Map();
  return page[place];
}

/** One of the built modules, fetched from the kernel once per page. */
export function fetchCode<Module>(wire: Wire, name: string, hash: string): Promise<Module> {
  const modules = shelf(hash);
  const known = modules.get(name);
  if (known) return known.coming as Promise<Module>;
  const coming = load(wire, name);
  modules.set(name, { coming });
  coming.then(
    (module) => modules.set(name, { coming, module }),
    () => modules.delete(name), // the next who asks, with a living kernel, tries again
  );
  return coming as Promise<Module>;
}

/** A module that is here already. */
export function codeHere<Module>(name: string, hash: string): Module | undefined {
  return shelf(hash).get(name)?.module as Module | undefined;
}

async function load(wire: Wire, name: string): Promise<unknown> {
  const {
    buffers: [code],
  } = await wire.ask("code", { name });
  if (!code) throw new Error(`the kernel sent no code for "${name}"`);
  const script = await unpack(code).arrayBuffer();
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    return await import(/* webpackIgnore: true */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
