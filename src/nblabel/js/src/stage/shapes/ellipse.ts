import {
  type Bounds,
  centre,
  normalAngle,
  type Point,
  type Rectangle,
  turn,
} from "../../core/geometry";
import type { Figure } from "./figure";
import { dragged, drawn, rectangle } from "./rectangle";

/** An ellipse as Label Studio has it, in natural pixels: turned clockwise about its centre. */
export interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  /** In degrees within [0, 360). */
  readonly rotation: number;
}

/** The box around it, which is turned as it is: its handles and its limits are the box's. */
export function boxOf({ x, y, radiusX, radiusY, rotation }: Ellipse): Rectangle {
  const corner = turn({ x: x - radiusX, y: y - radiusY }, { x, y }, rotation);
  return { ...corner, width: 2 * radiusX, height: 2 * radiusY, rotation };
}

/** The ellipse that fills a box. */
export function inBox(box: Rectangle): Ellipse {
  const { x, y } = centre(box);
  return { x, y, radiusX: box.width / 2, radiusY: box.height / 2, rotation: box.rotation };
}

function bounds({ x, y, radiusX, radiusY, rotation }: Ellipse): Bounds {
  const angle = (rotation * Math.PI) / 180;
  const width = Math.hypot(radiusX * Math.cos(angle), radiusY * Math.sin(angle));
  const height = Math.hypot(radiusX * Math.sin(angle), radiusY * Math.cos(angle));
  return { minX: x - width, minY: y - height, maxX: x + width, maxY: y + height };
}

export const ellipse: Figure<Ellipse> = {
  bounds,
  area: ({ radiusX, radiusY }) => Math.PI * radiusX * radiusY,

  path(context, { x, y, radiusX, radiusY, rotation }) {
    const angle = (rotation * Math.PI) / 180;
    context.moveTo(x + radiusX * Math.cos(angle), y + radiusX * Math.sin(angle));
    context.ellipse(x, y, radiusX, radiusY, angle, 0, 2 * Math.PI);
  },

  hit({ x, y, radiusX, radiusY, rotation }, point, tolerance) {
    const upright = turn(point, { x, y }, -rotation);
    const across = (upright.x - x) / (radiusX + tolerance);
    const down = (upright.y - y) / (radiusY + tolerance);
    return across * across + down * down <= 1;
  },

  anchor(ellipse): Point {
    const { minX, minY } = bounds(ellipse);
    return { x: minX, y: minY };
  },

  handles: (ellipse, pixel, canRotate) => rectangle.handles(boxOf(ellipse), pixel, canRotate),
  drag: (ellipse, ...drag) => inBox(rectangle.drag(boxOf(ellipse), ...drag)),
  move: (ellipse, ...by) => inBox(rectangle.move(boxOf(ellipse), ...by)),
  grow: (ellipse, ...by) => inBox(rectangle.grow(boxOf(ellipse), ...by)),
  pen: dragged((...stroke) => inBox(drawn(...stroke)), bounds),
  quarter: ({ x, y, radiusX, radiusY, rotation }, size) => ({
    x: size.height - y,
    y: x,
    radiusX,
    radiusY,
    rotation: normalAngle(rotation + 90),
  }),
  snap: ({ x, y, radiusX, radiusY, rotation }) => ({
    x: Math.round(x),
    y: Math.round(y),
    radiusX: Math.max(1, Math.round(radiusX)),
    radiusY: Math.max(1, Math.round(radiusY)),
    rotation,
  }),
};
