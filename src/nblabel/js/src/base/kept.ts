/** Where a page may keep something; each host allows another, or none. */
export type Keeper = "localStorage" | "sessionStorage";

/** What was kept under a name; undefined where the host has no storage, or the text is not ours. */
export function kept(keeper: Keeper, name: string): unknown {
  try {
    return JSON.parse(globalThis[keeper].getItem(name) ?? "") as unknown;
  } catch {
    return undefined;
  }
}

/** Keeps a value, where the host allows it; undefined takes it away. */
export function keep(keeper: Keeper, name: string, value: unknown): void {
  try {
    if (value === undefined) globalThis[keeper].removeItem(name);
    else globalThis[keeper].setItem(name, JSON.stringify(value));
  } catch {
    // it then lasts as long as the page
  }
}
