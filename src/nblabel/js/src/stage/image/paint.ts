import { type Bounds, type Point, type Size, united } from "../../core/geometry";
import { clamp } from "../../core/numbers";
import { tagColors } from "../colour";
import { markText } from "../mark";
import type { Figures, Look, Shape, ShapeStyle } from "../shapes/figure";
import { ends, toScreen, type View } from "./view";

/** Which shapes have a tag: all, those that are not tiny, or those that are as wide as it. */
export type Tagged = "all" | "visible" | "wide";

const DASH = [6, 4];
/** More shapes than this are a crowd: they go without rims, and are not covered by their tags. */
const FEW = 1000;
const TINY = 10;
const TAG_HEIGHT = 16;
const TAG_FONT = "600 11px";
/** So many different tags are kept as pictures; a score more or less makes another one. */
const TAG_PICTURES = 400;
/** How much a fill takes away of those under it, so that depth does not add up. */
const THINNED = 0.65;
/** How far the lines and rims of most shapes reach beyond them, in screen pixels. */
const RIM = 6;

/** Where a tag stands, in screen pixels; `above` its shape's edge, or below it. */
interface TagPlace {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly above: boolean;
}

interface Placed {
  readonly shape: Shape;
  readonly spot: TagPlace;
}

const overlap = (a: TagPlace, b: TagPlace): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < TAG_HEIGHT;

const boundsOf = ({ x, y, width }: TagPlace): Bounds => ({
  minX: x - 1,
  minY: y - 1,
  maxX: x + width + 1,
  maxY: y + TAG_HEIGHT + 1,
});

/** Draws shapes on a canvas whose units are screen pixels of the surface. */
export class ShapePainter {
  readonly #figures: Figures;
  readonly #font: () => string;
  readonly #widths = new Map<string, number>();
  readonly #pictures = new Map<string, HTMLCanvasElement>();
  #rim = RIM;
  #hatch: { color: string; pattern: CanvasPattern | null } | null = null;

  constructor(figures: Figures, font: () => string) {
    this.#figures = figures;
    this.#font = font;
  }

  /** Shapes of one look, grouped by colour so that the context's state changes seldom. */
  shapes(
    context: CanvasRenderingContext2D,
    shapes: readonly Shape[],
    view: View,
    look: (shape: Shape) => Look,
    halo = !isCrowd(shapes.length),
  ): void {
    const groups = new Map<string, Shape[]>();
    for (const shape of shapes) {
      const key = `${shape.color} ${shape.suggestion} ${look(shape)} ${styleKey(shape.style)}`;
      const group = groups.get(key);
      if (group) group.push(shape);
      else groups.set(key, [shape]);
    }
    context.save();
    context.translate(view.x, view.y);
    context.scale(view.scale, view.scale);
    for (const shape of halo ? this.#bySize(shapes) : shapes) {
      this.#figures[shape.figure]?.paint?.(context, shape.geometry, shape, look(shape));
      if (halo) this.#fillThinning(context, shape, view, look);
    }
    for (const group of groups.values()) {
      const first = group[0] as Shape;
      this.#style(context, first, view, look(first), !halo);
      for (const shape of group) {
        context.beginPath();
        this.#figures[shape.figure]?.path(context, shape.geometry, 1 / view.scale);
        if (halo) this.#halo(context, view);
        else this.#fill(context, shape);
        context.stroke();
      }
    }
    context.restore();
    if (halo)
      for (const shape of shapes)
        if (look(shape) !== "selected") this.dots(context, shape, view, true);
  }

  /** The tags, each on its shape's edge and within the surface; of "visible" ones none on another. */
  tags(
    context: CanvasRenderingContext2D,
    shapes: readonly Shape[],
    view: View,
    surface: Size,
    tagged: Tagged,
  ): void {
    const places = shapes.flatMap((shape) => {
      const spot = this.#spotOf(context, shape, view, surface, tagged);
      return spot ? [{ shape, spot }] : [];
    });
    const waiting = tagged === "visible" ? this.#colliding(places) : new Set();
    for (const place of places)
      if (!waiting.has(place)) this.#tag(context, place.spot, place.shape.color);
  }

  /** Those that lie on the tag of a smaller shape; they are seen once the pointer is on theirs. */
  #colliding(places: readonly Placed[]): Set<Placed> {
    const waiting = new Set<Placed>();
    const rows = [...places].sort((a, b) => a.spot.y - b.spot.y);
    rows.forEach((one, i) => {
      for (let next = i + 1; next < rows.length; next++) {
        const other = rows[next] as Placed;
        if (other.spot.y - one.spot.y >= TAG_HEIGHT) break;
        if (!overlap(one.spot, other.spot)) continue;
        const [larger] = this.#bySize([one.shape, other.shape]);
        waiting.add(larger === one.shape ? one : other);
      }
    });
    return waiting;
  }

  /**
   * The context draws in image pixels; lines and hatching are measured in screen pixels. In a crowd
   * a line is one pixel of the device, which is drawn five times as fast, and thousands are seen.
   */
  #style(
    context: CanvasRenderingContext2D,
    shape: Shape,
    view: View,
    look: Look,
    crowded = false,
  ): void {
    const { stroke = shape.color, strokeWidth, fill = shape.color } = shape.style ?? {};
    const width = strokeWidth ?? (crowded ? 1 / devicePixelRatio : 1.5);
    this.#rim = Math.max(this.#rim, width / 2 + 2);
    context.strokeStyle = stroke;
    context.lineWidth = (look === "still" ? width : width + 0.5) / view.scale;
    context.setLineDash(shape.suggestion ? DASH.map((length) => length / view.scale) : []);
    context.fillStyle = shape.suggestion ? (this.#hatching(context, fill, view) ?? fill) : fill;
  }

  /** The largest first, so that small ones lie on top; ever the same, whichever are painted. */
  #bySize(shapes: readonly Shape[]): Shape[] {
    const area = new Map(shapes.map((shape) => [shape, this.#area(shape)]));
    const size = (shape: Shape) => area.get(shape) ?? 0;
    return [...shapes].sort((a, b) => size(b) - size(a) || (a.id < b.id ? 1 : -1));
  }

  #area = (shape: Shape): number => this.#figures[shape.figure]?.area(shape.geometry) ?? 0;

  #fillThinning(
    context: CanvasRenderingContext2D,
    shape: Shape,
    view: View,
    look: (shape: Shape) => Look,
  ): void {
    this.#style(context, shape, view, look(shape));
    context.beginPath();
    this.#figures[shape.figure]?.path(context, shape.geometry, 1 / view.scale);
    context.globalCompositeOperation = "destination-out";
    this.#fill(context, shape, THINNED);
    context.globalCompositeOperation = "source-over";
    this.#fill(context, shape);
  }

  #fill(context: CanvasRenderingContext2D, shape: Shape, alpha?: number): void {
    if (this.#figures[shape.figure]?.isOpen?.(shape.geometry)) return;
    const opacity = (shape.style?.fillOpacity ?? 0.18) + (shape.selected ? 0.1 : 0);
    context.globalAlpha = alpha ?? (shape.suggestion ? 0.5 : Math.min(1, opacity));
    context.fill();
    context.globalAlpha = 1;
  }

  /** A dark rim, so that a pale line is seen on a pale image. */
  #halo(context: CanvasRenderingContext2D, view: View): void {
    const { lineWidth, strokeStyle } = context;
    context.strokeStyle = "#0005";
    context.lineWidth = lineWidth + 1 / view.scale;
    context.stroke();
    context.strokeStyle = strokeStyle;
    context.lineWidth = lineWidth;
  }

  /** The points of a shape: on its way, or as it rests. */
  dots(context: CanvasRenderingContext2D, shape: Shape, view: View, rests: boolean): void {
    this.#rim = Math.max(this.#rim, (shape.style?.restingPoint ?? 0) + 2);
    context.save();
    context.translate(view.x, view.y);
    context.scale(view.scale, view.scale);
    this.#figures[shape.figure]?.dots?.(context, shape.geometry, shape, 1 / view.scale, rests);
    context.restore();
  }

  /** What a shape covers at the most, with its tag and those of shapes around that lie on it. */
  reach(
    context: CanvasRenderingContext2D,
    shape: Shape,
    around: readonly Shape[],
    view: View,
    surface: Size,
  ): Bounds {
    const [low, high] = this.#ends(shape, view);
    const tag = this.#spotOf(context, shape, view, surface, "all");
    const tags = around.flatMap((other) => {
      const its = tag && this.#spotOf(context, other, view, surface, "visible");
      return its && overlap(tag, its) ? its : [];
    });
    const rim = this.#rim;
    const own = {
      minX: low.x - rim,
      minY: low.y - rim,
      maxX: high.x + rim,
      maxY: high.y + rim,
    };
    return (tag ? [tag, ...tags] : []).map(boundsOf).reduce(united, own);
  }

  /** How far the lines drawn so far reach beyond their shapes, in screen pixels. */
  get rim(): number {
    return this.#rim;
  }

  /** How far any tag drawn so far reaches beyond its shape, in screen pixels. */
  get tagReach(): number {
    return 16 + Math.max(TAG_HEIGHT, ...this.#widths.values());
  }

  #tag(context: CanvasRenderingContext2D, spot: TagPlace, color: string): void {
    const picture = this.#picture(spot, color);
    const ratio = devicePixelRatio || 1; // on whole pixels of the screen, so that it stays sharp
    const [x, y] = [Math.round(spot.x * ratio) / ratio, Math.round(spot.y * ratio) / ratio];
    context.drawImage(picture, x, y, picture.width / ratio, picture.height / ratio);
  }

  #ends(shape: Shape, view: View): [Point, Point] {
    const bounds = this.#figures[shape.figure]?.bounds(shape.geometry);
    return ends(view, bounds ?? { minX: 0, minY: 0, maxX: 0, maxY: 0 });
  }

  #spotOf(
    context: CanvasRenderingContext2D,
    shape: Shape,
    view: View,
    surface: Size,
    tagged: Tagged,
  ): TagPlace | null {
    const figure = this.#figures[shape.figure];
    if (!figure) return null;
    const [low, high] = this.#ends(shape, view);
    if (high.x < 0 || high.y < 0 || low.x > surface.width || low.y > surface.height) return null;
    const tiny = high.x - low.x < TINY && high.y - low.y < TINY;
    if (tagged !== "all" && tiny && figure.area(shape.geometry) > 0) return null; // no mere point
    const { label, score } = markText(shape);
    const text = score ? `${shape.label} ${score}` : label;
    if (!text) return null;
    const width = this.#width(context, text) + 10;
    if (tagged === "wide" && width > high.x - low.x) return null;
    const anchor = toScreen(view, figure.anchor(shape.geometry));
    const above = anchor.y >= TAG_HEIGHT;
    return {
      text,
      x: clamp(anchor.x - 0.75, 0, Math.max(0, surface.width - width)),
      y: above ? anchor.y - TAG_HEIGHT : clamp(anchor.y, 0, Math.max(0, high.y - TAG_HEIGHT)),
      width,
      above,
    };
  }

  /** A tag as a picture: of thousands most are alike, and text is slow to draw. */
  #picture({ text, width, above }: TagPlace, color: string): HTMLCanvasElement {
    const ratio = devicePixelRatio || 1;
    const key = `${text}\n${color}\n${above}\n${ratio}`;
    const known = this.#pictures.get(key);
    if (known) return known;
    if (this.#pictures.size >= TAG_PICTURES) this.#pictures.clear();
    const picture = document.createElement("canvas");
    picture.width = Math.ceil(width * ratio);
    picture.height = Math.ceil(TAG_HEIGHT * ratio);
    this.#pictures.set(key, picture);
    const context = picture.getContext("2d");
    if (!context) return picture;
    const { ground, ink } = tagColors(color);
    context.scale(ratio, ratio);
    context.fillStyle = ground;
    context.beginPath();
    context.roundRect(0, 0, width, TAG_HEIGHT, above ? [3, 3, 0, 0] : [0, 0, 3, 0]);
    context.fill();
    context.font = `${TAG_FONT} ${this.#font()}`;
    context.textBaseline = "middle";
    context.fillStyle = ink;
    context.fillText(text, 5, TAG_HEIGHT / 2 + 0.5);
    return picture;
  }

  #width(context: CanvasRenderingContext2D, text: string): number {
    let width = this.#widths.get(text);
    if (width === undefined) {
      context.font = `${TAG_FONT} ${this.#font()}`;
      width = Math.ceil(context.measureText(text).width);
      this.#widths.set(text, width);
    }
    return width;
  }

  #hatching(context: CanvasRenderingContext2D, color: string, view: View): CanvasPattern | null {
    if (this.#hatch?.color !== color)
      this.#hatch = { color, pattern: hatchPattern(context, color) };
    const { scale, x, y } = view;
    this.#hatch.pattern?.setTransform(new DOMMatrix([scale, 0, 0, scale, x, y]).inverse());
    return this.#hatch.pattern;
  }
}

const styleKey = (style: ShapeStyle | undefined): string =>
  style ? `${style.stroke} ${style.strokeWidth} ${style.fill} ${style.fillOpacity}` : "";

export const isCrowd = (count: number): boolean => count > FEW;

function hatchPattern(context: CanvasRenderingContext2D, color: string): CanvasPattern | null {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 12;
  const inside = tile.getContext("2d");
  if (!inside) return null;
  inside.strokeStyle = color;
  inside.lineWidth = 2;
  inside.beginPath();
  for (const shift of [-12, 0, 12]) {
    inside.moveTo(shift - 2, 14);
    inside.lineTo(shift + 14, -2);
  }
  inside.stroke();
  return context.createPattern(tile, "repeat");
}
