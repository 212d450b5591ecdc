/** Both stages in shadow roots, with what they tell kept in `log` for the driver to read. */
import { signal } from "@preact/signals-core";
import families from "families";
import { Scope } from "../../src/base/scope";
import { Offsets } from "../../src/core/offsets";
import type { Granularity } from "../../src/core/segments";
import * as guides from "../../src/stage/image/guides";
import imageCss from "../../src/stage/image/image.css";
import { createImageStage } from "../../src/stage/image/image-stage";
import type { ImageSettings, Turn } from "../../src/stage/image/options";
import type { Figure, Figures, Shape } from "../../src/stage/shapes/figure";
import { pageOf } from "../../src/stage/text/lines";
import type { TextMark } from "../../src/stage/text/options";
import textCss from "../../src/stage/text/text.css";
import { createTextStage } from "../../src/stage/text/text-stage";

const theme = {
  light:
    "--nb-bg:#fff;--nb-fg:#1c2024;--nb-muted:#5b636b;--nb-line:#dfe3e7;--nb-panel:#f4f6f8;--nb-accent:#1a66d6;--nb-focus:#1a66d6;",
  dark: "--nb-bg:#17191d;--nb-fg:#e8eaed;--nb-muted:#9aa1a9;--nb-line:#2f343a;--nb-panel:#1f2226;--nb-accent:#5aa0ff;--nb-focus:#5aa0ff;",
};

interface Entry {
  readonly what: string;
  readonly [detail: string]: unknown;
}

function shadow(
  css: string,
  dark: boolean,
  width: number,
): { root: ShadowRoot; ground: HTMLElement } {
  const host = document.createElement("div");
  host.style.cssText = `width: ${width}px; margin: 20px;`;
  document.body.append(host);
  const root = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = css;
  const ground = document.createElement("div");
  ground.className = "ground";
  ground.style.cssText =
    `${theme[dark ? "dark" : "light"]}--nb-font:system-ui,sans-serif;--nb-mono:monospace;` +
    "background:var(--nb-bg);border:1px solid var(--nb-line);border-radius:8px;overflow:hidden auto;max-height:500px;";
  root.append(style, ground);
  return { root, ground };
}

const places = families.flatMap((family) => family.places ?? []).filter(({ shape }) => shape);
const figures = Object.fromEntries(
  places.map(({ name, shape }) => [name, shape?.figure]),
) as unknown as Figures;

let serial = 0;

const harness = {
  log: [] as Entry[],
  scope: new Scope(),

  text(given: {
    text: string;
    marks?: Partial<TextMark>[];
    label?: boolean;
    granularity?: Granularity;
    links?: boolean;
    dark?: boolean;
    width?: number;
  }) {
    const { ground } = shadow(textCss, given.dark ?? false, given.width ?? 800);
    const marks = signal<readonly TextMark[]>((given.marks ?? []).map(mark));
    const label = signal(given.label ?? true);
    const characters = [...given.text];
    const stage = createTextStage({
      scope: harness.scope,
      widgetId: `w${serial++}`,
      page: pageOf(given.text),
      marks,
      granularity: () => given.granularity ?? "symbol",
      canSelect: () => label.value,
      ariaLabel: "text",
      onSelect: ({ start, end }) => {
        harness.log.push({
          what: "select",
          start,
          end,
          text: characters.slice(start, end).join(""),
        });
        marks.value = [...marks.value, mark({ start, end, label: "NEW" })];
      },
      onPick: ([id = null], { additive }) => {
        harness.log.push({ what: "pick", id, additive });
        marks.value = marks.value.map((one) => ({ ...one, selected: one.id === id }));
      },
      onResize: (id, { start, end }) => {
        harness.log.push({ what: "resize", id, start, end });
        marks.value = marks.value.map((one) => (one.id === id ? { ...one, start, end } : one));
      },
      onHover: (id) => harness.log.push({ what: "hover", id }),
      onContext: (id) => harness.log.push({ what: "context", id }) > 0,
      onLink: given.links ? (href) => harness.log.push({ what: "link", href }) : undefined,
    });
    ground.append(stage.element);
    const offsets = new Offsets(given.text);
    /** Client box of one code point, for the driver's pointer. */
    const boxOf = (point: number) => {
      const page = stage.element.querySelector(".nb-text-page") as HTMLElement;
      const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
      let at = offsets.units(point);
      const end = offsets.units(point + 1) - at;
      for (let node = walker.nextNode() as Text; node; node = walker.nextNode() as Text) {
        if (at < node.length) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + end);
          const { left, right, top, bottom } = range.getBoundingClientRect();
          return { left, right, top, bottom };
        }
        at -= node.length;
      }
      return null;
    };
    return { stage, marks, label, boxOf, ground };
  },

  image(given: {
    url: string;
    shapes?: Partial<Shape>[];
    figure?: string | null;
    tool?: string;
    over?: boolean;
    /** What a pen is told besides. */
    ground?: { tool?: string; options?: object };
    dark?: boolean;
    width?: number;
    size?: { width: number; height: number };
    settings?: ImageSettings;
  }) {
    const { ground } = shadow(imageCss, given.dark ?? false, given.width ?? 800);
    const shapes = signal<readonly Shape[]>((given.shapes ?? []).map(shape));
    const tool = signal<string>(given.tool ?? "draw");
    const turn = signal<Turn>(0);
    const figure = signal<string | null>(given.figure === undefined ? "rectangle" : given.figure);
    const stage = createImageStage({
      scope: harness.scope,
      image: {
        url: given.url,
        width: given.size?.width ?? null,
        height: given.size?.height ?? null,
        alt: "image",
      },
      shapes,
      figures,
      turn,
      filter: signal(""),
      tool,
      drawFigure: () => figure.value,
      drawsOver: () => given.over ?? false,
      drawColor: () => "#e8590c",
      ground: () => given.ground ?? {},
      settings: given.settings,
      guides: async () => guides,
      onLoad: (size) => harness.log.push({ what: "load", ...size }),
      onError: (message) => harness.log.push({ what: "error", message }),
      onDraw: (geometry, drawn, alt) => {
        harness.log.push({ what: "draw", geometry, figure: drawn, alt });
        shapes.value = [...shapes.value, shape({ figure: drawn, geometry, label: "new" })];
      },
      onReshape: (changes) => {
        harness.log.push({ what: "reshape", changes });
        const geometries = new Map(changes.map((change) => [change.id, change.geometry]));
        shapes.value = shapes.value.map((one) =>
          geometries.has(one.id) ? { ...one, geometry: geometries.get(one.id) } : one,
        );
      },
      onPick: (ids, { additive }) => {
        harness.log.push({ what: "pick", ids, additive });
        shapes.value = shapes.value.map((one) => ({
          ...one,
          selected: ids.includes(one.id) || (additive && one.selected),
        }));
      },
      onHover: (id) => harness.log.push({ what: "hover", id }),
      onContext: (id) => harness.log.push({ what: "context", id }) > 0,
    });
    ground.append(stage.element);
    return { stage, shapes, tool, figure, turn, ground };
  },

  /** The places that are shapes with an outline, with the types of their results. */
  places: () =>
    places
      .filter(({ shape }) => shape && !(shape.figure as Figure).paint)
      .map(({ name, types }) => ({ name, types })),

  /** Of points anywhere on the image, those that a shape's outline holds and a click misses. */
  missed(name: string, value: Record<string, unknown>, points: [number, number][]) {
    const size = { width: 400, height: 200 };
    const own = places.find((place) => place.name === name)?.shape;
    const figure = own?.figure as Figure;
    const geometry = own?.read(value, size);
    const context = document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;
    figure.path(context, geometry, 1e-9);
    return points.filter(([x, y]) => {
      const inside = context.isPointInPath(x, y);
      const [strict, wide] = [0, 1].map((reach) => figure.hit(geometry, { x, y }, reach));
      return inside ? !wide : strict;
    });
  },

  clear() {
    harness.scope.dispose();
    harness.scope = new Scope();
    harness.log.length = 0;
    document.body.replaceChildren();
    return CSS.highlights.size;
  },
};

const style = () => ({
  id: `m${serial++}`,
  color: "#d6336c",
  label: "PER",
  suggestion: false,
  selected: false,
  hidden: false,
  locked: false,
});

function mark(given: Partial<TextMark>): TextMark {
  return { ...style(), start: 0, end: 1, ...given };
}

function shape(given: Partial<Shape>): Shape {
  return { ...style(), figure: "rectangle", geometry: {}, ...given };
}

Object.assign(globalThis, { harness });
export type Harness = typeof harness;
