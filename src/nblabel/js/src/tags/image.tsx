import { computed, effect, type Signal, signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Scope } from "../base/scope";
import type { Size } from "../core/geometry";
import { geometryOf, type Region } from "../core/regions";
import type { Element, Media, Result } from "../core/types";
import {
  createImageStage,
  type ImageSettings,
  type ImageStage,
  type Tool,
} from "../stage/image/image-stage";
import type { Shape, ShapeKinds } from "../stage/shapes/kind";
import type { Editor } from "../state/editor";
import type { Family, Geometry, ViewProps } from "../state/family";
import { marksOf } from "../state/marks";
import { isVisible } from "../state/visibility";

/** The tool in hand and the stages on screen, of each labeler. */
interface Desk {
  readonly tool: Signal<Tool>;
  readonly stages: Set<ImageStage>;
}

const desks = new WeakMap<Editor, Desk>();

function deskOf(editor: Editor): Desk {
  const desk = desks.get(editor) ?? { tool: signal<Tool>("draw"), stages: new Set() };
  desks.set(editor, desk);
  return desk;
}

const geometriesOf = (editor: Editor): Geometry[] =>
  editor.families.flatMap(({ geometry }) => (geometry?.shape ? [geometry] : []));

const FITTING = "max(200px, 100cqb)";

/** The geometry a region has: by the type of one of its results, else by its value. */
function geometryIn(region: Region, geometries: readonly Geometry[]): Geometry | undefined {
  const byType = geometries.find(({ types }) =>
    region.items.some(({ result }) => types.includes(String(result.type))),
  );
  return byType ?? geometries.find((geometry) => geometry.fits(geometryOf(region)));
}

/** What Label Studio writes beside the value of every image region. */
function imageFields(size: Size): Partial<Result> {
  return { original_width: size.width, original_height: size.height, image_rotation: 0 };
}

function shapesOf(editor: Editor, name: string, size: Size): Shape[] {
  const geometries = geometriesOf(editor);
  return marksOf(editor, name).flatMap(({ region, ...mark }) => {
    const geometry = geometryIn(region, geometries);
    if (!geometry?.shape) return [];
    const tree = editor.tree.value;
    const control = tree.named(region.items[0]?.result.from_name);
    return {
      ...mark,
      kind: geometry.kind,
      geometry: geometry.shape.read(geometryOf(region), size),
      canRotate: !control || tree.attribute(control, "canRotate") !== false,
    };
  });
}

function settingsOf(editor: Editor, element: Element): ImageSettings {
  const tree = editor.tree.value;
  const text = (name: string) => tree.text(element, name) || undefined;
  const zoom = text("defaultZoom");
  return {
    width: text("width"),
    maxWidth: text("maxWidth"),
    height: text("height"),
    // Label Studio's default is the browser window's height; here it is what the cell shows.
    maxHeight: element.attributes.maxHeight === undefined ? FITTING : text("maxHeight"),
    zoomBy: tree.number(element, "zoomBy") ?? undefined,
    negativeZoom: tree.flag(element, "negativeZoom"),
    crosshair: tree.flag(element, "crosshair"),
    smoothing:
      element.attributes.smoothing === undefined
        ? editor.settings.value.smoothing
        : tree.flag(element, "smoothing"),
    grid: tree.flag(element, "grid"),
    gridSize: tree.number(element, "gridSize") ?? undefined,
    gridColor: text("gridColor"),
    defaultZoom: zoom === "original" || zoom === "auto" ? zoom : "fit",
    alignment: {
      horizontal: horizontal(tree.text(element, "horizontalAlignment")),
      vertical: vertical(tree.text(element, "verticalAlignment")),
    },
  };
}

const horizontal = (text: string) =>
  text === "center" || text === "right" ? text : ("left" as const);
const vertical = (text: string) =>
  text === "center" || text === "bottom" ? text : ("top" as const);

/** An address the browser can show, and what gives it back. */
function addressOf(media: Media): { url: string; release: () => void } {
  if (!media.bytes) return { url: media.url ?? "", release: () => undefined };
  const { buffer, byteOffset, byteLength } = media.bytes;
  const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  const url = URL.createObjectURL(new Blob([bytes], { type: media.mime ?? "" }));
  return { url, release: () => URL.revokeObjectURL(url) };
}

function Stage({ element, editor, media }: ViewProps & { media: Media }) {
  const place = useRef<HTMLDivElement>(null);
  const desk = deskOf(editor);
  useLayoutEffect(() => {
    const scope = new Scope();
    const name = editor.tree.value.text(element, "name");
    const { url, release } = addressOf(media);
    scope.add(release);
    const size = signal<Size>({ width: media.width ?? 0, height: media.height ?? 0 });
    const geometries = geometriesOf(editor);
    const kinds = Object.fromEntries(
      geometries.map(({ kind, shape }) => [kind, shape?.kind]),
    ) as ShapeKinds;
    const regions = () =>
      new Map([...editor.suggestions.value, ...editor.regions.value].map((r) => [r.id, r]));
    const stage = createImageStage({
      scope,
      image: { url, width: media.width, height: media.height, alt: `Image ${name}` },
      shapes: computed(() => (size.value.width > 0 ? shapesOf(editor, name, size.value) : [])),
      kinds,
      tool: desk.tool,
      drawKind: () =>
        editor.readOnly.value
          ? null
          : (editor.labeling.drawable(element, geometries)?.kind ?? null),
      drawColor: () => editor.labeling.drawColor(element),
      settings: settingsOf(editor, element),
      onLoad: (loaded) => {
        size.value = loaded;
      },
      onError: (message) => editor.tell(`${name}: ${message}`),
      onDraw: (drawn, kind) => {
        const geometry = geometries.find((each) => each.kind === kind);
        const value = geometry?.shape?.write(drawn, size.value);
        if (geometry && value)
          editor.labeling.create(element, geometry, value, imageFields(size.value));
      },
      onReshape: (changes) => {
        const known = regions();
        editor.labeling.reshape(
          changes.flatMap(({ id, geometry: drawn }) => {
            const region = known.get(id);
            const shape = region && geometryIn(region, geometries)?.shape;
            return region && shape ? [{ region, place: shape.write(drawn, size.value) }] : [];
          }),
        );
      },
      onPick: (ids, { additive }) => {
        const [only, ...more] = ids;
        if (only !== undefined && more.length === 0) editor.pick(only, additive);
        else editor.selection.value = additive ? [...editor.selection.value, ...ids] : ids;
      },
      onHover: (id) => {
        editor.hovered.value = id;
      },
      onContext: (id, at) => editor.openMenu(id, at, stage.element),
    });
    desk.stages.add(stage);
    place.current?.append(stage.element);
    scope.add(
      effect(() => {
        // A label taken up is meant for drawing.
        if (editor.labeling.active.value.size > 0) desk.tool.value = "draw";
      }),
    );
    scope.add(
      effect(() => {
        const id = editor.selection.value.at(-1);
        if (id !== undefined) stage.focusShape(id);
      }),
    );
    scope.add(effect(() => stage.highlight(editor.hovered.value)));
    return () => {
      desk.stages.delete(stage);
      stage.dispose();
      scope.dispose();
      stage.element.remove();
    };
  }, [element, editor, media, desk]);
  return <div ref={place} class="nb-stage" />;
}

const TOOLS: readonly { tool: Tool; name: string; key: string; path: string }[] = [
  { tool: "draw", name: "Draw", key: "r", path: "M2.5 3.5h11v9h-11z" },
  { tool: "move", name: "Select and move", key: "v", path: "m3 2 9 5.2-4 1.1-1.4 4z" },
  {
    tool: "pan",
    name: "Pan",
    key: "h",
    path: "M8 1.5v13M1.5 8h13M6 3.5l2-2 2 2M6 12.5l2 2 2-2M3.5 6l-2 2 2 2M12.5 6l2 2-2 2",
  },
];

function Tools({ editor, element }: ViewProps) {
  const desk = deskOf(editor);
  const tree = editor.tree.value;
  const zooms = tree.attribute(element, "zoomControl") !== false;
  const each = (run: (stage: ImageStage) => void) => () => desk.stages.forEach(run);
  return (
    <div class="nb-tools" role="toolbar" aria-label={`Tools of ${tree.text(element, "name")}`}>
      {tree.attribute(element, "selectionControl") !== false &&
        TOOLS.map(({ tool, name, key, path }) => (
          <button
            key={tool}
            type="button"
            class="nb-tool"
            aria-label={name}
            title={`${name} (${key})`}
            aria-pressed={desk.tool.value === tool}
            onClick={() => {
              desk.tool.value = tool;
            }}
          >
            <svg class="nb-icon" viewBox="0 0 16 16" aria-hidden="true">
              <path d={path} />
            </svg>
          </button>
        ))}
      {zooms && (
        <>
          <button
            type="button"
            class="nb-tool"
            aria-label="Zoom in"
            title="Zoom in (ctrl plus)"
            onClick={each((s) => s.zoomIn())}
          >
            +
          </button>
          <button
            type="button"
            class="nb-tool"
            aria-label="Zoom out"
            title="Zoom out (ctrl minus)"
            onClick={each((s) => s.zoomOut())}
          >
            −
          </button>
          <button
            type="button"
            class="nb-tool nb-fit"
            aria-label="Fit"
            title="Fit (shift 1)"
            onClick={each((s) => s.fit())}
          >
            fit
          </button>
          <button
            type="button"
            class="nb-tool nb-fit"
            aria-label="Actual size"
            title="Actual size (shift 2)"
            onClick={each((s) => s.actualSize())}
          >
            1:1
          </button>
        </>
      )}
    </div>
  );
}

function Image({ element, editor }: ViewProps) {
  const media = editor.work.value?.view.media[element.id];
  const name = editor.tree.value.text(element, "name");
  const controlled = editor.tree.value
    .controls(element)
    .some((control) => editor.tree.value.tag(control)?.region && isVisible(editor, control));
  return (
    <div role="group" aria-label={name} class="nb-picture">
      {media?.problem || !media ? (
        <p class="nb-notice" role="note">
          {media?.problem ?? "There is no image here."}
        </p>
      ) : (
        <>
          {controlled && <Tools element={element} editor={editor} />}
          <Stage
            key={editor.work.value?.view.key}
            element={element}
            editor={editor}
            media={media}
          />
        </>
      )}
    </div>
  );
}

const tool = (name: Tool) => (editor: Editor) => {
  deskOf(editor).tool.value = name;
};
const zoom = (run: (stage: ImageStage) => void) => (editor: Editor) =>
  deskOf(editor).stages.forEach(run);

export const family: Family = {
  views: { Image },
  commands: {
    "tool:rect": tool("draw"),
    "tool:move": tool("move"),
    "tool:pan-image": tool("pan"),
    "tool:zoom-in": zoom((stage) => stage.zoomIn()),
    "tool:zoom-out": zoom((stage) => stage.zoomOut()),
    "tool:zoom-to-fit": zoom((stage) => stage.fit()),
    "tool:zoom-to-actual": zoom((stage) => stage.actualSize()),
  },
};
