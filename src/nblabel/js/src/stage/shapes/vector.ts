import {
  type Bounds,
  boundsOf,
  clampPoint,
  distance,
  type Point,
  type Size,
  stepWithin,
} from "../../core/geometry";
import { regionId } from "../../core/ids";
import { paintMade, paintResting } from "./dots";
import { CLICK, type Figure, type Ground, type Handle, type Modifiers, type Pen } from "./figure";
import { apart, encloses, SIDE, shoelace, stretching } from "./sides";
import { CLOSE, Trail } from "./trail";

/** A point of a line, and the points that bend the line on either side of it. */
export interface Vertex extends Point {
  readonly id: string;
  /** The vertex that it is joined to; null where a line begins. */
  readonly from: string | null;
  readonly into?: Point | undefined;
  readonly out?: Point | undefined;
  /** What else its result says. */
  readonly more?: Readonly<Record<string, unknown>> | undefined;
}

/** Lines and curves in natural pixels of the image; they may branch. */
export interface Vector {
  readonly vertices: readonly Vertex[];
  readonly closed: boolean;
}

/** What a control asks of its lines. */
export interface VectorOptions {
  readonly closable: boolean;
  readonly curves: boolean;
  readonly skeleton: boolean;
  readonly least: number;
  readonly most: number;
}

/** A line needs so many points, and one that encloses something so many. */
const LEAST = 2;
const RING = 3;
/** Into so many straight pieces a curve is cut, to measure it. */
const PIECES = 12;
/** How far along a side the bend stands off that only the other end has. */
const BEND = 0.3;

interface Segment {
  readonly from: Vertex;
  readonly to: Vertex;
  /** The index of `to`: where a point between the two goes. */
  readonly at: number;
}

function segmentsOf({ vertices, closed }: Vector): Segment[] {
  const byId = new Map(vertices.map((vertex) => [vertex.id, vertex]));
  const segments = vertices.flatMap((to, at): Segment[] => {
    const from = to.from === null ? undefined : byId.get(to.from);
    return from && from !== to ? [{ from, to, at }] : [];
  });
  const [first, last] = [vertices[0], vertices.at(-1)];
  // Closed is said by the first one's `from`, or by nothing but the word.
  if (closed && first && last && first.from === null && vertices.length >= RING)
    segments.push({ from: last, to: first, at: 0 });
  return segments;
}

const between = (a: Point, b: Point, share: number): Point => ({
  x: a.x + (b.x - a.x) * share,
  y: a.y + (b.y - a.y) * share,
});

/** The two points that bend a side; null where it is straight. */
function bends({ from, to }: Segment): [Point, Point] | null {
  if (!from.out && !to.into) return null;
  return [from.out ?? between(from, to, BEND), to.into ?? between(to, from, BEND)];
}

/** A side as points on it, without the first. */
function pieces(segment: Segment): Point[] {
  const bent = bends(segment);
  if (!bent) return [segment.to];
  const { from, to } = segment;
  return Array.from({ length: PIECES }, (_, i) => {
    const t = (i + 1) / PIECES;
    const u = 1 - t;
    const part = (name: "x" | "y") =>
      u ** 3 * from[name] +
      3 * u * u * t * bent[0][name] +
      3 * u * t * t * bent[1][name] +
      t ** 3 * to[name];
    return { x: part("x"), y: part("y") };
  });
}

/** All of it as points, in the order of its sides. */
const flat = (vector: Vector): Point[] => {
  const segments = segmentsOf(vector);
  return segments.length > 0 ? segments.flatMap(pieces) : [...vector.vertices];
};

const bounds = (vector: Vector): Bounds => {
  const points = [...vector.vertices, ...flat(vector)];
  return points.length > 0 ? boundsOf(points) : { minX: 0, minY: 0, maxX: 0, maxY: 0 };
};

function mapped(vector: Vector, to: (point: Point) => Point): Vector {
  const vertices = vector.vertices.map((vertex) => ({
    ...vertex,
    ...to(vertex),
    into: vertex.into && to(vertex.into),
    out: vertex.out && to(vertex.out),
  }));
  return { ...vector, vertices };
}

const shifted = (vector: Vector, dx: number, dy: number): Vector =>
  mapped(vector, ({ x, y }) => ({ x: x + dx, y: y + dy }));

function moved(vector: Vector, dx: number, dy: number, size: Size): Vector {
  const { x, y } = stepWithin(bounds(vector), { x: dx, y: dy }, size);
  return shifted(vector, x, y);
}

const grown = (vector: Vector, dx: number, dy: number, size: Size): Vector =>
  mapped(vector, stretching(bounds(vector), dx, dy, size));

const mirrored = (point: Point, about: Point): Point => ({
  x: 2 * about.x - point.x,
  y: 2 * about.y - point.y,
});

/** A vertex at a point, bent towards another and away from it. */
const bentAt = (vertex: Vertex, towards: Point): Vertex => ({
  ...vertex,
  out: towards,
  into: mirrored(towards, vertex),
});

const withVertex = (vector: Vector, at: number, vertex: Vertex): Vector => ({
  ...vector,
  vertices: vector.vertices.with(at, vertex),
});

function vertexMoved(vector: Vector, at: number, to: Point): Vector {
  const vertex = vector.vertices[at] as Vertex;
  const by = { x: to.x - vertex.x, y: to.y - vertex.y };
  const along = (point: Point | undefined) => point && { x: point.x + by.x, y: point.y + by.y };
  return withVertex(vector, at, {
    ...vertex,
    ...to,
    into: along(vertex.into),
    out: along(vertex.out),
  });
}

/** One of the two bends of a vertex moved; the other one turns with it while they are in line. */
function bendMoved(vector: Vector, at: number, name: "into" | "out", to: Point, alone: boolean) {
  const vertex = vector.vertices[at] as Vertex;
  const other = name === "into" ? "out" : "into";
  const before = vertex[name];
  const across = vertex[other];
  const inLine = before && across && distance(mirrored(before, vertex), across) < 1e-6;
  const turned = inLine && !alone ? { [other]: mirrored(to, vertex) } : {};
  return withVertex(vector, at, { ...vertex, [name]: to, ...turned });
}

/** A point added on the side that ends at a vertex. */
function inserted(vector: Vector, at: number, to: Point): Vector {
  const segment = segmentsOf(vector).find((one) => one.at === at);
  if (!segment) return vector;
  const made: Vertex = { ...to, id: regionId(), from: segment.from.id };
  const closing = at === 0;
  const vertices = vector.vertices.map((vertex, i) =>
    i === at && !(closing && vertex.from === null) ? { ...vertex, from: made.id } : vertex,
  );
  return { ...vector, vertices: vertices.toSpliced(closing ? vertices.length : at, 0, made) };
}

function sideMoved(vector: Vector, at: number, from: Point, to: Point, size: Size): Vector {
  const segment = segmentsOf(vector).find((one) => one.at === at);
  if (!segment) return vector;
  const ends = [segment.from, segment.to];
  const by = stepWithin(boundsOf(ends), { x: to.x - from.x, y: to.y - from.y }, size);
  return ends.reduce((now, { id, x, y }) => {
    const place = now.vertices.findIndex((vertex) => vertex.id === id);
    return vertexMoved(now, place, { x: x + by.x, y: y + by.y });
  }, vector);
}

/** What a handle stands for: a point ("p3"), its bends ("i3", "o3"), a side to add one on ("a3"). */
const numberOf = (handle: string): number => Number(handle.slice(1));

function handles(vector: Vector, pixel: number): Handle[] {
  const adding = segmentsOf(vector).flatMap((segment): Handle[] => {
    const { from, to, at } = segment;
    if (distance(from, to) < SIDE * pixel) return [];
    const points = pieces(segment);
    const middle = bends(segment) ? (points[PIECES / 2 - 1] as Point) : between(from, to, 0.5);
    const label = `Add a point before point ${at + 1}; with Shift, move this side`;
    return [{ id: `a${at}`, ...middle, cursor: "copy", label, role: "add" }];
  });
  const points = vector.vertices.flatMap((vertex, i): Handle[] => {
    const { x, y, into, out } = vertex;
    const bend = (id: string, at: Point | undefined, words: string): Handle[] =>
      at
        ? [{ id, x: at.x, y: at.y, cursor: "move", label: words, role: "bend", arm: { x, y } }]
        : [];
    return [
      ...bend(`i${i}`, into, `Bend before point ${i + 1}`),
      ...bend(`o${i}`, out, `Bend after point ${i + 1}`),
      { id: `p${i}`, x, y, cursor: "move", label: `Point ${i + 1}` },
    ];
  });
  return [...adding, ...points];
}

function dragged(
  vector: Vector,
  handle: string,
  from: Point,
  to: Point,
  keys: Modifiers,
  size: Size,
  options?: object,
): Vector {
  const at = numberOf(handle);
  const there = clampPoint(to, size);
  if (handle.startsWith("i")) return bendMoved(vector, at, "into", there, keys.alt);
  if (handle.startsWith("o")) return bendMoved(vector, at, "out", there, keys.alt);
  if (handle.startsWith("a"))
    return keys.shift ? sideMoved(vector, at, from, to, size) : inserted(vector, at, there);
  const curved = ({ into, out }: Vertex) => into || out;
  if (keys.alt && (mayBend(options) || vector.vertices.some(curved)))
    return withVertex(vector, at, bentAt(vector.vertices[at] as Vertex, there));
  return vertexMoved(vector, at, there);
}

const mayBend = (options?: object): boolean =>
  (options as VectorOptions | undefined)?.curves === true;

/** A vertex bent along the way from the one before it to the one after it, or straight again. */
function bentOrStraight(vector: Vector, handle: string, { options, size }: Ground): Vector | null {
  const at = numberOf(handle);
  const vertex = vector.vertices[at];
  if (!vertex || !handle.startsWith("p") || !mayBend(options)) return null;
  if (vertex.into || vertex.out)
    return withVertex(vector, at, { ...vertex, into: undefined, out: undefined });
  const segments = segmentsOf(vector);
  const before = segments.find(({ to }) => to === vertex)?.from ?? vertex;
  const after = segments.find(({ from }) => from === vertex)?.to ?? vertex;
  const towards = {
    x: vertex.x + (after.x - before.x) * BEND,
    y: vertex.y + (after.y - before.y) * BEND,
  };
  return withVertex(vector, at, bentAt(vertex, clampPoint(towards, size)));
}

/** Without a vertex: what was joined to it is joined to what it was joined to. */
function without(vector: Vector, at: number): Vector | null {
  const gone = vector.vertices[at];
  const least = vector.closed ? RING : LEAST;
  if (!gone || vector.vertices.length <= least) return null;
  const vertices = vector.vertices
    .filter((vertex) => vertex !== gone)
    .map((vertex) => (vertex.from === gone.id ? { ...vertex, from: gone.from } : vertex));
  // A ring's new first one follows its last; a line's follows none.
  const [first, ...others] = vertices as [Vertex, ...Vertex[]];
  const from = vector.closed && gone.from !== null ? (others.at(-1)?.id ?? null) : first.from;
  return { ...vector, vertices: at === 0 ? [{ ...first, from }, ...others] : vertices };
}

const FREE: VectorOptions = {
  closable: false,
  curves: false,
  skeleton: false,
  least: LEAST,
  most: Number.POSITIVE_INFINITY,
};

/** Draws point by point; a point that is dragged while it is made is bent. */
function pen(start: Point, { size, pixel, options }: Ground, base?: Vector): Pen<Vector> {
  const { closable, curves, skeleton, least, most } = { ...FREE, ...(options as VectorOptions) };
  const trail = new Trail(base?.vertices);
  const vertices = trail.points;
  let origin = vertices.at(-1)?.id ?? null;
  let pressed: Point | null = clampPoint(start, size);
  const near = (at: Point, other: Point | undefined, reach: number) =>
    other !== undefined && distance(at, other) < reach * pixel;
  const vertexAt = (at: Point, end: Point): Vertex => {
    const vertex = { x: at.x, y: at.y, id: regionId(), from: origin };
    return curves && !near(at, end, CLICK) ? bentAt(vertex, end) : vertex;
  };
  const open = (more: readonly Vertex[] = []): Vector => ({
    vertices: [...vertices, ...more],
    closed: false,
  });
  const finish = () => (vertices.length < Math.max(LEAST, least) ? null : open());
  const closing = (): Vector => {
    const [first, ...others] = vertices as [Vertex, ...Vertex[]];
    return { vertices: [{ ...first, from: vertices.at(-1)?.id ?? null }, ...others], closed: true };
  };
  return {
    move(point, _keys, down) {
      const to = clampPoint(point, size);
      if (!down) pressed = null;
      else pressed ??= to;
      return open([vertexAt(pressed ?? to, to)]);
    },
    up(point) {
      const end = clampPoint(point, size);
      const at = pressed ?? end;
      pressed = null;
      const last = trail.fresh ? vertices.at(-1) : undefined;
      if (near(at, last, CLICK)) {
        const whole = finish();
        return whole ? { draft: whole, whole: true } : { draft: open(), whole: false };
      }
      if (closable && vertices.length >= Math.max(RING, least) && near(at, vertices[0], CLOSE))
        return { draft: closing(), whole: true };
      const branch = skeleton && vertices.find((vertex) => near(at, vertex, CLOSE));
      if (branch) {
        origin = branch.id;
        return { draft: open(), whole: false };
      }
      if (vertices.length < most) {
        const made = vertexAt(at, end);
        trail.add(made);
        origin = made.id;
      }
      return { draft: open(), whole: vertices.length >= most };
    },
    finish,
    left: () => (trail.kept ? open() : null),
    back() {
      const gone = trail.back();
      if (gone) origin = gone.from;
      return trail.fresh ? open() : null;
    },
    again() {
      const made = trail.again();
      if (!made) return null;
      origin = made.id;
      return open();
    },
  };
}

export const vector: Figure<Vector> = {
  bounds,
  area: (geometry) => (geometry.closed ? Math.abs(shoelace(flat(geometry))) / 2 : 0),

  path(context, geometry) {
    let at: Vertex | null = null;
    for (const segment of segmentsOf(geometry)) {
      const { from, to } = segment;
      if (at !== from) context.moveTo(from.x, from.y);
      const bent = bends(segment);
      if (bent) context.bezierCurveTo(bent[0].x, bent[0].y, bent[1].x, bent[1].y, to.x, to.y);
      else context.lineTo(to.x, to.y);
      at = to;
    }
  },

  isOpen: ({ closed }) => !closed,

  hit(geometry, point, tolerance) {
    if (geometry.closed && encloses(flat(geometry), point)) return true;
    return segmentsOf(geometry).some((segment) => {
      let from: Point = segment.from;
      return pieces(segment).some((to) => {
        const hit = apart(point, [from, to]) <= tolerance;
        from = to;
        return hit;
      });
    });
  },

  anchor: ({ vertices: [first, ...others] }) =>
    others.reduce<Point>(
      (top, vertex) => (vertex.y < top.y ? vertex : top),
      first ?? { x: 0, y: 0 },
    ),

  handles,
  drag: dragged,
  bend: bentOrStraight,
  remove: (geometry, handle) =>
    handle.startsWith("p") ? without(geometry, numberOf(handle)) : null,
  move: moved,
  grow: grown,
  clicked: true,
  pen,
  dots(context, { vertices }, shape, pixel, rests) {
    if (rests) paintResting(context, vertices, shape, pixel);
    else paintMade(context, vertices.slice(0, -1), shape, pixel);
  },
  quarter: (geometry, { height }) => mapped(geometry, ({ x, y }) => ({ x: height - y, y: x })),
  snap: (geometry) => mapped(geometry, ({ x, y }) => ({ x: Math.round(x), y: Math.round(y) })),
};
