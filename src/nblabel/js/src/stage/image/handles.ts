import { distance, type Point, type Size } from "../../core/geometry";
import type { Handle, Shape } from "../shapes/figure";
import type { Scene } from "./scene";
import { toScreen, type View } from "./view";

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 8;
const REACH = 11;
const MANY = 200;

/** The handles of the one selected shape: beside the surface, focusable, with names. */
export class Handles {
  readonly element: SVGSVGElement;
  readonly #stems: SVGGElement;
  readonly #nodes = new Map<string, SVGGElement>();

  constructor() {
    this.element = svg("svg", {
      class: "nb-image-handles",
      role: "group",
      "aria-label": "Handles",
    });
    this.#stems = svg("g", { class: "nb-image-stems" });
    this.element.append(this.#stems);
  }

  /** The handle that an event's target belongs to. */
  static of(target: EventTarget | null): string | null {
    const node = target instanceof Element ? target.closest<SVGElement>("[data-handle]") : null;
    return node?.dataset.handle ?? null;
  }

  show(scene: Scene, view: View, size: Size): void {
    const shape = changeable(scene);
    const handles = shape ? within(handlesOf(scene, shape, view), view, size) : [];
    this.element.style.setProperty("--nb-mark", shape?.color ?? "");
    this.element.style.display = shape ? "" : "none";
    const { pointSize = SIDE, pointStyle = "rectangle" } = shape?.style ?? {};
    this.element.style.setProperty("--nb-point", `${pointSize}px`);
    this.element.dataset.points = pointStyle;
    const known = handles.every(({ id }) => this.#nodes.has(id));
    if (!known || handles.length !== this.#nodes.size) this.#rebuild(handles);
    for (const handle of handles) this.#move(handle, view);
    this.#connect(handles, view);
  }

  /** Nodes stay where they are: one that is taken out and put in again loses the focus. */
  #rebuild(handles: readonly Handle[]): void {
    const wanted = new Set(handles.map(({ id }) => id));
    const gone = [...this.#nodes].filter(([id]) => !wanted.has(id));
    const focused = gone.some(([, node]) => node.matches(":focus"));
    for (const handle of handles) {
      if (this.#nodes.has(handle.id)) continue;
      const node = handleNode(handle);
      this.#nodes.set(handle.id, node);
      if (handle.role === "add") this.#stems.after(node);
      else this.element.append(node);
    }
    for (const [id, node] of gone) {
      this.#nodes.delete(id);
      node.remove();
    }
    if (focused) [...this.#nodes.values()].at(-1)?.focus();
  }

  #move(handle: Handle, view: View): void {
    const node = this.#nodes.get(handle.id);
    const { x, y } = toScreen(view, handle);
    node?.setAttribute("transform", `translate(${x} ${y})`);
    if (node) node.style.cursor = handle.cursor;
  }

  /** Lines between what stands off the shape and where it stands off: a turn from its side. */
  #connect(handles: readonly Handle[], view: View): void {
    const stems = handles.flatMap((handle): [Point, Point][] => {
      const near = handle.role === "turn" ? nearest(handle, handles) : handle.arm;
      return near ? [[toScreen(view, near), toScreen(view, handle)]] : [];
    });
    while (this.#stems.childElementCount > stems.length) this.#stems.lastElementChild?.remove();
    while (this.#stems.childElementCount < stems.length)
      this.#stems.append(svg("line", { class: "nb-image-stem" }));
    for (const [i, [from, to]] of stems.entries())
      for (const [name, value] of Object.entries({ x1: from.x, y1: from.y, x2: to.x, y2: to.y }))
        this.#stems.children[i]?.setAttribute(name, String(value));
  }
}

/** The selected shape when it is one alone and may be changed. */
export function changeable(scene: Scene): Shape | undefined {
  const { selected } = scene;
  const [shape] = selected;
  return selected.length === 1 && shape && !shape.locked ? shape : undefined;
}

export function handlesOf(scene: Scene, shape: Shape, view: View): readonly Handle[] {
  return scene.figure(shape).handles(shape.geometry, 1 / view.scale, shape.canRotate ?? true);
}

/** Of very many those in sight, and none upon another: who zooms in comes to the rest. */
function within(handles: readonly Handle[], view: View, { width, height }: Size) {
  if (handles.length <= MANY) return handles;
  let last = { x: 0, y: Number.POSITIVE_INFINITY };
  return handles.filter((handle) => {
    const at = toScreen(view, handle);
    const seen = at.x > -REACH && at.y > -REACH && at.x < width + REACH && at.y < height + REACH;
    if (!seen || distance(at, last) < REACH) return false;
    last = at;
    return true;
  });
}

function nearest(to: Handle, handles: readonly Handle[]): Handle | undefined {
  const others = handles.filter(({ role }) => role !== "turn");
  const far = (handle: Handle) => Math.hypot(handle.x - to.x, handle.y - to.y);
  return others.sort((a, b) => far(a) - far(b))[0];
}

function handleNode(handle: Handle): SVGGElement {
  const node = svg("g", {
    class: "nb-image-handle",
    role: "button",
    tabindex: "0",
    "aria-label": handle.label,
    "data-handle": handle.id,
    ...(handle.role ? { "data-role": handle.role } : {}),
  });
  const grip =
    handle.role === "turn" || handle.role === "bend"
      ? svg("circle", { class: "grip", r: String(SIDE / 2 + 1) })
      : svg("rect", { class: "grip point" });
  node.append(svg("circle", { class: "reach", r: String(REACH) }), grip);
  return node;
}

function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string>,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
