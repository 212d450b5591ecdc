import { zlibSync } from "fflate";
import { type Runs, RunsMaker, readRow } from "../core/runs";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** From this on a pixel is inside. */
const INSIDE = 128;
const CHUNK = 2 ** 15;

/** A mask as the data URL of a PNG of two colours, none and black (PNG specification, section 11). */
export function pngOf(runs: Runs): string {
  const { width, height } = runs;
  const row = new Uint8Array(width);
  const side = 1 + Math.ceil(width / 8); // each row begins with its filter: none
  const lines = new Uint8Array(side * height);
  const { minY, maxY } = runs.bounds;
  for (let y = minY; y < maxY; y++) {
    readRow(runs, y, 0, width, row);
    const start = side * y + 1;
    for (let x = 0; x < width; x++)
      if ((row[x] as number) >= INSIDE) {
        const at = start + (x >> 3);
        lines[at] = (lines[at] as number) | (128 >> (x & 7));
      }
  }
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head[8] = 1; // bit a pixel
  head[9] = 3; // with a palette
  return urlOf([
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", head),
    chunk("PLTE", new Uint8Array(6)),
    chunk("tRNS", Uint8Array.of(0, 255)),
    chunk("IDAT", zlibSync(lines, { level: 2 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const made = new Uint8Array(data.length + 12);
  const view = new DataView(made.buffer);
  view.setUint32(0, data.length);
  made.set(new TextEncoder().encode(type), 4);
  made.set(data, 8);
  view.setUint32(data.length + 8, checksum(made.subarray(4, data.length + 8)));
  return made;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let code = byte;
  for (let i = 0; i < 8; i++) code = code & 1 ? 0xedb88320 ^ (code >>> 1) : code >>> 1;
  return code;
});

/** CRC-32. */
function checksum(bytes: Uint8Array): number {
  let code = 0xffffffff;
  for (const byte of bytes) code = (TABLE[(code ^ byte) & 255] as number) ^ (code >>> 8);
  return (code ^ 0xffffffff) >>> 0;
}

function urlOf(parts: readonly Uint8Array[]): string {
  const texts = parts.flatMap((part) =>
    Array.from({ length: Math.ceil(part.length / CHUNK) }, (_, i) =>
      String.fromCharCode(...part.subarray(i * CHUNK, (i + 1) * CHUNK)),
    ),
  );
  return `data:image/png;base64,${btoa(texts.join(""))}`;
}

/** The mask that an image is: what is opaque is inside. Rejects where it cannot be read. */
export async function runsOfImage(url: string): Promise<Runs> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  const maker = new RunsMaker({ width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("there is no room for it");
  // Some rows at a time: all of a large image at once are much memory.
  const rows = Math.max(1, Math.floor(2 ** 20 / width));
  for (let top = 0; top < height; top += rows) {
    canvas.height = Math.min(rows, height - top); // which empties it
    context.drawImage(image, 0, -top);
    const { data } = context.getImageData(0, 0, width, canvas.height);
    const count = width * canvas.height;
    for (let i = 0; i < count; i++)
      maker.add(top * width + i + 1, (data[4 * i + 3] as number) >= INSIDE ? 255 : 0);
  }
  canvas.width = 0;
  return maker.done();
}
