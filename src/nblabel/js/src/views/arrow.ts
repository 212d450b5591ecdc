import type { Point } from "../core/geometry";
import type { Direction } from "../state/relations";

/** The edges of a box in the window, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A curve from one region to another; its ends are where it touches them. */
export interface Arrow {
  readonly from: Point;
  readonly to: Point;
  readonly controls: readonly [Point, Point];
  readonly middle: Point;
}

/** Boxes up to this height are lines of a text: what relates them goes over them. */
const LINE = 40;
/** How high an arc stands over what it joins, at most. */
const ARC = 36;

/**
 * The curve between two boxes: over them where they share a line, though no higher than `ceiling`,
 * else from edge to edge.
 */
export function arrowBetween(a: Box, b: Box, ceiling: number): Arrow {
  const across = Math.max(b.left - a.right, a.left - b.right);
  const down = Math.max(b.top - a.bottom, a.top - b.bottom);
  const lines = a.bottom - a.top <= LINE && b.bottom - b.top <= LINE;
  if (down < 0 && (lines || across < 0)) return arc(a, b, ceiling);
  const vertical = lines || down >= across;
  const from = edge(a, b, vertical);
  const to = edge(b, a, vertical);
  const bend = (vertical ? to.y - from.y : to.x - from.x) / 2;
  const towards = (at: Point, by: number) =>
    vertical ? { x: at.x, y: at.y + by } : { x: at.x + by, y: at.y };
  return curve(from, towards(from, bend), towards(to, -bend), to);
}

const centre = (low: number, high: number) => (low + high) / 2;

/** The middle of the edge of `box` that looks at `other`. */
function edge(box: Box, other: Box, vertical: boolean): Point {
  const x = centre(box.left, box.right);
  const y = centre(box.top, box.bottom);
  if (vertical) return { x, y: centre(other.top, other.bottom) > y ? box.bottom : box.top };
  return { x: centre(other.left, other.right) > x ? box.right : box.left, y };
}

function arc(a: Box, b: Box, ceiling: number): Arrow {
  // Where both are at one place, the arc has a foot on either side of its middle.
  const [x, other] = [centre(a.left, a.right), centre(b.left, b.right)];
  const aside = Math.abs(x - other) < 2 ? Math.max(4, Math.min(16, (a.right - a.left) / 4)) : 0;
  const from = { x: x - aside, y: a.top };
  const to = { x: other + aside, y: b.top };
  const low = Math.min(from.y, to.y);
  const high = low - Math.min(ARC, 14 + Math.abs(to.x - from.x) / 8);
  const top = Math.min(low, Math.max(high, ceiling));
  return curve(from, { x: from.x, y: top }, { x: to.x, y: top }, to);
}

function curve(from: Point, first: Point, second: Point, to: Point): Arrow {
  const middle = {
    x: (from.x + 3 * first.x + 3 * second.x + to.x) / 8,
    y: (from.y + 3 * first.y + 3 * second.y + to.y) / 8,
  };
  return { from, to, controls: [first, second], middle };
}

interface Look {
  readonly color: string;
  /** What lies behind, for a rim that keeps the line apart from it. */
  readonly ground: string;
  readonly direction: Direction;
  readonly dashed: boolean;
  readonly lit: boolean;
}

const HEAD = 7;

export function drawArrow(context: CanvasRenderingContext2D, arrow: Arrow, look: Look): void {
  const { from, to, controls } = arrow;
  const line = new Path2D();
  line.moveTo(from.x, from.y);
  line.bezierCurveTo(controls[0].x, controls[0].y, controls[1].x, controls[1].y, to.x, to.y);
  const heads = new Path2D();
  if (look.direction !== "left") head(heads, controls[1], to);
  if (look.direction !== "right") head(heads, controls[0], from);
  const width = look.lit ? 2.5 : 1.5;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = look.ground;
  context.globalAlpha = 0.8;
  context.lineWidth = width + 2.5;
  context.stroke(line);
  context.stroke(heads);
  context.globalAlpha = look.lit ? 1 : 0.85;
  context.strokeStyle = context.fillStyle = look.color;
  context.lineWidth = width;
  context.setLineDash(look.dashed ? [4, 4] : []);
  context.stroke(line);
  context.setLineDash([]);
  context.stroke(heads);
  context.fill(heads);
  context.globalAlpha = 1;
}

/** A triangle at `tip`, looking away from where the curve comes from. */
function head(path: Path2D, from: Point, tip: Point): void {
  const angle = Math.atan2(tip.y - from.y, tip.x - from.x);
  const corner = (turn: number) => ({
    x: tip.x - HEAD * Math.cos(angle + turn),
    y: tip.y - HEAD * Math.sin(angle + turn),
  });
  const [one, other] = [corner(0.45), corner(-0.45)];
  path.moveTo(tip.x, tip.y);
  path.lineTo(one.x, one.y);
  path.lineTo(other.x, other.y);
  path.closePath();
}

/** The words of a relation, in the middle of its arrow. */
export function drawTag(
  context: CanvasRenderingContext2D,
  middle: Point,
  words: string,
  colors: { readonly ground: string; readonly ink: string },
  rim: string,
): void {
  context.font = "600 11px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "center";
  const width = context.measureText(words).width + 10;
  context.beginPath();
  context.roundRect(middle.x - width / 2, middle.y - 8, width, 16, 4);
  context.lineWidth = 2;
  context.strokeStyle = rim;
  context.stroke();
  context.fillStyle = colors.ground;
  context.fill();
  context.fillStyle = colors.ink;
  context.fillText(words, middle.x, middle.y + 0.5);
}
