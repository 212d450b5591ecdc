import { clampPoint, distance, type Point } from "../../core/geometry";
import { CLICK, type Shape } from "../shapes/figure";
import type { Drawing } from "./drawing";
import { changeable, handlesOf } from "./handles";
import type { ImageStageOptions } from "./options";
import type { Scene } from "./scene";
import type { Surface } from "./surface";

/** What the pointer does, in screen pixels of the surface. */
export interface Stroke {
  readonly at: Point;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly additive: boolean;
}

/** One thing done with the pointer; nothing is told to the outside before its end. */
export interface Gesture {
  move(stroke: Stroke): void;
  end(stroke: Stroke): void;
  cancel(): void;
}

/** The gestures of one stage. */
export class Gestures {
  readonly #surface: Surface;
  readonly #scene: Scene;
  readonly #options: ImageStageOptions;
  readonly drawing: Drawing;

  constructor(surface: Surface, scene: Scene, options: ImageStageOptions, drawing: Drawing) {
    this.drawing = drawing;
    this.#surface = surface;
    this.#scene = scene;
    this.#options = options;
  }

  /** A click, unless the pointer goes far enough for `drag`. */
  press(start: Point, click: (stroke: Stroke) => void, drag: Gesture | null): Gesture {
    let dragging = false;
    return {
      move: (stroke) => {
        dragging ||= distance(start, stroke.at) >= CLICK;
        if (dragging) drag?.move(stroke);
      },
      end: (stroke) => {
        if (dragging) drag?.end(stroke);
        else click(stroke);
      },
      cancel: () => drag?.cancel(),
    };
  }

  /** Draws on with what was begun, or begins to. */
  draw(begin: (() => void) | null = null): Gesture {
    let begun = begin === null;
    const drawing = () => {
      if (!begun) begin?.();
      begun = true;
      return this.drawing;
    };
    return {
      move: (stroke) => drawing().move(this.#surface.toImage(stroke.at), stroke, true),
      end: (stroke) => drawing().up(this.#surface.toImage(stroke.at), stroke),
      cancel: () => this.drawing.cancel(),
    };
  }

  /** Moves what is selected, or the shape taken when it is not among that. */
  move(start: Point, taken: Shape): Gesture {
    const { movable } = this.#scene;
    const among = movable.some((shape) => shape.id === taken.id);
    const shapes = among ? movable : taken.locked ? [] : [taken];
    const from = this.#surface.toImage(start);
    return this.#reshape((stroke) => {
      const to = this.#surface.toImage(stroke.at);
      const { natural } = this.#surface;
      if (natural) this.#scene.move(shapes, to.x - from.x, to.y - from.y, natural);
    });
  }

  handle(id: string, start: Point): Gesture | null {
    const shape = changeable(this.#scene);
    if (!shape) return null;
    const figure = this.#scene.figure(shape);
    const handles = handlesOf(this.#scene, shape, this.#surface.view);
    const handle = handles.find((candidate) => candidate.id === id);
    if (!handle) return null;
    const { options } = this.#surface.groundOf(shape.figure) ?? {};
    // The pointer seldom takes a handle in its middle; that difference stays.
    const grasp = this.#surface.toImage(start);
    return this.#reshape((stroke) => {
      const { natural } = this.#surface;
      if (!natural) return;
      const point = this.#surface.toImage(stroke.at);
      const to = { x: point.x + handle.x - grasp.x, y: point.y + handle.y - grasp.y };
      const geometry = figure.drag(shape.geometry, id, handle, to, stroke, natural, options);
      this.#scene.previews.set(shape.id, geometry);
    });
  }

  /** Takes a handle's point out of the shape; tells whether it could. */
  remove(handle: string): boolean {
    const shape = changeable(this.#scene);
    const figure = shape && this.#scene.figure(shape);
    const geometry = shape && figure?.remove?.(shape.geometry, handle);
    if (!shape || !geometry) return false;
    this.#options.onReshape([{ id: shape.id, geometry }]);
    return true;
  }

  pan(start: Point): Gesture {
    const { view } = this.#surface;
    const to = (at: Point) =>
      this.#surface.pan({ x: view.x + at.x - start.x, y: view.y + at.y - start.y });
    return {
      move: (stroke) => to(stroke.at),
      end: () => this.#surface.refresh(),
      cancel: () => to(start),
    };
  }

  band(start: Point): Gesture {
    const from = this.#surface.toImage(start);
    const follow = (stroke: Stroke) => {
      const to = this.#surface.toImage(stroke.at);
      this.#scene.band = {
        minX: Math.min(from.x, to.x),
        minY: Math.min(from.y, to.y),
        maxX: Math.max(from.x, to.x),
        maxY: Math.max(from.y, to.y),
      };
      this.#surface.refresh();
    };
    const cancel = () => {
      this.#scene.band = null;
      this.#surface.refresh();
    };
    const end = (stroke: Stroke) => {
      follow(stroke);
      const { band } = this.#scene;
      cancel();
      const ids = band ? this.#scene.touching(band).map((shape) => shape.id) : [];
      this.#options.onPick(ids, { additive: stroke.additive });
    };
    return { move: follow, end, cancel };
  }

  #reshape(preview: (stroke: Stroke) => void): Gesture {
    const move = (stroke: Stroke) => {
      preview(stroke);
      this.#surface.refresh();
    };
    const cancel = () => {
      this.#scene.previews.clear();
      this.#surface.refresh();
    };
    const end = (stroke: Stroke) => {
      move(stroke);
      const changes = this.#scene.takePreviews();
      this.#surface.refresh();
      if (changes.length > 0) this.#options.onReshape(changes);
    };
    return { move, end, cancel };
  }
}

/** Whether a point of the surface lies on the image. */
export function isOnImage(surface: Surface, at: Point): boolean {
  if (!surface.natural) return false;
  const point = surface.toImage(at);
  return distance(point, clampPoint(point, surface.natural)) * surface.view.scale < 1;
}
