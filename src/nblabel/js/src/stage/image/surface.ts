import type { Scope } from "../../base/scope";
import { type Bounds, type Point, type Size, shiftInto, united } from "../../core/geometry";
import { safeColor } from "../colour";
import type { Shape } from "../shapes/figure";
import { Handles } from "./handles";
import type { ImageSettings, ImageStageOptions, Turn } from "./options";
import { isCrowd, ShapePainter } from "./paint";
import { PieceLayer, type PieceSource, uprightBounds } from "./pieces";
import type { Scene } from "./scene";
import { aligned, fitScale, kept, seen, toImage, toScreen, type View, zoomed } from "./view";

/** How far the still shapes are painted beyond what is seen, so that panning moves a bitmap. */
const MARGIN = 256;
/** Up to so many changed shapes only their surroundings are painted again. */
const FEW = 50;
/** How long after the last step of a zoom the shapes are painted sharp, in ms. */
const SHARP_AFTER = 80;

type Mode = "fit" | "original" | "free";

/** The layers: the image, the still shapes, the active ones, the handles, the read-out. */
export class Surface {
  readonly root: HTMLElement;
  /** The element with role img; it has no interactive children. */
  readonly image: HTMLElement;
  readonly handles: Handles;
  view: View = { scale: 1, x: 0, y: 0 };
  size: Size = { width: 0, height: 0 };
  /** Natural size of the image as it is turned, once known. */
  natural: Size | null = null;
  /** Where the pointer is, for the cross-hair; null when it is elsewhere. */
  pointer: Point | null = null;
  readonly #scene: Scene;
  readonly #options: ImageStageOptions;
  readonly #settings: ImageSettings;
  /** The image, and the pieces of a large one over it, as they are turned, moved and scaled. */
  readonly #ground: HTMLElement;
  readonly #media: HTMLImageElement;
  #pieces: PieceLayer | null = null;
  readonly #still: HTMLCanvasElement;
  readonly #live: HTMLCanvasElement;
  readonly #readout: HTMLElement;
  readonly #painter: ShapePainter;
  readonly #requestFrame: () => void;
  #mode: Mode = "fit";
  #turn: Turn = 0;
  /** Natural size before any turn. */
  #upright: Size | null = null;
  /** Whether the still shapes were a crowd when all of them were painted last. */
  #crowded = false;
  #zooming = false;
  readonly #zoomedSoon: () => void;
  /** The view that the still shapes were painted for; null when they must be painted again. */
  #painted: View | null = null;

  constructor(scope: Scope, scene: Scene, options: ImageStageOptions) {
    this.#scene = scene;
    this.#options = options;
    this.#settings = options.settings ?? {};
    this.root = part("div", "nb-image");
    this.image = part("div", "nb-image-surface");
    this.#ground = part("div", "nb-image-ground");
    this.#media = part("img", "nb-image-media");
    this.#still = part("canvas", "nb-image-still");
    this.#live = part("canvas", "nb-image-live");
    this.#readout = part("div", "nb-image-readout");
    this.handles = new Handles();
    this.#painter = new ShapePainter(options.figures, () => getComputedStyle(this.root).fontFamily);
    this.#requestFrame = scope.frame(() => this.#paint());
    this.#zoomedSoon = scope.later(() => {
      this.#zooming = false;
      this.#requestFrame();
    }, SHARP_AFTER);
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
    this.#painted = null;
    this.refresh();
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

  toImage(point: Point): Point {
    return toImage(this.view, point);
  }

  get seen(): Bounds {
    return seen(this.view, this.natural ?? this.size, this.size);
  }

  zoomStep(direction: 1 | -1): void {
    const by = (this.#settings.zoomBy ?? 1.1) ** (3 * direction);
    this.zoom(by, { x: this.size.width / 2, y: this.size.height / 2 });
  }

  /** Zooms and brings the image's point under `from` to `at`. */
  zoom(factor: number, at: Point, from = at): void {
    if (!this.natural) return;
    const negative = this.#settings.negativeZoom ?? false;
    this.#mode = "free";
    this.#zooming = true;
    this.#zoomedSoon();
    const { view } = this;
    const shifted = { ...view, x: view.x + at.x - from.x, y: view.y + at.y - from.y };
    this.#look(zoomed(shifted, factor, at, this.natural, this.size, negative));
  }

  pan(to: Point): void {
    if (!this.natural) return;
    this.#mode = "free";
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
    this.#requestFrame();
  }

  actualSize(): void {
    this.#arrange("original");
    this.#requestFrame();
  }

  /** Pans, if need be, until a shape is in sight. */
  show(id: string): void {
    const shape = this.#scene.find(id);
    if (!shape) return;
    const box = this.#scene.figure(shape).bounds(shape.geometry);
    const low = toScreen(this.view, { x: box.minX, y: box.minY });
    const high = toScreen(this.view, { x: box.maxX, y: box.maxY });
    const shift = shiftInto({ minX: low.x, minY: low.y, maxX: high.x, maxY: high.y }, this.size);
    if (shift.x || shift.y) this.pan({ x: this.view.x + shift.x, y: this.view.y + shift.y });
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
    if (this.#settings.height) this.root.style.minHeight = "0";
    // As large as the widget only once there is something to paint: memory and a slow first frame.
    for (const canvas of [this.#still, this.#live]) canvas.width = canvas.height = 0;
    this.#ground.append(this.#media);
    this.image.append(this.#ground, this.#still, this.#live);
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
    if (image.pieces && this.#upright) this.#loadPieces(scope, this.#upright, image.pieces);
    else this.#media.src = image.url;
    scope.add(() => this.#media.removeAttribute("src"));
  }

  #loadPieces(scope: Scope, size: Size, source: PieceSource): void {
    const layer = new PieceLayer(scope, size, source);
    layer.element.className = "nb-image-pieces";
    this.#pieces = layer;
    this.#ground.append(layer.element);
    source.whole.then((whole) => {
      const url = URL.createObjectURL(whole);
      scope.add(() => URL.revokeObjectURL(url));
      this.#media.src = url;
    }, source.failed);
  }

  #setNatural({ width, height }: Size): void {
    this.#upright = { width, height };
    this.natural = this.#turn % 180 === 0 ? { width, height } : { width: height, height: width };
    this.#media.style.width = `${width}px`;
    this.#media.style.height = `${height}px`;
    this.#start();
    this.#requestFrame();
  }

  /** Whether the surface has another size than before; the image is then laid anew. */
  #measure(): boolean {
    const size = { width: this.root.clientWidth, height: this.root.clientHeight };
    if (size.width === this.size.width && size.height === this.size.height) return false;
    const first = this.size.width === 0;
    this.size = size;
    this.#painted = null;
    if (first) this.#start();
    else if (this.#mode !== "free") this.#arrange(this.#mode);
    else if (this.natural) this.view = kept(this.view, this.natural, size);
    return true;
  }

  #start(): void {
    if (!this.natural || !this.size.width) return;
    const wanted = this.#settings.defaultZoom ?? "fit";
    const small = fitScale(this.natural, this.size) > 1;
    this.#arrange(wanted === "original" || (wanted === "auto" && small) ? "original" : "fit");
  }

  #arrange(mode: "fit" | "original"): void {
    if (!this.natural || !this.size.width) return;
    this.#mode = mode;
    const scale = mode === "fit" ? fitScale(this.natural, this.size) : 1;
    const { horizontal = "center", vertical = "center" } = this.#settings.alignment ?? {};
    this.view = aligned(this.natural, this.size, scale, { horizontal, vertical });
  }

  #look(view: View): void {
    this.view = view;
    this.#requestFrame();
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
    this.#ground.style.transform =
      `translate(${x}px, ${y}px) scale(${scale}) ` +
      `translate(${corner[0]}px, ${corner[1]}px) rotate(${this.#turn}deg)`;
    const seen = uprightBounds(this.seen, this.#turn, this.#upright);
    this.#pieces?.look(seen, scale * (devicePixelRatio || 1));
    this.#paintStill();
    this.#paintLive();
    this.handles.show(this.#scene, this.view);
    const percent = Math.round(scale * 100);
    const fit = this.#mode === "fit" ? " · fit" : "";
    const text = `${percent} %${fit} · ${width} × ${height}`;
    if (this.#readout.textContent !== text) this.#readout.textContent = text; // it costs a layout
  }

  #paintStill(): void {
    const { view } = this;
    const painted = this.#painted;
    const changed = this.#scene.takeChanged();
    const dx = painted ? view.x - painted.x : Number.POSITIVE_INFINITY;
    const dy = painted ? view.y - painted.y : Number.POSITIVE_INFINITY;
    const zoom = painted ? view.scale / painted.scale : 1;
    if (painted && zoom !== 1 && this.#zooming) {
      // While it is zoomed the picture of before is scaled; a sharp one follows.
      const x = view.x - (painted.x + MARGIN) * zoom;
      const y = view.y - (painted.y + MARGIN) * zoom;
      this.#still.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
      if (changed.length > 0) this.#painted = null;
      return;
    }
    const near = zoom === 1 && Math.abs(dx) <= MARGIN && Math.abs(dy) <= MARGIN;
    if (painted && near && this.#repaint(painted, changed)) {
      this.#still.style.transform = `translate(${dx - MARGIN}px, ${dy - MARGIN}px)`;
      return;
    }
    this.#painted = view;
    this.#still.style.transform = `translate(${-MARGIN}px, ${-MARGIN}px)`;
    const reach = MARGIN / view.scale;
    const { minX, minY, maxX, maxY } = this.seen;
    const box = { minX: minX - reach, minY: minY - reach, maxX: maxX + reach, maxY: maxY + reach };
    const shapes = this.#stillIn(box);
    if (shapes.length === 0 && !this.#settings.grid && isBlank(this.#still)) return;
    const whole = prepare(this.#still, {
      width: this.size.width + 2 * MARGIN,
      height: this.size.height + 2 * MARGIN,
    });
    if (!whole) return;
    whole.translate(MARGIN, MARGIN);
    if (this.#settings.grid) this.#paintGrid(whole);
    this.#crowded = isCrowd(shapes.length);
    this.#paintStillShapes(whole, shapes, shapes, view);
  }

  /** Paints again where shapes changed; false where painting all is as well. */
  #repaint(view: View, changed: readonly Shape[]): boolean {
    if (changed.length === 0) return true;
    if (changed.length > FEW || this.#settings.grid || isBlank(this.#still)) return false;
    const context = this.#still.getContext("2d");
    if (!context) return false;
    const spots = new Map<string, Bounds>(); // as it was and as it is, mostly in one place
    for (const shape of changed) {
      const spot = this.#painter.reach(context, shape, view, this.size);
      spots.set(shape.id, united(spot, spots.get(shape.id) ?? spot));
    }
    for (const spot of spots.values()) {
      const [x, y] = [Math.floor(spot.minX), Math.floor(spot.minY)];
      const [width, height] = [Math.ceil(spot.maxX) - x, Math.ceil(spot.maxY) - y];
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      context.clearRect(x, y, width, height);
      const around = (by: number): Bounds => {
        const low = toImage(view, { x: x - by, y: y - by });
        const high = toImage(view, { x: x + width + by, y: y + height + by });
        return { minX: low.x, minY: low.y, maxX: high.x, maxY: high.y };
      };
      const tagged = this.#stillIn(around(this.#painter.tagReach));
      this.#paintStillShapes(context, this.#stillIn(around(this.#painter.rim)), tagged, view);
      context.restore();
    }
    return true;
  }

  #paintStillShapes(
    context: CanvasRenderingContext2D,
    shapes: readonly Shape[],
    tagged: readonly Shape[],
    view: View,
  ): void {
    this.#painter.shapes(context, shapes, view, () => "still", !this.#crowded);
    this.#painter.tags(context, tagged, view, this.size, this.#crowded ? "wide" : "visible");
  }

  /** The shapes in a box that the still layer shows. */
  #stillIn(box: Bounds): readonly Shape[] {
    return this.#scene.within(box).filter((shape) => !this.#isActive(shape));
  }

  #isActive(shape: Shape): boolean {
    return shape.selected || this.#scene.previews.has(shape.id);
  }

  #paintLive(): void {
    const scene = this.#scene;
    const active = scene.selected;
    const hovered = scene.find(scene.hovered);
    if (hovered && !hovered.selected) active.push(hovered);
    const draft = scene.draft && this.#draftShape(scene.draft);
    if (draft) active.push(draft);
    const cursor = scene.cursor && toScreen(this.view, scene.cursor);
    const crosshair = cursor ?? (this.#settings.crosshair ? this.pointer : null);
    if (active.length === 0 && !scene.band && !crosshair && isBlank(this.#live)) return;
    const context = prepare(this.#live, this.size);
    if (!context) return;
    this.#painter.shapes(context, active, this.view, (shape) =>
      shape.selected ? "selected" : "hovered",
    );
    this.#painter.tags(context, active, this.view, this.size, "all");
    if (draft) this.#painter.points(context, draft, this.view);
    if (scene.band) this.#paintBand(context, scene.band);
    if (crosshair) this.#paintCrosshair(context, crosshair);
  }

  #draftShape(draft: { figure: string; geometry: unknown }): Shape {
    return {
      id: "",
      label: "",
      color: safeColor(this.#options.drawColor()),
      suggestion: false,
      selected: true,
      hidden: false,
      locked: true,
      ...draft,
    };
  }

  #paintBand(context: CanvasRenderingContext2D, band: Bounds): void {
    const low = toScreen(this.view, { x: band.minX, y: band.minY });
    const high = toScreen(this.view, { x: band.maxX, y: band.maxY });
    const accent = getComputedStyle(this.root).getPropertyValue("--nb-accent") || "#1a66d6";
    context.strokeStyle = context.fillStyle = accent;
    context.lineWidth = 1;
    context.setLineDash([4, 3]);
    context.strokeRect(low.x, low.y, high.x - low.x, high.y - low.y);
    context.setLineDash([]);
    context.globalAlpha = 0.1;
    context.fillRect(low.x, low.y, high.x - low.x, high.y - low.y);
    context.globalAlpha = 1;
  }

  #paintCrosshair(context: CanvasRenderingContext2D, at: Point): void {
    const x = Math.round(at.x) + 0.5;
    const y = Math.round(at.y) + 0.5;
    for (const [color, dash] of [
      ["#000a", []],
      ["#fff", [4, 4]],
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = 1;
      context.setLineDash([...dash]);
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, this.size.height);
      context.moveTo(0, y);
      context.lineTo(this.size.width, y);
      context.stroke();
    }
    context.setLineDash([]);
  }

  #paintGrid(context: CanvasRenderingContext2D): void {
    if (!this.natural) return;
    const step = (this.#settings.gridSize ?? 30) * this.view.scale;
    if (step < 3) return;
    const { width, height } = this.natural;
    const end = toScreen(this.view, { x: width, y: height });
    context.strokeStyle = safeColor(this.#settings.gridColor ?? "#EEEEF4");
    context.lineWidth = 1;
    context.beginPath();
    for (let x = this.view.x; x <= end.x; x += step) {
      context.moveTo(x, this.view.y);
      context.lineTo(x, end.y);
    }
    for (let y = this.view.y; y <= end.y; y += step) {
      context.moveTo(this.view.x, y);
      context.lineTo(end.x, y);
    }
    context.stroke();
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

/** Whether nothing was ever painted there. */
const isBlank = (canvas: HTMLCanvasElement): boolean => canvas.width === 0;

/** An empty canvas of a size in CSS pixels, as sharp as the screen is. */
function prepare(canvas: HTMLCanvasElement, size: Size): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  const width = Math.max(1, Math.round(size.width * ratio));
  const height = Math.max(1, Math.round(size.height * ratio));
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${size.width}px`;
    canvas.style.height = `${size.height}px`;
  }
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, size.width, size.height);
  return context;
}
