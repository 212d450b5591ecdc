import type { Scope } from "../../base/scope";
import { type Point, type Size, shiftInto } from "../../core/geometry";
import type { Ground } from "../shapes/figure";
import { Handles } from "./handles";
import { Layers } from "./layers";
import type { ImageSettings, ImageStageOptions, LargeImage, Turn } from "./options";
import type { Scene } from "./scene";
import { ends } from "./view";
import { Viewport } from "./viewport";

/** An image on the page: the picture, the layers over it, the handles, the read-out. */
export class Surface extends Viewport {
  readonly root: HTMLElement;
  /** The element with role img: the picture's own box, over what is painted. */
  readonly image: HTMLElement;
  readonly handles: Handles;
  /** Where the pointer is, for the cross-hair; null when it is elsewhere. */
  pointer: Point | null = null;
  readonly #scene: Scene;
  readonly #options: ImageStageOptions;
  readonly #settings: ImageSettings;
  /** The image, and the pieces of a large one over it, as they are turned, moved and scaled. */
  readonly #ground: HTMLElement;
  readonly #media: HTMLImageElement;
  #pieces: ReturnType<LargeImage["layer"]> | null = null;
  readonly #layers: Layers;
  readonly #readout: HTMLElement;
  readonly #requestFrame: () => void;
  #turn: Turn = 0;
  /** Natural size before any turn. */
  #upright: Size | null = null;

  constructor(scope: Scope, scene: Scene, options: ImageStageOptions) {
    super(scope, options.settings ?? {});
    this.#scene = scene;
    this.#options = options;
    this.#settings = options.settings ?? {};
    this.root = part("div", "nb-image");
    this.image = part("div", "nb-image-surface");
    this.#ground = part("div", "nb-image-ground");
    this.#media = part("img", "nb-image-media");
    this.#layers = new Layers(this, scene, options);
    this.#readout = part("div", "nb-image-readout");
    this.handles = new Handles();
    this.#requestFrame = scope.frame(() => this.#paint());
    this.#build();
    this.#load(scope);
    scope.resize(this.root, () => {
      if (this.#measure()) this.#requestFrame();
    });
    scope.add(() => this.root.remove());
    this.#requestFrame(); // it lies right in the first frame that shows it; observers are told later
  }

  /** Something to paint changed: a shape, a preview, the hovered one, the pointer. */
  refresh(): void {
    this.#requestFrame();
  }

  protected override changed(): void {
    this.#requestFrame();
  }

  /** Whether Space is held, which makes every drag pan. */
  get panning(): boolean {
    return this.root.hasAttribute("data-panning");
  }

  set panning(on: boolean) {
    this.root.toggleAttribute("data-panning", on);
  }

  set turn(turn: Turn) {
    if (turn === this.#turn) return;
    this.#turn = turn;
    if (this.#upright) this.#setNatural(this.#upright);
    this.#layers.forget();
    this.refresh();
  }

  /** What a figure's pen draws on; null before there is an image. */
  groundOf(figure: string): Ground | null {
    if (!this.natural) return null;
    return {
      size: this.natural,
      pixel: 1 / this.view.scale,
      strokeWidth: 1,
      turn: this.#turn,
      tool: "",
      media: this.#media,
      ...this.#options.ground?.(figure),
    };
  }

  /** The figure that is drawn wherever the pointer goes, while its tool is in hand. */
  get freehand(): string | null {
    const figure = this.#options.tool.value === "move" ? null : this.#options.drawFigure();
    return figure !== null && this.#scene.figures[figure]?.freehand ? figure : null;
  }

  set filter(filter: string) {
    this.#ground.style.filter = filter;
  }

  /** Where an event happened, in screen pixels of the surface. */
  locate(event: { clientX: number; clientY: number }): Point {
    const box = this.root.getBoundingClientRect();
    // A host may show the cell scaled.
    const scale = box.width ? this.root.offsetWidth / box.width : 1;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  }

  /** Pans, if need be, until a shape is in sight. */
  show(id: string): void {
    const shape = this.#scene.find(id);
    if (!shape) return;
    const [low, high] = ends(this.view, this.#scene.figure(shape).bounds(shape.geometry));
    const shift = shiftInto({ minX: low.x, minY: low.y, maxX: high.x, maxY: high.y }, this.size);
    if (shift.x || shift.y) this.pan({ x: this.view.x + shift.x, y: this.view.y + shift.y });
  }

  /** The box of a shape in client coordinates, as a running gesture shows it. */
  boxOf(id: string): DOMRect | null {
    const shape = this.natural && this.#scene.find(id);
    if (!shape) return null;
    const [low, high] = ends(this.view, this.#scene.figure(shape).bounds(shape.geometry));
    const { left, top, width } = this.root.getBoundingClientRect();
    const scale = width / this.root.offsetWidth || 1; // a host may show the cell scaled
    return new DOMRect(
      left + low.x * scale,
      top + low.y * scale,
      (high.x - low.x) * scale,
      (high.y - low.y) * scale,
    );
  }

  #build(): void {
    const { image } = this.#options;
    this.image.tabIndex = 0;
    this.image.setAttribute("role", "img");
    this.image.setAttribute("aria-label", image.alt);
    this.#media.alt = "";
    this.#media.draggable = false;
    this.#media.decoding = "async";
    if (this.#settings.smoothing === false) this.#media.dataset.sharp = "";
    this.#readout.setAttribute("aria-hidden", "true");
    for (const name of ["width", "maxWidth", "height", "maxHeight"] as const) {
      const value = this.#settings[name];
      if (value) this.root.style[name] = value;
    }
    const { height, maxHeight } = this.#settings;
    if (height) this.root.style.minHeight = "0";
    else if (maxHeight) this.root.style.minHeight = `min(320px, ${maxHeight})`;
    this.#ground.append(this.#media);
    this.root.append(this.#ground, this.#layers.still, this.#layers.live);
    this.root.append(this.image, this.handles.element, this.#readout);
  }

  #load(scope: Scope): void {
    const { image, onLoad, onError } = this.#options;
    if (image.width && image.height) this.#setNatural({ width: image.width, height: image.height });
    scope.listen(this.#media, "load", () => {
      const { naturalWidth: width, naturalHeight: height } = this.#media;
      if (!this.natural && !(width && height)) {
        onError?.("The image says no size of its own.");
        return;
      }
      if (!this.#upright) this.#setNatural({ width, height });
      onLoad?.(this.#upright ?? { width, height });
    });
    scope.listen(this.#media, "error", () => onError?.("The image cannot be shown."));
    const { crossOrigin } = this.#settings;
    if (crossOrigin && crossOrigin !== "none") this.#media.crossOrigin = crossOrigin;
    if (image.large && this.#upright) this.#loadLarge(scope, this.#upright, image.large);
    else this.#media.src = image.url;
    scope.add(() => this.#media.removeAttribute("src"));
  }

  #loadLarge(scope: Scope, size: Size, large: LargeImage): void {
    this.#pieces = large.layer(scope, size);
    this.#ground.append(this.#pieces.element);
    large.whole.then((whole) => {
      const url = URL.createObjectURL(whole);
      scope.add(() => URL.revokeObjectURL(url));
      this.#media.src = url;
    }, large.failed);
  }

  #setNatural({ width, height }: Size): void {
    this.#upright = { width, height };
    this.natural = this.#turn % 180 === 0 ? { width, height } : { width: height, height: width };
    this.#media.style.width = `${width}px`;
    this.#media.style.height = `${height}px`;
    this.start();
    this.#requestFrame();
  }

  /** Whether the surface has another size than before. */
  #measure(): boolean {
    const size = { width: this.root.clientWidth, height: this.root.clientHeight };
    if (size.width === this.size.width && size.height === this.size.height) return false;
    this.#layers.forget();
    this.resize(size);
    return true;
  }

  #paint(): void {
    if (!this.size.width) this.#measure();
    if (!this.natural || !this.#upright || !this.size.width) return;
    const { scale, x, y } = this.view;
    const { width, height } = this.#upright;
    // Turned about its corner, then brought back to where the corner of the turned image is.
    const corner = { 0: [0, 0], 90: [height, 0], 180: [width, height], 270: [0, width] }[
      this.#turn
    ];
    const [low, high] = ends(this.view, this.seen);
    this.image.style.inset = [low.y, this.size.width - high.x, this.size.height - high.y, low.x]
      .map((edge) => `${edge}px`)
      .join(" ");
    this.#ground.style.transform =
      `translate(${x}px, ${y}px) scale(${scale}) ` +
      `translate(${corner[0]}px, ${corner[1]}px) rotate(${this.#turn}deg)`;
    this.#pieces?.look(this.seen, this.#turn, scale * (devicePixelRatio || 1));
    this.#layers.paintStill(this.zooming);
    this.#layers.paintLive();
    this.handles.show(this.#scene, this.view, this.size);
    this.#options.onMove?.();
    const percent = Math.round(scale * 100);
    const fit = this.mode === "fit" ? " · fit" : "";
    this.#readout.toggleAttribute("data-fit", fit !== "");
    const text = `${percent} %${fit} · ${width} × ${height}`;
    if (this.#readout.textContent !== text) this.#readout.textContent = text; // it costs a layout
  }
}

function part<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}
