import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { jsonOf } from "../../src/base/bytes";

const value = [{ text: "Zoë 🦊", nested: { none: null } }];
const text = new TextEncoder().encode(JSON.stringify(value));
const view = (bytes: Uint8Array) =>
  new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);

describe("jsonOf", () => {
  it("reads JSON as it stands", async () => {
    expect(await jsonOf(view(text))).toEqual(value);
  });

  it("reads gzipped JSON, also in the middle of a larger buffer", async () => {
    const packed = new Uint8Array(gzipSync(text));
    const larger = new Uint8Array(packed.length + 20);
    larger.set(packed, 10);
    expect(await jsonOf(new DataView(larger.buffer, 10, packed.length))).toEqual(value);
  });

  it("refuses what is neither", async () => {
    await expect(jsonOf(view(new Uint8Array([0x1f, 1, 2])))).rejects.toThrow();
    await expect(jsonOf(view(new Uint8Array()))).rejects.toThrow();
  });
});
