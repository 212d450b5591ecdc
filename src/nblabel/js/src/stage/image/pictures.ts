import { bytesOf } from "../../base/bytes";
import type { Media } from "../../core/types";

/**
 * Pictures whose addresses are kept: those on screen, small ones of a list too, and those of the
 * tasks that come next.
 */
const KEPT = 40;

interface Kept {
  readonly url: string;
  /** It is held so that the browser has the picture at hand when the same address is shown. */
  readonly image: HTMLImageElement;
}

/** Addresses of pictures that came as bytes, loaded before they are on screen. */
export class Pictures {
  readonly #kept = new Map<Media, Kept>();

  /** A picture's address; the one asked for longest ago is given up. */
  address(media: Media): string {
    const kept = this.#kept.get(media) ?? load(media);
    this.#kept.delete(media);
    this.#kept.set(media, kept);
    const [oldest] = this.#kept.keys();
    if (oldest && this.#kept.size > KEPT) this.#forget(oldest);
    return kept.url;
  }

  dispose(): void {
    for (const media of [...this.#kept.keys()]) this.#forget(media);
  }

  #forget(media: Media): void {
    URL.revokeObjectURL(this.#kept.get(media)?.url ?? "");
    this.#kept.delete(media);
  }
}

const SVG = "image/svg+xml";

/**
 * A picture's address. An SVG holds script, which would run in the notebook's origin where
 * somebody opens its blob in a tab of its own; a data address has no origin.
 */
export function addressOf({ bytes, mime }: Media): string {
  const content = bytes ? bytesOf(bytes) : new Uint8Array();
  if (mime !== SVG) return URL.createObjectURL(new Blob([content], { type: mime ?? "" }));
  const text = Array.from(content, (byte) => String.fromCharCode(byte)).join("");
  return `data:${SVG};base64,${btoa(text)}`;
}

function load(media: Media): Kept {
  const url = addressOf(media);
  const image = new Image();
  image.src = url;
  image.decode().catch(() => undefined); // who shows it is told
  return { url, image };
}
