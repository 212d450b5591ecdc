import type { Scope } from "../../base/scope";
import type { Bounds, Point, Size } from "../../core/geometry";
import type { ImageSettings } from "./options";
import { aligned, fitScale, kept, seen, toImage, type View, zoomed } from "./view";

/** How long after the last step of a zoom the shapes are painted sharp, in ms. */
const SHARP_AFTER = 80;

type Mode = "fit" | "original" | "free";

/** How an image is looked at: where zooming, panning and the surface's size have led. */
export abstract class Viewport {
  view: View = { scale: 1, x: 0, y: 0 };
  size: Size = { width: 0, height: 0 };
  /** Natural size of the image as it is turned, once known. */
  natural: Size | null = null;
  /** Whether a zoom is under way, of which more steps may come. */
  protected zooming = false;
  protected mode: Mode = "fit";
  readonly #settings: ImageSettings;
  readonly #zoomedSoon: () => void;

  constructor(scope: Scope, settings: ImageSettings) {
    this.#settings = settings;
    this.#zoomedSoon = scope.later(() => {
      this.zooming = false;
      this.changed();
    }, SHARP_AFTER);
  }

  /** There is something to paint. */
  protected abstract changed(): void;

  toImage(point: Point): Point {
    return toImage(this.view, point);
  }

  get seen(): Bounds {
    return seen(this.view, this.natural ?? this.size, this.size);
  }

  zoomStep(direction: 1 | -1): void {
    const by = this.#settings.zoomBy ?? 1.33; // what nobody asked for is no small step
    this.zoom(by ** direction, { x: this.size.width / 2, y: this.size.height / 2 });
  }

  /** Zooms and brings the image's point under `from` to `at`. */
  zoom(factor: number, at: Point, from = at): void {
    if (!this.natural) return;
    const negative = this.#settings.negativeZoom ?? false;
    this.mode = "free";
    this.zooming = true;
    this.#zoomedSoon();
    const { view } = this;
    const shifted = { ...view, x: view.x + at.x - from.x, y: view.y + at.y - from.y };
    this.#look(zoomed(shifted, factor, at, this.natural, this.size, negative));
  }

  pan(to: Point): void {
    if (!this.natural) return;
    this.mode = "free";
    this.#look(kept({ ...this.view, ...to }, this.natural, this.size));
  }

  /** Whether the image is larger than the surface, in each direction. */
  get overflows(): { x: boolean; y: boolean } {
    const { width, height } = this.natural ?? { width: 0, height: 0 };
    const slack = 0.5;
    return {
      x: width * this.view.scale > this.size.width + slack,
      y: height * this.view.scale > this.size.height + slack,
    };
  }

  fit(): void {
    this.#arrange("fit");
    this.changed();
  }

  actualSize(): void {
    this.#arrange("original");
    this.changed();
  }

  /** Takes another size of the surface; the image is then laid anew. */
  protected resize(size: Size): void {
    const first = this.size.width === 0;
    this.size = size;
    if (first) this.start();
    else if (this.mode !== "free") this.#arrange(this.mode);
    else if (this.natural) this.view = kept(this.view, this.natural, size);
  }

  protected start(): void {
    if (!this.natural || !this.size.width) return;
    const wanted = this.#settings.defaultZoom ?? "fit";
    const small = fitScale(this.natural, this.size) > 1;
    this.#arrange(wanted === "original" || (wanted === "auto" && small) ? "original" : "fit");
  }

  #arrange(mode: "fit" | "original"): void {
    if (!this.natural || !this.size.width) return;
    this.mode = mode;
    const scale = mode === "fit" ? fitScale(this.natural, this.size) : 1;
    const { horizontal = "center", vertical = "center" } = this.#settings.alignment ?? {};
    this.view = aligned(this.natural, this.size, scale, { horizontal, vertical });
  }

  #look(view: View): void {
    this.view = view;
    this.changed();
  }
}
