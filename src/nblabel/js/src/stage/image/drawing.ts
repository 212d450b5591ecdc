import type { Point } from "../../core/geometry";
import type { Modifiers, Pen, Shape } from "../shapes/figure";
import { changeable, handlesOf } from "./handles";
import type { ImageStageOptions } from "./options";
import type { Scene } from "./scene";
import type { Surface } from "./surface";

/** The shape that is being drawn, by pointer or keyboard; one at a time. Points are the image's. */
export class Drawing {
  readonly #surface: Surface;
  readonly #scene: Scene;
  readonly #options: ImageStageOptions;
  #pen: { readonly figure: string; readonly pen: Pen; readonly base?: Shape | undefined } | null =
    null;

  constructor(surface: Surface, scene: Scene, options: ImageStageOptions) {
    this.#surface = surface;
    this.#scene = scene;
    this.#options = options;
  }

  /** Whether a shape was begun. */
  get active(): boolean {
    return this.#pen !== null;
  }

  /** Whether the pen that is down draws wherever it goes. */
  get freehand(): boolean {
    return this.#pen !== null && this.#scene.figure(this.#pen).freehand === true;
  }

  /** The selected shape that drawing goes on with: any that is drawn freehand, a line else. */
  unfinished(figure: string): Shape | undefined {
    const { freehand, isOpen } = this.#scene.figure({ figure });
    const selected = changeable(this.#scene);
    if (selected?.figure !== figure) return undefined;
    return freehand || isOpen?.(selected.geometry) ? selected : undefined;
  }

  /** Begins to draw; `anew` leaves alone what is selected. */
  begin(figure: string, from: Point, anew = false): void {
    const ground = this.#surface.groundOf(figure);
    if (!ground) return;
    const base = anew ? undefined : this.unfinished(figure);
    const pen = this.#scene.figure({ figure }).pen(from, ground, base?.geometry);
    this.#pen = { figure, pen, base };
    this.#options.onDrawing?.(true);
  }

  move(to: Point, keys: Modifiers, down: boolean): void {
    this.#show(this.#pen?.pen.move(to, keys, down) ?? null);
  }

  up(at: Point, keys: Modifiers): void {
    if (!this.#pen) return;
    const { draft, whole } = this.#pen.pen.up(at, keys);
    if (whole && draft === null && !this.freehand) this.#options.onTiny?.();
    if (whole) this.#end(draft, keys.alt);
    else this.#show(draft);
  }

  /** Makes the shape whole as it stands; false where it is not enough for one. */
  finish(): boolean {
    const whole = this.#pen?.pen.finish() ?? null;
    if (whole === null) return false;
    this.#end(whole);
    return true;
  }

  /**
   * What a click on a handle of the selected line does: on its first point it closes the line, where
   * that may be, and a line that may branch goes on from any point. Tells whether it does something.
   */
  from(handle: string): boolean {
    const selected = changeable(this.#scene);
    const open = selected && this.unfinished(selected.figure);
    const handles = open ? handlesOf(this.#scene, open, this.#surface.view) : [];
    const at = handles.find(({ id }) => id === handle);
    if (!open || !at || !handle.startsWith("p")) return false;
    const { isOpen } = this.#scene.figure(open);
    this.begin(open.figure, at);
    const { draft = null } = this.#pen?.pen.up(at, { shift: false, alt: false }) ?? {};
    const closed = draft !== null && !isOpen?.(draft);
    const branches =
      !closed && !this.#scene.changes(open, draft) && this.#options.drawFigure() === open.figure;
    if (branches) this.#show(draft);
    else this.#end(closed ? draft : null);
    return closed || branches;
  }

  /** Bends the selected line at a handle's point, or straightens it there; tells whether. */
  bend(handle: string): boolean {
    const shape = changeable(this.#scene);
    const ground = shape && this.#surface.groundOf(shape.figure);
    const bent = ground && this.#scene.figure(shape).bend?.(shape.geometry, handle, ground);
    if (bent) this.#options.onReshape([{ id: shape.id, geometry: bent }]);
    return Boolean(bent);
  }

  /** Takes the last point back; without any left there is no shape. False where none was begun. */
  back(): boolean {
    if (!this.#pen) return false;
    const left = this.#pen.pen.back();
    if (left === null) this.cancel();
    else this.#show(left);
    return true;
  }

  /** Sets the point again that was taken back last. */
  again(): void {
    const more = this.#pen?.pen.again?.() ?? null;
    if (more !== null) this.#show(more);
  }

  /** Keeps what there is of the shape, where somebody goes away from it. */
  leave(): void {
    const pen = this.#pen?.pen;
    this.#end(pen?.left ? pen.left() : null);
  }

  /** Drops the shape; false where none was begun. */
  cancel(): boolean {
    if (!this.#pen) return false;
    this.#end(null);
    return true;
  }

  #end(geometry: unknown, alt = false): void {
    const { figure = "", base } = this.#pen ?? {};
    this.#show(null);
    this.#pen = null;
    this.#options.onDrawing?.(false);
    if (geometry === null) return;
    if (base) this.#options.onReshape([{ id: base.id, geometry }]);
    else this.#options.onDraw(geometry, figure, alt);
  }

  #show(geometry: unknown): void {
    const { figure = "", base } = this.#pen ?? {};
    const { previews } = this.#scene;
    if (base && geometry !== null) previews.set(base.id, geometry);
    else if (base) previews.delete(base.id);
    else this.#scene.draft = geometry === null ? null : { figure, geometry };
    this.#surface.refresh();
  }
}
