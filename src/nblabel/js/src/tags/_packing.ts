import { bytesOf } from "../base/bytes";
import type { Packed, Packing } from "../wire/wire";

/** What may hold results: a task, an annotation, an item, a change, an edit, or lists of these. */
type Holder = Record<string, unknown>;

/** Where results are, and where what holds them is; nothing else is looked at. */
const RESULTS = new Set(["result", "before", "after"]);
const HOLDERS = [
  "annotation",
  "items",
  "others",
  "predictions",
  "changes",
  "edits",
  "gestures",
  "conflict",
];

const isObject = (value: unknown): value is Holder =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value with `change` done to every mask in its results; what has none stays the same. */
function changed<T>(value: T, change: (rle: unknown) => unknown): T {
  if (Array.isArray(value)) {
    const made = value.map((one) => changed(one, change));
    return made.some((one, i) => one !== value[i]) ? (made as T) : value;
  }
  if (!isObject(value)) return value;
  let made: Holder = value;
  const put = (key: string, now: unknown) => {
    if (now !== (value as Holder)[key]) made = { ...made, [key]: now };
  };
  for (const key of HOLDERS) if (key in value) put(key, changed(value[key], change));
  for (const key of RESULTS) if (key in value) put(key, result(value[key], change));
  if (Array.isArray(value.results)) {
    const { results } = value;
    const now = results.map((one) => result(one, change));
    if (now.some((one, i) => one !== results[i])) put("results", now);
  }
  return made as T;
}

function result(given: unknown, change: (rle: unknown) => unknown): unknown {
  if (!isObject(given) || !isObject(given.value) || !("rle" in given.value)) return given;
  const { rle } = given.value;
  const now = change(rle);
  return now === rle ? given : { ...given, value: { ...given.value, rle: now } };
}

/**
 * Masks travel as buffers, each once: in its result it is `{bytes: i}`, the how-manieth buffer;
 * whatever else is an object there is `{as: it}`. widget/wire.py holds the twin.
 */
function pack(content: Holder): Packed {
  const known = new Map<Uint8Array, number>();
  const packed = changed(content, (rle) => {
    if (!(rle instanceof Uint8Array)) return isObject(rle) ? { as: rle } : rle;
    const at = known.get(rle) ?? known.size;
    known.set(rle, at);
    return { bytes: at };
  });
  return { content: packed, buffers: [...known.keys()] };
}

export const packing: Packing = {
  pack: (content) => pack({ ...content, packs: true }),
  weigh(change) {
    const { content, buffers } = pack({ changes: [change] });
    return buffers.reduce((sum, { length }) => sum + length, JSON.stringify(content).length);
  },
  unpack(value, buffers) {
    const known = new Map<number, Uint8Array>();
    return changed(value, (rle) => {
      if (!isObject(rle)) return rle;
      if ("as" in rle) return rle.as;
      const at = Number(rle.bytes);
      const buffer = buffers[at];
      // Its own copy: a buffer may be a view of all that came with a message.
      const bytes = known.get(at) ?? (buffer ? bytesOf(buffer).slice() : new Uint8Array());
      known.set(at, bytes);
      return bytes;
    });
  },
};
