import type { Scope } from "../../base/scope";
import { distance, type Point } from "../../core/geometry";
import type { Shape } from "../shapes/kind";
import { CLICK, type Gesture, Gestures, isOnImage, type Stroke } from "./gestures";
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
): { cancel: () => boolean } {
  const gestures = new Gestures(surface, scene, options);
  const touches = new Map<number, Point>();
  let gesture: Gesture | null = null;
  /** A shape begun by a click; the next click ends it. */
  let floating: Gesture | null = null;
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
    const running = gesture ?? floating;
    running?.cancel();
    gesture = floating = null;
    return running !== null;
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

  const ground = (at: Point, kind: string | null): Gesture => {
    const hadSelection = scene.selected.length > 0;
    const click = (stroke: Stroke) => {
      if (hadSelection || kind === null || !isOnImage(surface, at)) pick(stroke, []);
      else floating = gestures.draw(kind, at);
    };
    if (kind !== null) return gestures.press(at, click, gestures.draw(kind, at));
    const band = options.tool.value === "move" ? gestures.band(at) : null;
    return gestures.press(at, click, band);
  };

  const onShape = (at: Point, under: readonly Shape[], kind: string | null): Gesture => {
    const click = (stroke: Stroke) => pick(stroke, under);
    if (kind !== null) return gestures.press(at, click, gestures.draw(kind, at));
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
    // A shape being placed by keyboard gives way.
    if (!floating) scene.draft = null;
    const handle = Handles.of(event.target);
    if (handle) return gestures.press(at, () => {}, gestures.handle(handle, at));
    if (floating) {
      const ending = floating;
      floating = null;
      return ending;
    }
    const wanted = tool === "move" ? null : options.drawKind();
    const kind = wanted !== null && scene.kinds[wanted] ? wanted : null;
    const under = shapesAt(at);
    if (under.length === 0) return ground(at, kind);
    const over = event.ctrlKey || event.metaKey || !under.some((shape) => shape.selected);
    return onShape(at, under, over ? kind : null);
  };

  const hover = (event: PointerEvent) => {
    const at = surface.locate(event);
    const under = event.pointerType === "touch" || Handles.of(event.target) ? [] : shapesAt(at);
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
    if (gesture) gesture.move(strokeOf(event));
    else if (floating) floating.move(strokeOf(event));
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

  scope.listen<MouseEvent>(surface.root, "contextmenu", (event) => {
    if (!options.onContext) return;
    event.preventDefault();
    // The context key has no place of its own: it means the selected shape.
    const byKey = event.button !== 2 && !event.ctrlKey;
    const under = byKey ? scene.selected : shapesAt(surface.locate(event));
    options.onContext(under[0]?.id ?? null, { x: event.clientX, y: event.clientY });
  });

  scope.listen<WheelEvent>(surface.root, "wheel", (event) => onWheel(event, surface, options), {
    passive: false,
  });

  return { cancel };
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
