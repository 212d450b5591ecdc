import type { Scope } from "../../base/scope";
import { distance, type Point } from "../../core/geometry";
import { CLICK, type Shape } from "../shapes/figure";
import { showMenu } from "../stage";
import type { Drawing } from "./drawing";
import { type Gesture, Gestures, isOnImage, type Stroke } from "./gestures";
import { Handles } from "./handles";
import type { ImageStageOptions } from "./options";
import type { Scene } from "./scene";
import type { Surface } from "./surface";

/** How near to a shape's edge a click still takes it, in screen pixels. */
const TOLERANCE = 3;
/** Wheel travel that counts as one zoom step; touch pads send much smaller ones. */
const NOTCH = 100;
const LINE = 16;

/** Mouse, touch and pen: which gesture a press begins, and how it goes on. */
export function listenToPointers(
  scope: Scope,
  surface: Surface,
  scene: Scene,
  options: ImageStageOptions,
  drawing: Drawing,
): { cancel(): boolean; remove(handle: string): boolean } {
  const gestures = new Gestures(surface, scene, options, drawing);
  const touches = new Map<number, Point>();
  let gesture: Gesture | null = null;
  /** The handle that was clicked last, where that did nothing. */
  let clicked: string | null = null;
  let lastPick: { at: Point; id: string } | null = null;

  const strokeOf = (event: PointerEvent): Stroke => ({
    at: surface.locate(event),
    shift: event.shiftKey,
    alt: event.altKey,
    additive: event.ctrlKey || event.metaKey,
  });

  const shapesAt = (at: Point): Shape[] =>
    scene.at(surface.toImage(at), TOLERANCE / surface.view.scale);

  const cancel = () => {
    const running = gesture !== null;
    gesture?.cancel();
    gesture = null;
    return drawing.cancel() || running;
  };

  /** The smallest shape at a point; clicked there again, the next one. */
  const pick = (stroke: Stroke, under: readonly Shape[]) => {
    const ids = under.map((shape) => shape.id);
    const again = lastPick !== null && distance(lastPick.at, stroke.at) < 2 * CLICK;
    const next = again && lastPick ? (ids.indexOf(lastPick.id) + 1) % ids.length : 0;
    const id = ids[next];
    lastPick = id === undefined ? null : { at: stroke.at, id };
    options.onPick(id === undefined ? [] : [id], { additive: stroke.additive });
  };

  const draw = (figure: string, at: Point, anew = false): Gesture =>
    gestures.draw(() => drawing.begin(figure, surface.toImage(at), anew));

  /** Where nothing lies, or what lies there is drawn over. */
  const ground = (at: Point, figure: string | null, over = false): Gesture => {
    if (figure !== null) {
      const drawn = draw(figure, at, over);
      const goesOn = over || drawing.unfinished(figure) !== undefined;
      const letsGo = scene.selected.length > 0 && !goesOn;
      // What is drawn by clicks loses none of them to what is selected.
      const draws = !letsGo || scene.figure({ figure }).clicked === true;
      const click = (stroke: Stroke) => {
        const on = isOnImage(surface, at);
        if (letsGo || !on) pick(stroke, []);
        if (draws && on) drawn.end(stroke);
      };
      return gestures.press(at, click, drawn);
    }
    const band = options.tool.value === "move" ? gestures.band(at) : null;
    return gestures.press(at, (stroke) => pick(stroke, []), band);
  };

  /** Whether a click there draws, whatever lies there: a point in a box, a polygon in another's. */
  const drawsOver = (figure: string | null, under: readonly Shape[], forced: boolean): boolean => {
    if (figure === null || scene.figure({ figure }).clicked !== true) return false;
    if (forced) return true;
    const unfinished = drawing.unfinished(figure);
    const others = unfinished ? under.filter(({ id }) => id !== unfinished.id) : under;
    return !others.some((shape) => shape.selected || shape.figure === figure);
  };

  const onShape = (at: Point, under: readonly Shape[], figure: string | null): Gesture => {
    const click = (stroke: Stroke) => pick(stroke, under);
    if (figure !== null) return gestures.press(at, click, draw(figure, at));
    const taken = under.find((shape) => shape.selected) ?? under[0];
    if (!taken) return gestures.press(at, click, null);
    let move: Gesture | null = null;
    const begin = (): Gesture => {
      if (!taken.selected) options.onPick([taken.id], { additive: false });
      return gestures.move(at, taken);
    };
    return gestures.press(at, click, {
      move: (stroke) => {
        move ??= begin();
        move.move(stroke);
      },
      end: (stroke) => move?.end(stroke),
      cancel: () => move?.cancel(),
    });
  };

  const begin = (event: PointerEvent): Gesture | null => {
    const at = surface.locate(event);
    const tool = options.tool.value;
    if (event.button === 1 || surface.panning || tool === "pan") return gestures.pan(at);
    if (event.button !== 0 || !surface.natural) return null;
    clicked = null;
    scene.cursor = null; // what is placed by keyboard gives way
    if (drawing.active) {
      // Where it is pressed, for it may be dragged far from there in one move.
      drawing.move(surface.toImage(at), { shift: event.shiftKey, alt: event.altKey }, true);
      return gestures.draw();
    }
    const handle = Handles.of(event.target);
    // What was let go of has its handles until the next frame.
    const held = handle === null ? null : gestures.handle(handle, at);
    if (handle !== null && held !== null) {
      const click = (stroke: Stroke) => {
        if (stroke.alt) gestures.remove(handle);
        else if (!drawing.from(handle)) clicked = handle;
      };
      return gestures.press(at, click, held);
    }
    const free = surface.freehand;
    if (free !== null) {
      drawing.begin(free, surface.toImage(at));
      drawing.move(surface.toImage(at), { shift: event.shiftKey, alt: event.altKey }, true);
      return gestures.draw();
    }
    const wanted = tool === "move" ? null : options.drawFigure();
    const figure = wanted !== null && scene.figures[wanted] ? wanted : null;
    const under = shapesAt(at);
    const forced = event.ctrlKey || event.metaKey || options.drawsOver();
    if (under.length === 0) return ground(at, figure);
    if (drawsOver(figure, under, forced)) return ground(at, figure, forced);
    const over = forced || !under.some((shape) => shape.selected);
    return onShape(at, under, over ? figure : null);
  };

  const hover = (event: PointerEvent) => {
    const at = surface.locate(event);
    const free = surface.freehand !== null;
    if (free) surface.refresh(); // the tip of the pen goes along
    const none = free || event.pointerType === "touch" || Handles.of(event.target);
    const under = none ? [] : shapesAt(at);
    const id = under[0]?.id ?? null;
    surface.root.dataset.over = under.some((shape) => shape.selected && !shape.locked)
      ? "selected"
      : id === null
        ? "ground"
        : "shape";
    setHovered(id);
  };

  const setHovered = (id: string | null) => {
    if (id === scene.hovered) return;
    scene.hovered = id;
    options.onHover?.(id);
    surface.refresh();
  };

  const pinch = (event: PointerEvent) => {
    const before = [...touches.values()];
    touches.set(event.pointerId, surface.locate(event));
    const [a, b] = before;
    const [c, d] = [...touches.values()];
    if (!a || !b || !c || !d) return;
    const middle = (p: Point, q: Point) => ({ x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 });
    surface.zoom(distance(c, d) / Math.max(1, distance(a, b)), middle(c, d), middle(a, b));
  };

  scope.listen<PointerEvent>(surface.root, "pointerdown", (event) => {
    if (event.pointerType === "touch") touches.set(event.pointerId, surface.locate(event));
    if (touches.size > 1) {
      cancel();
      return;
    }
    if (gesture) return;
    // Keys go on where the pointer has been: Escape now, arrows afterwards.
    surface.image.focus({ preventScroll: true });
    gesture = begin(event);
    if (!gesture) return;
    setHovered(null);
    event.preventDefault();
    surface.root.setPointerCapture(event.pointerId);
  });

  scope.listen<PointerEvent>(surface.root, "pointermove", (event) => {
    if (touches.size > 1) {
      pinch(event);
      return;
    }
    surface.pointer = surface.locate(event);
    // A line follows the pointer between two frames, too.
    const moves = drawing.freehand ? event.getCoalescedEvents() : [];
    if (gesture)
      for (const move of moves.length > 0 ? moves : [event]) gesture.move(strokeOf(move));
    else if (drawing.active) drawing.move(surface.toImage(surface.pointer), strokeOf(event), false);
    else hover(event);
    if (options.settings?.crosshair) surface.refresh();
  });

  scope.listen<PointerEvent>(surface.root, "pointerup", (event) => {
    touches.delete(event.pointerId);
    const ending = gesture;
    gesture = null;
    ending?.end(strokeOf(event));
  });

  scope.listen<PointerEvent>(surface.root, "pointercancel", (event) => {
    touches.delete(event.pointerId);
    cancel();
  });

  scope.listen<PointerEvent>(surface.root, "pointerleave", () => {
    surface.pointer = null;
    setHovered(null);
    surface.refresh();
  });

  scope.listen(surface.root, "dblclick", () => {
    if (clicked !== null) gestures.remove(clicked);
  });

  scope.listen<MouseEvent>(surface.root, "contextmenu", (event) => {
    // The context key has no place of its own: it means the selected shape.
    const byKey = event.button !== 2 && !event.ctrlKey;
    const under = byKey ? scene.selected : shapesAt(surface.locate(event));
    showMenu(event, options, under[0]?.id ?? null);
  });

  scope.listen<WheelEvent>(surface.root, "wheel", (event) => onWheel(event, surface, options), {
    passive: false,
  });

  return { cancel, remove: (handle) => gestures.remove(handle) };
}

/** Ctrl zooms; without it the page scrolls, unless the surface is in use and has where to go. */
function onWheel(event: WheelEvent, surface: Surface, options: ImageStageOptions): void {
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
  const delta = { x: event.deltaX * unit, y: event.deltaY * unit };
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    if (options.settings?.zoom === false) return;
    // A touch pad's pinch comes as many small steps.
    const notch = Math.abs(delta.y) < NOTCH / 4 ? NOTCH / 10 : NOTCH;
    const steps = Math.max(-1, Math.min(1, -delta.y / notch));
    surface.zoom((options.settings?.zoomBy ?? 1.1) ** steps, surface.locate(event));
    return;
  }
  if (!surface.image.matches(":focus")) return;
  const { view } = surface;
  surface.pan({ x: view.x - delta.x, y: view.y - delta.y });
  if (surface.view.x !== view.x || surface.view.y !== view.y) event.preventDefault();
}
