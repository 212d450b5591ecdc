import type { Stage } from "../stage";
import { Drawing } from "./drawing";
import { listenToKeys } from "./keys";
import type { ImageStageOptions } from "./options";
import { listenToPointers } from "./pointers";
import { Scene } from "./scene";
import { Surface } from "./surface";

export interface ImageStage extends Stage {
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  actualSize(): void;
  /** Keeps what there is of a shape that was begun. */
  leave(): void;
  /** Takes the last point of it back, and sets it again. */
  back(): void;
  again(): void;
}

/**
 * An image with shapes to draw and change, into an element of its own.
 *
 * Plain DOM and canvas rather than a component: it changes per pointer event, not per render.
 */
export function createImageStage(options: ImageStageOptions): ImageStage {
  const scope = options.scope.child();
  const scene = new Scene(options.figures);
  const surface = new Surface(scope, scene, options);
  const drawing = new Drawing(surface, scene, options);
  const pointers = listenToPointers(scope, surface, scene, options, drawing);
  const keys = listenToKeys(scope, surface, scene, options, drawing, pointers);

  scope.add(
    options.shapes.subscribe((shapes) => {
      scene.shapes = shapes;
      surface.refresh();
    }),
  );
  scope.add(
    options.tool.subscribe((tool) => {
      surface.root.dataset.tool = tool === "move" || tool === "pan" ? tool : "draw";
      drawing.leave();
      keys.cancel();
    }),
  );

  scope.add(
    options.turn.subscribe((turn) => {
      keys.cancel();
      surface.turn = turn;
    }),
  );
  scope.add(
    options.filter.subscribe((filter) => {
      surface.filter = filter;
    }),
  );

  return {
    element: surface.root,
    zoomIn: () => surface.zoomStep(1),
    zoomOut: () => surface.zoomStep(-1),
    fit: () => surface.fit(),
    actualSize: () => surface.actualSize(),
    show: (id) => surface.show(id),
    boxOf: (id) => surface.boxOf(id),
    highlight: (id) => {
      scene.hovered = id;
      surface.refresh();
    },
    focus: () => surface.image.focus({ preventScroll: true }),
    cancel: keys.cancel,
    leave: () => drawing.leave(),
    back: () => drawing.back(),
    again: () => drawing.again(),
    dispose: () => scope.dispose(),
  };
}
