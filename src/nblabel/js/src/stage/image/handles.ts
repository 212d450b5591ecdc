import type { Handle, Shape } from "../shapes/figure";
import type { Scene } from "./scene";
import { toScreen, type View } from "./view";

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 8;
const REACH = 11;

/** The handles of the one selected shape: beside the surface, focusable, with names. */
export class Handles {
  readonly element: SVGSVGElement;
  readonly #stem: SVGLineElement;
  #nodes = new Map<string, SVGGElement>();

  constructor() {
    this.element = svg("svg", {
      class: "nb-image-handles",
      role: "group",
      "aria-label": "Handles",
    });
    this.#stem = svg("line", { class: "nb-image-stem" });
  }

  /** The handle that an event's target belongs to. */
  static of(target: EventTarget | null): string | null {
    const node = target instanceof Element ? target.closest<SVGElement>("[data-handle]") : null;
    return node?.dataset.handle ?? null;
  }

  show(scene: Scene, view: View): void {
    const shape = changeable(scene);
    const handles = shape ? handlesOf(scene, shape, view) : [];
    this.element.style.setProperty("--nb-mark", shape?.color ?? "");
    this.element.style.display = shape ? "" : "none";
    const ids = handles.map((handle) => handle.id);
    const { pointSize = SIDE, pointStyle = "rectangle" } = shape?.style ?? {};
    this.element.style.setProperty("--nb-point", `${pointSize}px`);
    this.element.dataset.points = pointStyle;
    if (ids.join() !== [...this.#nodes.keys()].join()) this.#rebuild(handles);
    for (const handle of handles) this.#place(handle, view);
    this.#connect(handles, view);
  }

  #rebuild(handles: readonly Handle[]): void {
    const root = this.element.getRootNode() as Document | ShadowRoot;
    const focused = Handles.of(root.activeElement);
    this.#nodes = new Map(handles.map((handle) => [handle.id, handleNode(handle)]));
    this.element.replaceChildren(this.#stem, ...this.#nodes.values());
    // A point that is added or removed makes other nodes; the keyboard stays where it was.
    if (focused) (this.#nodes.get(focused) ?? [...this.#nodes.values()].at(-1))?.focus();
  }

  #place(handle: Handle, view: View): void {
    const node = this.#nodes.get(handle.id);
    const { x, y } = toScreen(view, handle);
    node?.setAttribute("transform", `translate(${x} ${y})`);
    if (node) node.style.cursor = handle.cursor;
  }

  /** A line between the rotation handle and the side that it stands off. */
  #connect(handles: readonly Handle[], view: View): void {
    const turning = handles.find(({ role }) => role === "turn");
    const near = turning && nearest(turning, handles);
    this.#stem.style.display = near ? "" : "none";
    if (!turning || !near) return;
    const from = toScreen(view, near);
    const to = toScreen(view, turning);
    for (const [name, value] of Object.entries({ x1: from.x, y1: from.y, x2: to.x, y2: to.y }))
      this.#stem.setAttribute(name, String(value));
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
    handle.role === "turn"
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
