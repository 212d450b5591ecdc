import type { Point, Size } from "../core/geometry";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { type Vector, type VectorOptions, type Vertex, vector } from "../stage/shapes/vector";
import type { Editor } from "../state/editor";
import type { Family, Place } from "../state/family";
import { hotkeys, Palette, styles } from "./_labels";
import { aside, measured, percent, pixels } from "./_percent";

type Given = Readonly<Record<string, unknown>>;

const isGiven = (value: unknown): value is Given => typeof value === "object" && value !== null;

function pointOf(value: unknown, size: Size): Point | undefined {
  if (!isGiven(value)) return undefined;
  return { x: pixels(value.x, size.width), y: pixels(value.y, size.height) };
}

/** Vertices as Label Studio has them: percent, each joined to the one that it names. */
function read(value: Value, size: Size): Vector {
  const given = Array.isArray(value.vertices) ? value.vertices.filter(isGiven) : [];
  const vertices = given.map((vertex, i): Vertex => {
    const {
      id,
      x: _x,
      y: _y,
      prevPointId,
      isBezier,
      controlPoint1,
      controlPoint2,
      ...more
    } = vertex;
    const before = given[i - 1]?.id;
    // A line whose points do not say what they follow runs through them as they come.
    const from = prevPointId === undefined ? before : prevPointId;
    return {
      ...(pointOf(vertex, size) as Point),
      id: String(id ?? i),
      from: from === null || from === undefined ? null : String(from),
      into: isBezier ? pointOf(controlPoint1, size) : undefined,
      out: isBezier ? pointOf(controlPoint2, size) : undefined,
      ...(Object.keys(more).length > 0 ? { more } : {}),
    };
  });
  return { vertices, closed: value.closed === true };
}

function write({ vertices, closed }: Vector, size: Size) {
  const point = ({ x, y }: Point) => ({ x: percent(x, size.width), y: percent(y, size.height) });
  return {
    vertices: vertices.map(({ id, from, into, out, more, ...at }) => ({
      ...more,
      id,
      ...point(at),
      prevPointId: from,
      isBezier: Boolean(into || out),
      ...(into ? { controlPoint1: point(into) } : {}),
      ...(out ? { controlPoint2: point(out) } : {}),
    })),
    closed,
  };
}

const WHOLE = { width: 100, height: 100 };

/** What a control asks of its lines. */
function optionsOf(editor: Editor, control: Element | undefined): VectorOptions {
  const tree = editor.tree.value;
  const flag = (name: string) => control !== undefined && tree.flag(control, name);
  const number = (name: string) => (control ? tree.number(control, name) : null);
  return {
    closable: flag("closable"),
    curves: flag("curves"),
    skeleton: flag("skeleton"),
    least: number("minPoints") ?? 0,
    most: number("maxPoints") ?? Number.POSITIVE_INFINITY,
  };
}

const place: Place = {
  name: "vector",
  objects: ["Image"],
  types: ["vector", "vectorlabels"],
  keys: ["vertices", "closed"],
  describe: (value, media) =>
    measured(media, (size) => {
      const line = read(value, size);
      const { minX, minY } = vector.bounds(line);
      return `${Math.round(minX)}, ${Math.round(minY)} · ${line.vertices.length} points`;
    }),
  shifted(value) {
    const line = read(value, WHOLE);
    const { minX, minY, maxX, maxY } = vector.bounds(line);
    const by = { x: aside(minX, maxX - minX) - minX, y: aside(minY, maxY - minY) - minY };
    return { vertices: write(vector.move(line, by.x, by.y, WHOLE), WHOLE).vertices };
  },
  tool: {
    command: "tool:vector",
    words: "Draw lines",
    icon: "M2 12C4 4 8 14 13.5 4M2 12h.1M13.5 4h.1M7.2 9.2h.1",
  },
  shape: {
    figure: vector,
    style: { fillOpacity: 0.2, restingPoint: 3 },
    read,
    write: (shape, size) => write(shape as Vector, size),
    ground: (editor, _, control) => ({ options: optionsOf(editor, control) }),
  },
};

export const family: Family = {
  views: { Vector: () => null, VectorLabels: Palette },
  places: [place],
  hotkeys,
  styles,
};
