import type { Scope } from "../../base/scope";
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
const MODIFIERS = new Set(["Shift", "Alt", "Control", "Meta"]);
const LARGE_STEP = 10;
const PAN_STEP = 40;

/** Places, moves and resizes by keyboard; a run of held or repeated arrows is one gesture. */
export function listenToKeys(
  scope: Scope,
  surface: Surface,
  scene: Scene,
  options: ImageStageOptions,
  cancelGesture: () => boolean,
): { cancel: () => boolean } {
  const held = new Set<string>();

  const finishRun = () => {
    if (held.size === 0) return;
    held.clear();
    const changes = scene.takePreviews();
    if (changes.length > 0) options.onReshape(changes);
    surface.refresh();
  };

  /** Drops a gesture, a shape being placed and a run of arrows; false when there was none. */
  const cancel = () => {
    if (cancelGesture()) return true;
    const running = scene.draft !== null || scene.previews.size > 0;
    scene.draft = null;
    scene.previews.clear();
    held.clear();
    if (running) surface.refresh();
    return running;
  };

  const enter = (): boolean => {
    const size = surface.natural;
    if (scene.draft) {
      const { geometry, kind } = scene.draft;
      scene.draft = null;
      options.onDraw(geometry, kind);
    } else {
      const kind = options.drawKind();
      if (kind === null || !size || !scene.kinds[kind]) return false;
      scene.draft = { kind, geometry: scene.kind({ kind }).place(surface.seen, size) };
    }
    surface.refresh();
    return true;
  };

  const arrow = (event: KeyboardEvent): boolean => {
    const direction = ARROWS[event.key];
    const size = surface.natural;
    if (!direction || !size || event.ctrlKey || event.metaKey) return false;
    const far = event.altKey ? LARGE_STEP : 1;
    const by = { x: direction.x * far, y: direction.y * far };
    const handle = Handles.of(event.target);
    if (handle) pullHandle(handle, by);
    else if (scene.draft) changeDraft(by, event.shiftKey);
    else if (scene.movable.length > 0) changeSelected(event, by);
    else return panBy(direction);
    surface.refresh();
    return true;
  };

  const changeDraft = (by: { x: number; y: number }, resize: boolean) => {
    const { draft } = scene;
    const size = surface.natural;
    if (!draft || !size) return;
    const kind = scene.kind(draft);
    const geometry = resize
      ? kind.grow(draft.geometry, by.x, by.y, size)
      : kind.move(draft.geometry, by.x, by.y, size);
    scene.draft = { ...draft, geometry };
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
      scene.previews.set(shape.id, scene.kind(shape).grow(shape.geometry, by.x, by.y, size));
  };

  const pullHandle = (id: string, by: { x: number; y: number }) => {
    const shape = changeable(scene);
    const size = surface.natural;
    const handle = shape && handlesOf(scene, shape, surface.view).find((one) => one.id === id);
    if (!shape || !handle || !size) return;
    held.add(id);
    const to = { x: handle.x + by.x, y: handle.y + by.y };
    const keys = { shift: false, alt: false };
    const geometry = scene.kind(shape).drag(shape.geometry, id, handle, to, keys, size);
    scene.previews.set(shape.id, geometry);
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
