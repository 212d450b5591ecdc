import type { ReadonlySignal } from "@preact/signals-core";
import type { Scope } from "../../base/scope";
import type { Bounds, Size } from "../../core/geometry";
import type { Figures, Ground, Shape } from "../shapes/figure";
import type { Told } from "../stage";
import type { Alignment } from "./view";

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
  /** Factor of one zoom step; when not given 1.1 for the wheel, and more for a key. */
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

/** A large image, of which only what is looked at comes sharp. */
export interface LargeImage {
  /** All of it, coarse. */
  readonly whole: Promise<Blob>;
  /** What lies over that: told which part is seen, by how much it is turned, and how large. */
  layer(scope: Scope, size: Size): Layer;
  failed(error: unknown): void;
}

interface Layer {
  readonly element: HTMLElement;
  look(seen: Bounds, turn: Turn, scale: number): void;
}

/** What helps to find a place: grid, cross-hair, rubber band, the letters of the keyboard's cursor. */
export type Guides = typeof import("./guides");

export interface ImageStageOptions extends Told {
  readonly scope: Scope;
  readonly image: {
    readonly url: string;
    readonly width: number | null;
    readonly height: number | null;
    readonly alt: string;
    /** Without an address, where it is too large for one. */
    readonly large?: LargeImage | undefined;
  };
  readonly shapes: ReadonlySignal<readonly Shape[]>;
  readonly figures: Figures;
  /** By how much the image is turned, clockwise; shapes are given and told as they then lie. */
  readonly turn: ReadonlySignal<Turn>;
  /** A CSS filter over the image. */
  readonly filter: ReadonlySignal<string>;
  /** "move", "pan", or anything else to draw. */
  readonly tool: ReadonlySignal<string>;
  /** The figure of shape that drawing makes; null when no label is chosen. */
  readonly drawFigure: () => string | null;
  /** Whether it is drawn over whatever lies there. */
  readonly drawsOver: () => boolean;
  readonly drawColor: () => string;
  /** What a figure's pen is told besides: the line's width that its control asks for, the tool. */
  readonly ground?: ((figure: string) => Partial<Ground>) | undefined;
  readonly settings?: ImageSettings | undefined;
  /** Asked for once some of them are wanted; null where they do not come. */
  readonly guides: () => Promise<Guides | null>;
  /** With the size of the image as it is, not as it is turned. */
  readonly onLoad?: ((size: Size) => void) | undefined;
  readonly onError?: ((message: string) => void) | undefined;
  /** Whether a shape was begun and is not whole yet. */
  readonly onDrawing?: ((drawing: boolean) => void) | undefined;
  /** What was drawn is too small to be a shape. */
  readonly onTiny?: (() => void) | undefined;
  /** `alt`: whether Alt was held where it became whole. */
  readonly onDraw: (geometry: unknown, figure: string, alt: boolean) => void;
  /** Once per gesture, with every shape that it changed. */
  readonly onReshape: (changes: readonly Reshape[]) => void;
}
