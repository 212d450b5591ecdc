import type { Scope } from "../../base/scope";
import { type Bounds, clampPoint, type Point, type Size } from "../../core/geometry";
import type { Handle, Shape } from "../shapes/figure";
import type { Drawing } from "./drawing";
import { changeable, Handles, handlesOf } from "./handles";
import type { ImageStageOptions } from "./options";
import type { Scene } from "./scene";
import type { Surface } from "./surface";

const ARROWS: Record<string, { x: number; y: number }> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
const ERASERS = new Set(["Backspace", "Delete"]);
const NO_KEYS = { shift: false, alt: false };
const MODIFIERS = new Set(["Shift", "Alt", "Control", "Meta"]);
const LARGE_STEP = 10;
/** How many steps of the cursor are across what is seen. */
const CURSOR_STEPS = 100;
const PAN_STEP = 40;

/** Draws with a cursor, moves and resizes by keyboard; a run of held or repeated arrows is one gesture. */
export function listenToKeys(
  scope: Scope,
  surface: Surface,
  scene: Scene,
  options: ImageStageOptions,
  drawing: Drawing,
  pointers: { cancel(): boolean; remove(handle: string): boolean },
): { cancel: () => boolean } {
  const held = new Set<string>();
  /** The handle that is pulled, and how far from where the shape was. */
  let pulled: { shape: Shape; handle: Handle; by: Point } | null = null;
  /** Whether the letter before named the cursor's column, so that the next one names its row. */
  let toRow = false;

  const finishRun = () => {
    if (held.size === 0) return;
    held.clear();
    pulled = null;
    const changes = scene.takePreviews();
    if (changes.length > 0) options.onReshape(changes);
    surface.refresh();
  };

  /** Drops a gesture, a shape being placed and a run of arrows; false when there was none. */
  const cancel = () => {
    const drawn = pointers.cancel();
    const running = scene.previews.size > 0 || scene.cursor !== null;
    scene.cursor = null;
    scene.previews.clear();
    held.clear();
    pulled = null;
    if (running) surface.refresh();
    return drawn || running;
  };

  const enter = (): boolean => {
    if (scene.cursor) point(scene.cursor);
    else if (drawing.active) drawing.finish();
    else {
      const figure = options.drawFigure();
      if (figure === null || !surface.natural || !scene.figures[figure]) return false;
      scene.cursor = centreOf(surface.seen);
    }
    toRow = false;
    surface.refresh();
    return true;
  };

  /** What a click where the cursor is would do. */
  const point = (at: Point) => {
    const figure = options.drawFigure();
    const begins = !drawing.active && figure !== null;
    if (begins) drawing.begin(figure, at);
    const { freehand } = drawing;
    // Such a pen is put down, led by the arrows and taken up; then the cursor is there for more.
    if (begins && freehand) drawing.move(at, NO_KEYS, true);
    else drawing.up(at, NO_KEYS);
    if (!drawing.active && !freehand) scene.cursor = null;
  };

  const moveCursor = (to: Point, size: Size) => {
    scene.cursor = clampPoint(to, size);
    if (drawing.active) drawing.move(scene.cursor, NO_KEYS, drawing.freehand);
    surface.refresh();
  };

  /** A letter takes the cursor to its column, the next one to its row. */
  const letter = (event: KeyboardEvent): boolean => {
    const across = acrossOf(event);
    const { cursor } = scene;
    const size = surface.natural;
    if (!cursor || !size || across === null || !plain(event)) return false;
    const { minX, maxX, minY, maxY } = surface.seen;
    const x = minX + across * (maxX - minX);
    const y = minY + across * (maxY - minY);
    moveCursor(toRow ? { x: cursor.x, y } : { x, y: cursor.y }, size);
    toRow = !toRow;
    return true;
  };

  /** Far enough to get anywhere; with Alt by a pixel. */
  const stepCursor = (at: Point, direction: Point, fine: boolean, size: Size) => {
    const { minX, maxX, minY, maxY } = surface.seen;
    const step = (length: number) => (fine ? 1 : Math.max(1, length / CURSOR_STEPS));
    toRow = false;
    moveCursor(
      { x: at.x + direction.x * step(maxX - minX), y: at.y + direction.y * step(maxY - minY) },
      size,
    );
  };

  const arrow = (event: KeyboardEvent): boolean => {
    const direction = ARROWS[event.key];
    const size = surface.natural;
    if (!direction || !size || event.ctrlKey || event.metaKey) return false;
    const far = event.altKey ? LARGE_STEP : 1;
    const by = { x: direction.x * far, y: direction.y * far };
    const handle = Handles.of(event.target);
    if (handle) pullHandle(handle, by, event);
    else if (scene.cursor) stepCursor(scene.cursor, direction, event.altKey, size);
    else if (drawing.active)
      return !event.altKey; // with Alt they lead to other tasks
    else if (scene.movable.length > 0) changeSelected(event, by);
    else return panBy(direction);
    surface.refresh();
    return true;
  };

  const changeSelected = (event: KeyboardEvent, by: { x: number; y: number }) => {
    const size = surface.natural;
    if (!size) return;
    held.add(event.key);
    if (!event.shiftKey) {
      scene.move(scene.movable, by.x, by.y, size);
      return;
    }
    for (const shape of scene.movable)
      scene.previews.set(shape.id, scene.figure(shape).grow(shape.geometry, by.x, by.y, size));
  };

  const pullHandle = (id: string, by: Point, { shiftKey: shift }: KeyboardEvent) => {
    const size = surface.natural;
    pulled ??= graspOf(id);
    if (!pulled || !size) return;
    held.add(id);
    const { shape, handle } = pulled;
    pulled = { shape, handle, by: { x: pulled.by.x + by.x, y: pulled.by.y + by.y } };
    const to = { x: handle.x + pulled.by.x, y: handle.y + pulled.by.y };
    const figure = scene.figure(shape);
    const geometry = figure.drag(
      shape.geometry,
      handle.id,
      handle,
      to,
      { shift, alt: false },
      size,
    );
    scene.previews.set(shape.id, geometry);
  };

  const graspOf = (id: string): typeof pulled => {
    const shape = changeable(scene);
    const handle = shape && handlesOf(scene, shape, surface.view).find((one) => one.id === id);
    return shape && handle ? { shape, handle, by: { x: 0, y: 0 } } : null;
  };

  const panBy = (direction: { x: number; y: number }): boolean => {
    const { x, y } = surface.overflows;
    if (!(direction.x ? x : y)) return false;
    const { view } = surface;
    surface.pan({ x: view.x - direction.x * PAN_STEP, y: view.y - direction.y * PAN_STEP });
    return true;
  };

  const handled = (event: KeyboardEvent): boolean => {
    if (event.key in ARROWS) return arrow(event);
    if (event.key === "Escape") return cancel();
    if (!MODIFIERS.has(event.key)) finishRun();
    if (letter(event)) return true;
    if (drawing.active && ERASERS.has(event.key)) return drawing.back();
    const handle = Handles.of(event.target);
    if (handle && ERASERS.has(event.key)) return pointers.remove(handle);
    if (handle && event.key === "Enter") return drawing.from(handle);
    if (handle && event.key === " ") return drawing.bend(handle);
    if (event.target !== surface.image || !plain(event)) return false;
    if (event.key === "Enter") return enter();
    if (event.key !== " ") return false;
    surface.panning = true;
    return true;
  };

  scope.listen<KeyboardEvent>(surface.root, "keydown", (event) => {
    if (!handled(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  scope.listen<KeyboardEvent>(surface.root, "keyup", (event) => {
    if (event.key === " ") surface.panning = false;
    if (event.key in ARROWS) finishRun();
  });
  scope.listen(surface.root, "focusout", () => {
    surface.panning = false;
    finishRun();
  });

  return { cancel };
}

const plain = (event: KeyboardEvent): boolean =>
  !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);

const centreOf = ({ minX, minY, maxX, maxY }: Bounds): Point => ({
  x: Math.round((minX + maxX) / 2),
  y: Math.round((minY + maxY) / 2),
});

/** How far across what is seen a key's letter stands, from 0 to 1; null where it is no letter. */
function acrossOf({ key, code }: KeyboardEvent): number | null {
  const letter = /^[a-z]$/i.test(key) ? key : /^Key[A-Z]$/.test(code) ? code.slice(3) : "";
  return letter ? (Number.parseInt(letter, 36) - 10) / 25 : null; // a is 10, z is 35
}
