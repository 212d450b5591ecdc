import { clamp, type Size } from "../../core/geometry";
import { tagColors } from "../colour";
import { markText } from "../mark";
import type { Shape, ShapeKinds } from "../shapes/kind";
import { toScreen, type View } from "./view";

export type Look = "still" | "hovered" | "selected";

const DASH = [6, 4];
/** Up to this many shapes a rim costs nothing that is felt. */
const FEW = 1000;
const TAG_HEIGHT = 16;
const TAG_FONT = "600 11px";

/** Draws shapes on a canvas whose units are screen pixels of the surface. */
export class ShapePainter {
  readonly #kinds: ShapeKinds;
  readonly #font: () => string;
  readonly #widths = new Map<string, number>();
  #hatch: { color: string; pattern: CanvasPattern | null } | null = null;

  constructor(kinds: ShapeKinds, font: () => string) {
    this.#kinds = kinds;
    this.#font = font;
  }

  /** Shapes of one look, grouped by colour so that the context's state changes seldom. */
  shapes(
    context: CanvasRenderingContext2D,
    shapes: readonly Shape[],
    view: View,
    look: (shape: Shape) => Look,
  ): void {
    const halo = shapes.length <= FEW;
    const groups = new Map<string, Shape[]>();
    for (const shape of shapes) {
      const { stroke, strokeWidth, fill, fillOpacity } = shape.style ?? {};
      const key = [
        shape.color,
        shape.suggestion,
        look(shape),
        stroke,
        strokeWidth,
        fill,
        fillOpacity,
      ].join(" ");
      const group = groups.get(key);
      if (group) group.push(shape);
      else groups.set(key, [shape]);
    }
    for (const group of groups.values()) {
      const first = group[0] as Shape;
      this.#style(context, first, look(first));
      for (const shape of group) this.#shape(context, shape, view, halo);
    }
    context.setLineDash([]);
  }

  /** The tags, each on its shape's edge and within the surface. */
  tags(
    context: CanvasRenderingContext2D,
    shapes: readonly Shape[],
    view: View,
    surface: Size,
    always: (shape: Shape) => boolean,
  ): void {
    context.font = `${TAG_FONT} ${this.#font()}`;
    context.textBaseline = "middle";
    for (const shape of shapes) this.#tag(context, shape, view, surface, always(shape));
  }

  #style(context: CanvasRenderingContext2D, shape: Shape, look: Look): void {
    const { stroke = shape.color, strokeWidth = 1.5, fill = shape.color } = shape.style ?? {};
    context.strokeStyle = stroke;
    context.lineWidth = look === "still" ? strokeWidth : strokeWidth + 0.5;
    context.setLineDash(shape.suggestion ? DASH : []);
    context.fillStyle = shape.suggestion ? (this.#hatching(context, fill) ?? fill) : fill;
  }

  #shape(context: CanvasRenderingContext2D, shape: Shape, view: View, halo: boolean): void {
    const kind = this.#kinds[shape.kind];
    if (!kind) return;
    // The path in image pixels, the line in screen pixels.
    context.save();
    context.translate(view.x, view.y);
    context.scale(view.scale, view.scale);
    context.beginPath();
    kind.path(context, shape.geometry);
    context.restore();
    const opacity = shape.style?.fillOpacity ?? 0.18;
    context.globalAlpha = shape.suggestion
      ? 0.5
      : Math.min(1, opacity + (shape.selected ? 0.1 : 0));
    context.fill();
    context.globalAlpha = 1;
    if (halo) this.#halo(context);
    context.stroke();
  }

  /** A dark rim, so that a pale line is seen on a pale image. */
  #halo(context: CanvasRenderingContext2D): void {
    const { lineWidth, strokeStyle } = context;
    context.strokeStyle = "#0005";
    context.lineWidth = lineWidth + 1;
    context.stroke();
    context.strokeStyle = strokeStyle;
    context.lineWidth = lineWidth;
  }

  #tag(
    context: CanvasRenderingContext2D,
    shape: Shape,
    view: View,
    surface: Size,
    always: boolean,
  ): void {
    const kind = this.#kinds[shape.kind];
    if (!kind) return;
    const { label, score } = markText(shape);
    const text = score ? `${shape.label} ${score}` : label;
    if (!text) return;
    const bounds = kind.bounds(shape.geometry);
    const low = toScreen(view, { x: bounds.minX, y: bounds.minY });
    const high = toScreen(view, { x: bounds.maxX, y: bounds.maxY });
    if (high.x < 0 || high.y < 0 || low.x > surface.width || low.y > surface.height) return;
    // A crowd of tiny shapes would be covered by its own tags.
    if (!always && high.x - low.x < 10 && high.y - low.y < 10) return;
    const width = this.#width(context, text) + 10;
    const anchor = toScreen(view, kind.anchor(shape.geometry));
    const above = anchor.y - TAG_HEIGHT;
    const x = clamp(anchor.x - 0.75, 0, Math.max(0, surface.width - width));
    const y = above >= 0 ? above : clamp(anchor.y, 0, Math.max(0, high.y - TAG_HEIGHT));
    const { ground, ink } = tagColors(shape.color);
    context.fillStyle = ground;
    context.beginPath();
    context.roundRect(x, y, width, TAG_HEIGHT, above >= 0 ? [3, 3, 0, 0] : [0, 0, 3, 0]);
    context.fill();
    context.fillStyle = ink;
    context.fillText(text, x + 5, y + TAG_HEIGHT / 2 + 0.5);
  }

  #width(context: CanvasRenderingContext2D, text: string): number {
    let width = this.#widths.get(text);
    if (width === undefined) {
      width = Math.ceil(context.measureText(text).width);
      this.#widths.set(text, width);
    }
    return width;
  }

  #hatching(context: CanvasRenderingContext2D, color: string): CanvasPattern | null {
    if (this.#hatch?.color !== color)
      this.#hatch = { color, pattern: hatchPattern(context, color) };
    return this.#hatch.pattern;
  }
}

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
