import type { ReadonlySignal } from "@preact/signals-core";
import type { Scope } from "../../base/scope";
import type { Size } from "../../core/geometry";
import type { Shape, ShapeKinds } from "../shapes/kind";
import { listenToKeys } from "./keys";
import type { PieceSource } from "./pieces";
import { listenToPointers } from "./pointers";
import { Scene } from "./scene";
import { Surface } from "./surface";
import type { Alignment } from "./view";

export type Tool = "draw" | "move" | "pan";

/** Quarter turns in degrees. */
export type Turn = 0 | 90 | 180 | 270;

/** How the image lies in its place, as Label Studio's Image tag says; sizes are CSS. */
export interface ImageSettings {
  readonly width?: string | undefined;
  readonly maxWidth?: string | undefined;
  readonly height?: string | undefined;
  readonly maxHeight?: string | undefined;
  /** Whether the wheel zooms; true when not given. */
  readonly zoom?: boolean | undefined;
  /** Factor of one zoom step; 1.1 when not given. */
  readonly zoomBy?: number | undefined;
  readonly negativeZoom?: boolean | undefined;
  readonly crosshair?: boolean | undefined;
  readonly smoothing?: boolean | undefined;
  readonly grid?: boolean | undefined;
  readonly gridSize?: number | undefined;
  readonly gridColor?: string | undefined;
  readonly defaultZoom?: "fit" | "auto" | "original" | undefined;
  readonly alignment?: Partial<Alignment> | undefined;
  /** As on the img element; "none" and nothing are the same. */
  readonly crossOrigin?: string | undefined;
}

export interface Reshape {
  readonly id: string;
  readonly geometry: unknown;
}

export interface ImageStageOptions {
  readonly scope: Scope;
  readonly image: {
    readonly url: string;
    readonly width: number | null;
    readonly height: number | null;
    readonly alt: string;
    /** Where the pieces of a large image come from, which then has no address. */
    readonly pieces?: PieceSource | undefined;
  };
  readonly shapes: ReadonlySignal<readonly Shape[]>;
  readonly kinds: ShapeKinds;
  /** By how much the image is turned, clockwise; shapes are given and told as they then lie. */
  readonly turn: ReadonlySignal<Turn>;
  /** A CSS filter over the image. */
  readonly filter: ReadonlySignal<string>;
  readonly tool: ReadonlySignal<Tool>;
  /** The kind of shape that drawing makes; null when no label is chosen. */
  readonly drawKind: () => string | null;
  readonly drawColor: () => string;
  readonly settings?: ImageSettings | undefined;
  /** With the size of the image as it is, not as it is turned. */
  readonly onLoad?: ((size: Size) => void) | undefined;
  readonly onError?: ((message: string) => void) | undefined;
  readonly onDraw: (geometry: unknown, kind: string) => void;
  /** Once per gesture, with every shape that it changed. */
  readonly onReshape: (changes: readonly Reshape[]) => void;
  /** No ids: the ground was clicked. */
  readonly onPick: (ids: readonly string[], how: { additive: boolean }) => void;
  readonly onHover?: ((id: string | null) => void) | undefined;
  /** A right click or the context key; x and y are client coordinates. */
  readonly onContext?: ((id: string | null, at: { x: number; y: number }) => void) | undefined;
}

export interface ImageStage {
  readonly element: HTMLElement;
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  actualSize(): void;
  /** Brings a shape into sight. */
  focusShape(id: string): void;
  /** Shows a shape as if the pointer were on it, for a list beside the image. */
  highlight(id: string | null): void;
  /** Gives the surface the keyboard focus. */
  focus(): void;
  /** Drops a gesture or a shape being placed; false when there was none. */
  cancel(): boolean;
  dispose(): void;
}

/**
 * An image with shapes to draw and change, into an element of its own.
 *
 * Plain DOM and canvas rather than a component: it changes per pointer event, not per render.
 */
export function createImageStage(options: ImageStageOptions): ImageStage {
  const scope = options.scope.child();
  const scene = new Scene(options.kinds);
  const surface = new Surface(scope, scene, options);
  const pointers = listenToPointers(scope, surface, scene, options);
  const keys = listenToKeys(scope, surface, scene, options, pointers.cancel);

  // Through the signals' own methods: a second copy of their library would not hear them.
  scope.add(
    options.shapes.subscribe((shapes) => {
      scene.shapes = shapes;
      surface.refresh();
    }),
  );
  scope.add(
    options.tool.subscribe((tool) => {
      surface.root.dataset.tool = tool;
      pointers.cancel();
    }),
  );

  scope.add(
    options.turn.subscribe((turn) => {
      pointers.cancel();
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
    focusShape: (id) => surface.show(id),
    highlight: (id) => {
      scene.hovered = id;
      surface.refresh();
    },
    focus: () => surface.image.focus({ preventScroll: true }),
    cancel: keys.cancel,
    dispose: () => scope.dispose(),
  };
}
