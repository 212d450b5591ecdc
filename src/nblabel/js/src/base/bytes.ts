const FIRST = 0x1f; // of every gzip, and of no JSON

/** Bytes as a host hands them over: a view of any kind, of any frame's, or the buffer itself. */
export type Bytes = ArrayBufferLike | ArrayBufferView;

export const viewOf = (bytes: Bytes): DataView =>
  ArrayBuffer.isView(bytes)
    ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new DataView(bytes);

export const bytesOf = (buffer: DataView): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);

/** Unpacks what was gzipped. */
export function unpack(buffer: DataView): Response {
  const packed = new Blob([bytesOf(buffer)]).stream();
  return new Response(packed.pipeThrough(new DecompressionStream("gzip")));
}

/** A JSON value, from its text or from its gzipped text. */
export async function jsonOf(buffer: DataView): Promise<unknown> {
  if (buffer.byteLength > 0 && buffer.getUint8(0) === FIRST) return unpack(buffer).json();
  return JSON.parse(new TextDecoder().decode(buffer));
}
