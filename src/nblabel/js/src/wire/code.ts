import { unpack } from "../base/gzip";
import type { Wire } from "./wire";

type Shelf = Record<symbol, Record<string, Promise<unknown> | undefined> | undefined>;

/**
 * One of the built modules, fetched from the kernel once per page.
 *
 * The shelf is the only global there is; its name holds the build's hash, so that two versions of
 * nblabel on one page do not meet.
 */
export function fetchCode<Module>(wire: Wire, name: string, hash: string): Promise<Module> {
  const place = Symbol.for(`nblabel/${hash}`);
  const page = globalThis as unknown as Shelf;
  page[place] ??= {};
  const shelf = page[place];
  shelf[name] ??= load(wire, name).catch((error: unknown) => {
    delete shelf[name]; // the next who asks, with a living kernel, tries again
    throw error;
  });
  return shelf[name] as Promise<Module>;
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
