import { type Bounds, type Point, type Size, united } from "../../core/geometry";
import { safeColor } from "../colour";
import type { Ground, Shape } from "../shapes/figure";
import type { Guides, ImageSettings, ImageStageOptions } from "./options";
import { isCrowd, ShapePainter } from "./paint";
import type { Scene } from "./scene";
import { ends, toImage, toScreen, type View } from "./view";

/** How far the still shapes are painted beyond what is seen, so that panning moves a bitmap. */
const MARGIN = 256;
/** Up to so many changed shapes only their surroundings are painted again. */
const FEW = 50;

/** What the layers lie over, as it is looked at. */
interface Looked {
  readonly view: View;
  readonly size: Size;
  readonly natural: Size | null;
  /** The part of the image that is seen. */
  readonly seen: Bounds;
  readonly pointer: Point | null;
  readonly freehand: string | null;
  groundOf(figure: string): Ground | null;
  refresh(): void;
}

/** The two canvases over an image: the shapes that rest, and what moves. */
export class Layers {
  readonly still = document.createElement("canvas");
  readonly live = document.createElement("canvas");
  readonly #looked: Looked;
  readonly #scene: Scene;
  readonly #settings: ImageSettings;
  readonly #drawColor: () => string;
  readonly #fetchGuides: () => Promise<Guides | null>;
  readonly #painter: ShapePainter;
  #coming: Promise<void> | null = null;
  #come: Guides | null = null;
  /** Whether the still shapes were a crowd when all of them were painted last. */
  #crowded = false;
  /** The view that the still shapes were painted for; null when they must be painted again. */
  #painted: View | null = null;

  constructor(looked: Looked, scene: Scene, options: ImageStageOptions) {
    this.#looked = looked;
    this.#scene = scene;
    this.#settings = options.settings ?? {};
    this.#drawColor = options.drawColor;
    this.#fetchGuides = options.guides;
    this.#painter = new ShapePainter(options.figures, () => getComputedStyle(this.live).fontFamily);
    this.still.className = "nb-image-still";
    this.live.className = "nb-image-live";
    // As large as the widget only once there is something to paint: memory and a slow first frame.
    for (const canvas of [this.still, this.live]) canvas.width = canvas.height = 0;
  }

  /** What was painted is of no use any more. */
  forget(): void {
    this.#painted = null;
  }

  /** The shapes that rest; `zooming` while more steps of a zoom may come. */
  paintStill(zooming: boolean): void {
    const { view } = this.#looked;
    const painted = this.#painted;
    const changed = this.#scene.takeChanged().filter(({ selected }) => !selected); // those move
    const dx = painted ? view.x - painted.x : Number.POSITIVE_INFINITY;
    const dy = painted ? view.y - painted.y : Number.POSITIVE_INFINITY;
    const zoom = painted ? view.scale / painted.scale : 1;
    if (painted && zoom !== 1 && zooming) {
      // While it is zoomed the picture of before is scaled; a sharp one follows.
      const x = view.x - (painted.x + MARGIN) * zoom;
      const y = view.y - (painted.y + MARGIN) * zoom;
      this.still.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
      if (changed.length > 0) this.#painted = null;
      return;
    }
    const near = zoom === 1 && Math.abs(dx) <= MARGIN && Math.abs(dy) <= MARGIN;
    if (painted && near && this.#repaint(painted, changed)) {
      this.still.style.transform = `translate(${dx - MARGIN}px, ${dy - MARGIN}px)`;
      return;
    }
    this.#painted = view;
    this.still.style.transform = `translate(${-MARGIN}px, ${-MARGIN}px)`;
    const reach = MARGIN / view.scale;
    const { minX, minY, maxX, maxY } = this.#looked.seen;
    const box = { minX: minX - reach, minY: minY - reach, maxX: maxX + reach, maxY: maxY + reach };
    const shapes = this.#stillIn(box);
    if (shapes.length === 0 && !this.#settings.grid && isBlank(this.still)) return;
    const whole = prepare(this.still, {
      width: this.#looked.size.width + 2 * MARGIN,
      height: this.#looked.size.height + 2 * MARGIN,
    });
    if (!whole) return;
    whole.translate(MARGIN, MARGIN);
    this.#crowded = isCrowd(shapes.length);
    this.#paintStillShapes(whole, shapes, shapes, view);
    const { natural } = this.#looked;
    const { grid, gridSize = 30, gridColor = "#EEEEF4" } = this.#settings;
    if (grid && natural) {
      const high = toScreen(view, { x: natural.width, y: natural.height });
      this.#guides?.paintGrid(whole, view, high, gridSize * view.scale, safeColor(gridColor));
    }
  }

  /** Paints again where shapes changed; false where painting all is as well. */
  #repaint(view: View, changed: readonly Shape[]): boolean {
    if (changed.length === 0) return true;
    if (changed.length > FEW || this.#settings.grid || isBlank(this.still)) return false;
    const context = this.still.getContext("2d");
    if (!context) return false;
    const spots = new Map<string, Bounds>(); // as it was and as it is, mostly in one place
    for (const shape of changed) {
      const spot = this.#spotOf(context, shape, view);
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
      const box = { minX: x, minY: y, maxX: x + width, maxY: y + height };
      // Also the tags that lie on those in the spot, for one of the two waits.
      const tagged = this.#stillIn(onImage(box, view, 2 * this.#painter.tagReach));
      const shapes = this.#stillIn(onImage(box, view, this.#painter.rim));
      this.#paintStillShapes(context, shapes, tagged, view);
      context.restore();
    }
    return true;
  }

  /** What a change of a shape is seen in. */
  #spotOf(context: CanvasRenderingContext2D, shape: Shape, view: View): Bounds {
    const { size } = this.#looked;
    const own = this.#painter.reach(context, shape, [], view, size);
    if (this.#crowded) return own;
    const around = this.#stillIn(onImage(own, view, this.#painter.tagReach));
    return this.#painter.reach(context, shape, around, view, size);
  }

  #paintStillShapes(
    context: CanvasRenderingContext2D,
    shapes: readonly Shape[],
    tagged: readonly Shape[],
    view: View,
  ): void {
    this.#painter.shapes(context, shapes, view, () => "still", !this.#crowded);
    this.#painter.tags(
      context,
      tagged,
      view,
      this.#looked.size,
      this.#crowded ? "wide" : "visible",
    );
  }

  /** The shapes in a box that the still layer shows. */
  #stillIn(box: Bounds): readonly Shape[] {
    return this.#scene.within(box).filter((shape) => !this.#isActive(shape));
  }

  #isActive(shape: Shape): boolean {
    return shape.selected || this.#scene.previews.has(shape.id);
  }

  /** What moves: the selected shapes, those on their way, the band, the cross-hair. */
  paintLive(): void {
    const scene = this.#scene;
    const active = scene.selected;
    const hovered = scene.find(scene.hovered);
    if (hovered && !hovered.selected) active.push(hovered);
    const draft = scene.draft && this.#draftShape(scene.draft);
    if (draft) active.push(draft);
    const cursor = scene.cursor && toScreen(this.#looked.view, scene.cursor);
    const crosshair = cursor ?? (this.#settings.crosshair ? this.#looked.pointer : null);
    const { freehand } = this.#looked;
    const ground = freehand === null ? null : this.#looked.groundOf(freehand);
    const tip = freehand && ground ? (cursor ?? this.#looked.pointer) : null;
    if (active.length === 0 && !scene.band && !crosshair && !tip && isBlank(this.live)) return;
    const context = prepare(this.live, this.#looked.size);
    if (!context) return;
    this.#painter.shapes(context, active, this.#looked.view, (shape) =>
      shape.selected ? "selected" : "hovered",
    );
    this.#painter.tags(context, active, this.#looked.view, this.#looked.size, "all");
    if (draft) this.#painter.dots(context, draft, this.#looked.view, false);
    const guides = (scene.band || crosshair) && this.#guides;
    if (guides && scene.band)
      guides.paintBand(context, ...ends(this.#looked.view, scene.band), this.live);
    if (guides && cursor) this.#paintLetters(guides, context);
    if (guides && crosshair) guides.paintCrosshair(context, crosshair, this.#looked.size);
    if (tip) this.#scene.figures[freehand ?? ""]?.tip?.(context, tip, ground as Ground);
  }

  #draftShape(draft: { figure: string; geometry: unknown }): Shape {
    return {
      id: "",
      label: "",
      color: safeColor(this.#drawColor()),
      suggestion: false,
      selected: true,
      hidden: false,
      locked: true,
      ...draft,
    };
  }

  #paintLetters(guides: Guides, context: CanvasRenderingContext2D): void {
    const [low, high] = ends(this.#looked.view, this.#looked.seen);
    guides.paintLetters(context, low, high, getComputedStyle(this.live).fontFamily);
  }

  /** What helps to find a place; painted again when it has come. */
  get #guides(): Guides | null {
    this.#coming ??= this.#fetchGuides().then((guides) => {
      this.#come = guides;
      this.forget();
      this.#looked.refresh();
    });
    return this.#come;
  }
}

/** A box of the screen and what is around it, in the image's pixels. */
function onImage({ minX, minY, maxX, maxY }: Bounds, view: View, around: number): Bounds {
  const low = toImage(view, { x: minX - around, y: minY - around });
  const high = toImage(view, { x: maxX + around, y: maxY + around });
  return { minX: low.x, minY: low.y, maxX: high.x, maxY: high.y };
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
