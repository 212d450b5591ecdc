import {
  type Bounds,
  boundsOf,
  centre,
  clampPoint,
  corners,
  distance,
  fromLocal,
  fromLocalSpan,
  isInside,
  normalAngle,
  type Point,
  type Rectangle,
  rotateTo,
  type Size,
  shiftInto,
  stepWithin,
  toLocal,
} from "../../core/geometry";
import { clamp } from "../../core/numbers";
import { CLICK, type Figure, type Ground, type Handle, type Modifiers, type Pen } from "./figure";

/** Side of the box that a handle pulls: -1 the low side, 1 the high side, 0 none. */
const HANDLES: Record<string, { x: -1 | 0 | 1; y: -1 | 0 | 1; label: string }> = {
  nw: { x: -1, y: -1, label: "top left corner" },
  n: { x: 0, y: -1, label: "top side" },
  ne: { x: 1, y: -1, label: "top right corner" },
  e: { x: 1, y: 0, label: "right side" },
  se: { x: 1, y: 1, label: "bottom right corner" },
  s: { x: 0, y: 1, label: "bottom side" },
  sw: { x: -1, y: 1, label: "bottom left corner" },
  w: { x: -1, y: 0, label: "left side" },
};

const CURSORS = ["ns-resize", "nesw-resize", "ew-resize", "nwse-resize"];
const ROTATE = "rotate";
const ROTATE_STEP = 15;
const ROTATE_DISTANCE = 26;

const bounds = (rect: Rectangle): Bounds =>
  rect.rotation === 0
    ? { minX: rect.x, minY: rect.y, maxX: rect.x + rect.width, maxY: rect.y + rect.height }
    : boundsOf(corners(rect));

function handles(rect: Rectangle, pixel: number, canRotate: boolean): Handle[] {
  const found: Handle[] = Object.entries(HANDLES).map(([id, side]) => {
    const local = { x: (rect.width * (side.x + 1)) / 2, y: (rect.height * (side.y + 1)) / 2 };
    const direction = (Math.atan2(side.x, -side.y) * 180) / Math.PI + rect.rotation;
    const cursor = CURSORS[((Math.round(direction / 45) % 4) + 4) % 4] as string;
    return { id, ...fromLocal(rect, local), cursor, label: `Resize ${side.label}` };
  });
  if (canRotate) {
    const above = { x: rect.width / 2, y: -ROTATE_DISTANCE * pixel };
    const below = { x: rect.width / 2, y: rect.height + ROTATE_DISTANCE * pixel };
    const top = fromLocal(rect, above);
    const outside = top.y < ROTATE_DISTANCE * pixel * 0.4;
    const at = outside ? fromLocal(rect, below) : top;
    found.push({ id: ROTATE, ...at, cursor: "grab", label: "Rotate", role: "turn" });
  }
  return found;
}

function rotated(rect: Rectangle, from: Point, to: Point, snap: boolean, size: Size): Rectangle {
  const middle = centre(rect);
  const angle = (point: Point) => Math.atan2(point.y - middle.y, point.x - middle.x);
  let degrees = rect.rotation + ((angle(to) - angle(from)) * 180) / Math.PI;
  if (snap) degrees = Math.round(degrees / ROTATE_STEP) * ROTATE_STEP;
  const turned = rotateTo(rect, degrees);
  const shift = shiftInto(bounds(turned), size);
  const moved = { ...turned, x: turned.x + shift.x, y: turned.y + shift.y };
  return isInside(bounds(moved), size) || !isInside(bounds(rect), size) ? moved : rect;
}

function resized(
  rect: Rectangle,
  side: { x: -1 | 0 | 1; y: -1 | 0 | 1 },
  by: Point,
  keys: Modifiers,
): Rectangle {
  let low = { x: side.x < 0 ? by.x : 0, y: side.y < 0 ? by.y : 0 };
  let high = {
    x: rect.width + (side.x > 0 ? by.x : 0),
    y: rect.height + (side.y > 0 ? by.y : 0),
  };
  if (keys.shift && rect.width > 0 && rect.height > 0) {
    const wide = (high.x - low.x) / rect.width;
    const tall = (high.y - low.y) / rect.height;
    const ratio = side.x === 0 ? tall : side.y === 0 ? wide : Math.max(wide, tall);
    const grownX = rect.width * (ratio - 1);
    const grownY = rect.height * (ratio - 1);
    // A side's handle grows the other direction about the middle.
    const lowShare = (s: -1 | 0 | 1) => (s < 0 ? 1 : s > 0 ? 0 : 0.5);
    low = { x: -grownX * lowShare(side.x), y: -grownY * lowShare(side.y) };
    high = { x: low.x + rect.width + grownX, y: low.y + rect.height + grownY };
  }
  if (keys.alt) {
    const middle = { x: rect.width / 2, y: rect.height / 2 };
    if (side.x < 0) high = { ...high, x: 2 * middle.x - low.x };
    if (side.x > 0) low = { ...low, x: 2 * middle.x - high.x };
    if (side.y < 0) high = { ...high, y: 2 * middle.y - low.y };
    if (side.y > 0) low = { ...low, y: 2 * middle.y - high.y };
  }
  return fromLocalSpan(rect, low, high);
}

/** The furthest of the ways from 0 to 1 that still lies within the image, and is a box. */
function furthest(make: (share: number) => Rectangle, size: Size): Rectangle {
  const none = make(0);
  const fits = (rect: Rectangle) =>
    isInside(bounds(rect), size) &&
    rect.width >= Math.min(1, none.width) &&
    rect.height >= Math.min(1, none.height);
  const whole = make(1);
  if (fits(whole) || !fits(none)) return whole;
  let good = 0;
  let bad = 1;
  for (let round = 0; round < 24; round++) {
    const middle = (good + bad) / 2;
    if (fits(make(middle))) good = middle;
    else bad = middle;
  }
  return make(good);
}

function moved(rect: Rectangle, dx: number, dy: number, size: Size): Rectangle {
  const by = stepWithin(bounds(rect), { x: dx, y: dy }, size);
  return { ...rect, x: rect.x + by.x, y: rect.y + by.y };
}

/** The box between two points; with Shift it is a square. */
export function drawn(from: Point, to: Point, keys: Modifiers, size: Size): Rectangle {
  const start = clampPoint(from, size);
  const end = clampPoint(to, size);
  let width = end.x - start.x;
  let height = end.y - start.y;
  if (keys.shift) {
    const roomX = width < 0 ? start.x : size.width - start.x;
    const roomY = height < 0 ? start.y : size.height - start.y;
    const side = Math.min(Math.max(Math.abs(width), Math.abs(height)), roomX, roomY);
    width = width < 0 ? -side : side;
    height = height < 0 ? -side : side;
  }
  const corner = {
    x: Math.min(start.x, start.x + width),
    y: Math.min(start.y, start.y + height),
  };
  return { ...corner, width: Math.abs(width), height: Math.abs(height), rotation: 0 };
}

type Draw<G> = (from: Point, to: Point, keys: Modifiers, size: Size) => G;

/** Draws from one point to another: by press, drag and release, or by a click at each end. */
export function dragged<G>(draw: Draw<G>, bounds: (geometry: G) => Bounds) {
  return (at: Point, { size, pixel }: Ground): Pen<G> => {
    const from = clampPoint(at, size);
    let now = draw(from, from, { shift: false, alt: false }, size);
    let clicked = false;
    const move = (to: Point, keys: Modifiers) => {
      now = draw(from, to, keys, size);
      return now;
    };
    const finish = () => {
      const { minX, minY, maxX, maxY } = bounds(now);
      return Math.min(maxX - minX, maxY - minY) < CLICK * pixel ? null : now;
    };
    return {
      move,
      up(to, keys) {
        move(to, keys);
        if (!clicked && distance(at, to) < CLICK * pixel) {
          clicked = true;
          return { draft: now, whole: false };
        }
        return { draft: finish(), whole: true };
      },
      finish,
      back: () => null,
    };
  };
}

/** The tool that draws turned boxes. */
export const THREE_POINTS = "rectangle-3point";

/** The box on a first side, as far to one side of it as a third point lies. */
export function onSide(a: Point, b: Point, third: Point): Rectangle {
  const width = distance(a, b);
  const along = { x: (b.x - a.x) / (width || 1), y: (b.y - a.y) / (width || 1) };
  const deep = (third.y - a.y) * along.x - (third.x - a.x) * along.y;
  const rotation = normalAngle((Math.atan2(along.y, along.x) * 180) / Math.PI);
  // Where the third point lies on the other side, the first side is the box's lower one.
  const up = Math.min(0, deep);
  const corner = { x: a.x - along.y * up, y: a.y + along.x * up };
  return { ...corner, width, height: Math.abs(deep), rotation };
}

/** A turned box: a click at each end of one side, or a drag along it, and a third one across. */
function threePoints(at: Point, { size, pixel }: Ground): Pen<Rectangle> {
  const from = clampPoint(at, size);
  let to: Point | null = null;
  let under = from;
  const shape = () => {
    const [a, b] = [from, to ?? under];
    if (to === null) return onSide(a, b, b);
    const foot = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    const across = (share: number) => ({
      x: foot.x + (under.x - foot.x) * share,
      y: foot.y + (under.y - foot.y) * share,
    });
    return furthest((share) => onSide(a, b, across(share)), size);
  };
  const finish = () => (to !== null && shape().height >= CLICK * pixel ? shape() : null);
  const follow = (point: Point) => {
    under = clampPoint(point, size);
    return shape();
  };
  return {
    move: follow,
    up(point) {
      follow(point);
      const whole = finish();
      if (whole) return { draft: whole, whole: true };
      if (to === null && distance(from, under) >= CLICK * pixel) to = under;
      return { draft: shape(), whole: false };
    },
    finish,
    back() {
      if (to === null) return null;
      to = null;
      return shape();
    },
  };
}

const twoCorners = dragged(drawn, bounds);

export const rectangle: Figure<Rectangle> = {
  bounds,
  area: (rect) => rect.width * rect.height,

  path(context, rect) {
    if (rect.rotation === 0) {
      context.rect(rect.x, rect.y, rect.width, rect.height);
      return;
    }
    const [first, ...others] = corners(rect);
    context.moveTo(first.x, first.y);
    for (const corner of others) context.lineTo(corner.x, corner.y);
    context.closePath();
  },

  hit(rect, point, tolerance) {
    const local = toLocal(rect, point);
    return (
      local.x >= -tolerance &&
      local.y >= -tolerance &&
      local.x <= rect.width + tolerance &&
      local.y <= rect.height + tolerance
    );
  },

  anchor(rect) {
    const box = bounds(rect);
    if (rect.rotation === 0) return { x: box.minX, y: box.minY };
    return corners(rect).reduce((best, corner) => (corner.y < best.y ? corner : best));
  },

  handles,

  drag(rect, handle, from, to, keys, size) {
    if (handle === ROTATE) return rotated(rect, from, to, keys.shift, size);
    const side = HANDLES[handle];
    if (!side) return rect;
    const end = toLocal(rect, rect.rotation === 0 ? clampPoint(to, size) : to);
    const begin = toLocal(rect, from);
    const by = { x: end.x - begin.x, y: end.y - begin.y };
    // Without rotation each side stops at the image's edge by itself.
    const free = rect.rotation === 0 && !keys.shift && !keys.alt;
    if (free) {
      const edge = {
        x: rect.x + (side.x > 0 ? rect.width : 0),
        y: rect.y + (side.y > 0 ? rect.height : 0),
      };
      by.x = clamp(by.x, -edge.x, size.width - edge.x);
      by.y = clamp(by.y, -edge.y, size.height - edge.y);
    }
    return furthest(
      (share) => resized(rect, side, { x: by.x * share, y: by.y * share }, keys),
      size,
    );
  },

  move: moved,

  grow(rect, dx, dy, size) {
    const by = { x: Math.max(dx, 1 - rect.width), y: Math.max(dy, 1 - rect.height) };
    return furthest(
      (share) => ({
        ...rect,
        width: rect.width + by.x * share,
        height: rect.height + by.y * share,
      }),
      size,
    );
  },

  pen: (from, ground) =>
    ground.tool === THREE_POINTS ? threePoints(from, ground) : twoCorners(from, ground),

  // The corner at the lower left becomes the upper left one; the sides change places.
  quarter(rect, size) {
    const corner = fromLocal(rect, { x: 0, y: rect.height });
    const { width, height, rotation } = rect;
    return { x: size.height - corner.y, y: corner.x, width: height, height: width, rotation };
  },

  // At least a pixel is left, however far somebody had zoomed in.
  snap({ x, y, width, height, rotation }, size) {
    const side = (length: number) => Math.max(1, Math.round(length));
    if (rotation !== 0)
      return {
        x: Math.round(x),
        y: Math.round(y),
        width: side(width),
        height: side(height),
        rotation,
      };
    const left = Math.min(Math.round(x), size.width - 1);
    const top = Math.min(Math.round(y), size.height - 1);
    return {
      x: left,
      y: top,
      width: side(x + width - left),
      height: side(y + height - top),
      rotation,
    };
  },
};
