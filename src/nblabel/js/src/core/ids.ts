const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/** Ten characters, as Label Studio makes region ids. */
export function regionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return Array.from(bytes, (byte) => ALPHABET[byte & 63]).join("");
}

/** A UUID; `crypto.randomUUID` is missing on plain http pages. */
export function uuid(): string {
  return uuidOf(crypto.getRandomValues(new Uint8Array(16)));
}

/** The UUID that a text has wherever it is made from it; of texts that hold a random one. */
export function uuidFrom(text: string): string {
  const bytes = new DataView(new ArrayBuffer(16));
  for (let part = 0; part < 4; part++) {
    let hash = Math.imul(part + 1, 0x9e3779b1);
    for (const char of text) {
      hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    bytes.setUint32(4 * part, hash);
  }
  return uuidOf(new Uint8Array(bytes.buffer));
}

function uuidOf(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join("-");
}
