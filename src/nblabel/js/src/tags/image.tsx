import { computed, effect, type Signal, signal } from "@preact/signals-core";
import { useLayoutEffect, useMemo } from "preact/hooks";
import type { Size } from "../core/geometry";
import type { Region } from "../core/regions";
import type { Element, Media, Result } from "../core/types";
import stageStyles from "../stage/image/image.css";
import { createImageStage, type ImageStage } from "../stage/image/image-stage";
import type { Guides, ImageSettings, Turn } from "../stage/image/options";
import type { Figure, Figures, Shape, ShapeStyle } from "../stage/shapes/figure";
import type { Editor } from "../state/editor";
import { placesOf } from "../state/families";
import type { Family, Place, ViewProps } from "../state/family";
import { marksOf, type RegionMark } from "../state/marks";
import { placeOf, placing } from "../state/places";
import { canDraw, create, drawing, remove, reshape } from "../state/regions";
import type { Tree } from "../state/tree";
import { comingCode, useStyled } from "./_code";
import {
  deskOf,
  drawnBy,
  goneOnWith,
  isList,
  itemOf,
  keepTurn,
  placeInHand,
  showItem,
  shownOf,
  sizeOf,
  tell,
  toolOf,
  toolsFor,
  toolsOf,
  turnOf,
} from "./_image-desk";
import { Toolbar } from "./_image-tools";
import { useStage } from "./_stage";
import styles from "./image.css";

/** As high as what the cell shows; where something below it is asked of the task, that is seen too. */
function fitting(tree: Tree, element: Element): string {
  const beside = tree.parent(element)?.children ?? [];
  const below = new Set(beside.slice(beside.indexOf(element) + 1));
  const asks = tree.elements.some(
    (at) =>
      tree.role(at) === "control" &&
      !tree.tag(at)?.region &&
      !tree.flag(at, "perRegion") &&
      [...tree.ancestors(at)].some((around) => below.has(around)),
  );
  return `max(200px, ${asks ? 66 : 100}cqb - var(--nb-rows, 0px))`;
}

/** What only some images need, fetched with the first of them. */
type LargeModule = typeof import("./_image-large") & { readonly styles: string };
type PromptsModule = typeof import("./_image-prompts") & { readonly styles: string };
type ViewingModule = typeof import("./_image-viewing") & { readonly styles: string };

/** What Label Studio writes beside the value of every image region. */
function fields(editor: Editor, image: Element, item: number): Partial<Result> {
  const size = sizeOf(editor, image, item);
  return {
    ...(size ? { original_width: size.width, original_height: size.height } : {}),
    image_rotation: turnOf(editor, image, item),
    ...(isList(image) ? { item_index: item } : {}),
  };
}

/** A shape as it lies after quarter turns of the image, which has this size before them. */
export function turned(shape: unknown, figure: Figure, size: Size, turn: Turn): unknown {
  let frame = size;
  let now = shape;
  for (let done = 0; done < turn; done += 90) {
    now = figure.quarter(now, frame);
    frame = { width: frame.height, height: frame.width };
  }
  return now;
}

/** The way back: the shape on the image as it is, from where it lies on the turned one. */
export function unturned(shape: unknown, figure: Figure, size: Size, turn: Turn): unknown {
  const frame = turn % 180 === 0 ? size : { width: size.height, height: size.width };
  return turned(shape, figure, frame, ((360 - turn) % 360) as Turn);
}

const POINT_SIZES: Readonly<Record<string, number>> = { small: 8, medium: 11, large: 14 };

/** How a control says that a region of a place is drawn; `own` colours where its labels have none. */
function styleOf(tree: Tree, control: Element, place: Place, own: boolean): ShapeStyle {
  const { opacity, fillColor, fillOpacity, strokeColor, strokeWidth } = control.attributes;
  const { pointSizeEnabled, pointSizeDisabled } = control.attributes;
  const color = (given: unknown) =>
    own && typeof given === "string" && CSS.supports("color", given) ? given : undefined;
  const number = (given: unknown, most: number) => {
    const read = given === undefined ? Number.NaN : Number(given);
    return Number.isFinite(read) ? Math.min(Math.max(read, 0), most) : undefined;
  };
  const selectedPoint = number(pointSizeEnabled, 20);
  const said = {
    stroke: color(strokeColor),
    strokeWidth: number(strokeWidth, 50),
    fill: color(fillColor),
    fillOpacity: number(fillOpacity ?? opacity, 1),
    // What is said of a line's points is their radius.
    pointSize: selectedPoint
      ? Math.max(4, 2 * selectedPoint)
      : POINT_SIZES[tree.text(control, "pointSize")],
    restingPoint: number(pointSizeDisabled, 20),
    pointStyle: tree.text(control, "pointStyle") === "circle" ? "circle" : undefined,
  };
  const given = Object.entries(said).filter(([, value]) => value !== undefined);
  return { ...place.shape?.style, ...Object.fromEntries(given) };
}

/** The styles of a task's regions; of many, few are drawn otherwise. */
function stylesOf(editor: Editor): (region: Region, place: Place) => ShapeStyle | undefined {
  const known = new Map<string, ShapeStyle>();
  return (region, place) => {
    const tree = editor.tree.value;
    const control = tree.named(region.items[0]?.result.from_name);
    if (!control) return undefined;
    const { fillColor, strokeColor } = control.attributes;
    // A label's own colour wins over the control's.
    const own =
      (fillColor !== undefined || strokeColor !== undefined) &&
      !region.items
        .flatMap(({ result }) => editor.labels.labelsOf(result))
        .some(({ element }) => element?.attributes.background !== undefined);
    const address = `${control.id} ${place.name} ${own}`;
    const style = known.get(address) ?? styleOf(tree, control, place, own);
    known.set(address, style);
    return style;
  };
}

/**
 * The shapes on the image on screen; unchanged marks stay the same shapes. `wrong` is told why one
 * cannot be drawn.
 */
function shapesOf(
  editor: Editor,
  element: Element,
  frame: () => { size: Size; turn: Turn },
  wrong: (region: Region, why: string) => void,
) {
  const marks = marksOf(editor, editor.tree.value.text(element, "name"));
  const styleOf = stylesOf(editor);
  let known = new WeakMap<RegionMark, Shape | null>();
  let last = frame();
  const made = ({ region, ...mark }: RegionMark): Shape | null | undefined => {
    const { size, turn } = last;
    const place = placeOf(editor, region);
    if (!place?.shape) return null;
    const tree = editor.tree.value;
    const control = tree.named(region.items[0]?.result.from_name);
    const figure = place.shape.figure as Figure;
    const { result } = placing(tree, region) ?? {};
    const read = place.shape.read(result?.value ?? {}, size, result);
    if (read === undefined) return undefined; // whatever it waits for makes this run again
    if (typeof read === "string") {
      wrong(region, read);
      return null;
    }
    return {
      ...mark,
      figure: place.name,
      geometry: turned(read, figure, size, turn),
      canRotate: !control || tree.attribute(control, "canRotate") !== false,
      style: styleOf(region, place),
    };
  };
  return (): Shape[] => {
    const now = frame();
    if (now.size !== last.size || now.turn !== last.turn) known = new WeakMap();
    last = now;
    if (now.size.width === 0) return [];
    const item = isList(element) ? shownOf(editor, element) : null;
    const shapes: Shape[] = [];
    for (const mark of marks()) {
      if (item !== null && itemOf(mark.region) !== item) continue;
      let shape = known.get(mark);
      if (shape === undefined) {
        shape = made(mark);
        if (shape !== undefined) known.set(mark, shape);
      }
      if (shape) shapes.push(shape);
    }
    return shapes;
  };
}

/** Whether a shape is put on whole pixels: by the control that makes it, or made it. */
function snaps(editor: Editor, controls: readonly (Element | undefined)[]): boolean {
  return controls.some((control) => control && editor.tree.value.text(control, "snap") === "pixel");
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
    maxHeight:
      element.attributes.maxHeight === undefined ? fitting(tree, element) : text("maxHeight"),
    zoom: tree.flag(element, "zoom"),
    zoomBy: element.attributes.zoomBy ? (tree.number(element, "zoomBy") ?? undefined) : undefined,
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
    crossOrigin: text("crossOrigin"),
    // In the middle of all the room there is, unless the config says where.
    alignment: {
      horizontal: alongside(element.attributes.horizontalAlignment, "left", "right"),
      vertical: alongside(element.attributes.verticalAlignment, "top", "bottom"),
    },
  };
}

const alongside = <Side extends string>(given: unknown, ...sides: Side[]) =>
  sides.find((side) => side === given) ?? "center";

interface StageProps extends ViewProps {
  readonly media: Media;
  readonly large: LargeModule | null;
}

function Stage({ element, editor, media, large: module }: StageProps) {
  const desk = deskOf(editor);
  const large = useMemo(
    () => module?.largeImage(editor, element, shownOf(editor, element), media),
    [editor, element, media, module],
  );
  return useStage(editor, element, [media, large], (scope, tells) => {
    const name = editor.tree.value.text(element, "name");
    const url = media.bytes ? desk.pictures.address(media) : (media.url ?? "");
    const size: Signal<Size> = signal({ width: media.width ?? 0, height: media.height ?? 0 });
    const turn = computed(() => turnOf(editor, element));
    const places = placesOf(editor).filter(({ shape }) => shape);
    const named = (place: string) => places.find(({ name }) => name === place);
    const inHand = () => placeInHand(editor, element);
    const told = new Set<string>();
    const wrong = (region: Region, why: string) => {
      if (told.has(region.id)) return;
      told.add(region.id);
      queueMicrotask(() => editor.tell(`${name}: region "${region.id}" is not shown: ${why}`));
    };
    const figures = Object.fromEntries(
      places.map(({ name, shape }) => [name, shape?.figure]),
    ) as Figures;
    const shapes = shapesOf(editor, element, () => ({ size: size.value, turn: turn.value }), wrong);
    /** A region's value as it is saved, from the shape on screen. */
    const written = (
      { shape, name }: Place,
      drawn: unknown,
      controls: readonly (Element | undefined)[],
    ) => {
      const figure = figures[name];
      if (!shape || !figure) return undefined;
      const upright = unturned(drawn, figure, size.value, turn.value);
      return shape.write(
        snaps(editor, controls) ? figure.snap(upright, size.value) : upright,
        size.value,
      );
    };
    const stage = createImageStage({
      ...tells,
      scope,
      image: {
        url,
        width: media.width,
        height: media.height,
        alt: `Image ${name}`,
        large,
      },
      shapes: computed(() => [...shapes(), ...(desk.prompting.value?.shapes(element) ?? [])]),
      figures,
      turn,
      filter: computed(
        () => `brightness(${desk.brightness.value}%) contrast(${desk.contrast.value}%)`,
      ),
      // What is related is picked, not drawn over.
      tool: computed(() => (editor.relating.value ? "move" : toolOf(editor, element))),
      drawFigure: () => {
        const place = inHand();
        if (!place || editor.readOnly.value) return null;
        if (goneOnWith(editor, element, place)) return place.name;
        const taken = toolOf(editor, element);
        const tool = toolsFor(editor, element, place).find((one) => one.name === taken);
        return !tool?.changes && canDraw(editor, element, place) ? place.name : null;
      },
      drawsOver: () => desk.prompting.value?.asks(element) === true,
      drawColor: () => editor.labels.drawColor(element),
      ground: (figure) => {
        const place = named(figure);
        const control = place && drawnBy(editor, element, place);
        return {
          strokeWidth: (control && editor.tree.value.number(control, "strokeWidth")) ?? 1,
          tool: toolOf(editor, element),
          ...place?.shape?.ground?.(editor, element, control),
        };
      },
      onTiny: () =>
        editor.tell("That was too small to be a shape. Zoom in to draw small ones.", "info"),
      onDrawing: (drawing) => {
        editor.drawing.value = drawing
          ? { drop: stage.cancel, leave: stage.leave, back: stage.back, again: stage.again }
          : null;
      },
      settings: settingsOf(editor, element),
      guides: () => comingCode<Guides>(editor, "guides"),
      onLoad: (loaded) => {
        const { width, height } = size.value; // mostly known before: then nothing is made anew
        if (loaded.width !== width || loaded.height !== height) size.value = loaded;
        tell(editor, media, loaded);
      },
      onError: (message) => editor.tell(`${name}: ${message}`),
      onDraw: (geometry, figure, alt) => {
        const place = named(figure);
        const value = place && written(place, geometry, drawing(editor, element));
        if (!value) return;
        const drawn = { image: element, place, value, geometry, alt };
        if (!desk.prompting.value?.takes(drawn)) create(editor, element, place, value);
      },
      onReshape: (changes) => {
        const emptied: Region[] = [];
        const moved = changes.flatMap(({ id, geometry: drawn }) => {
          const region = editor.regionOf(id);
          const place = region && placeOf(editor, region);
          const controls = region?.items.map(({ result }) =>
            editor.tree.value.named(result.from_name),
          );
          const value = place && written(place, drawn, controls ?? []);
          if (region && value === null) emptied.push(region);
          return region && value ? [{ region, value }] : [];
        });
        reshape(editor, moved);
        remove(editor, emptied);
      },
    });
    scope.add(
      effect(() => {
        if (!editor.readOnly.value) keepTurn(editor, element, turn.value);
      }),
    );
    desk.stages.set(element.id, stage);
    scope.add(() => desk.stages.delete(element.id));
    scope.add(
      effect(() => {
        // A label that is taken is meant for drawing, with a tool that it is drawn with.
        const taken = editor.labels.ready(element).map(({ tag }) => tag.toLowerCase());
        if (taken.length === 0) return;
        const tools = toolsOf(editor, element);
        const own = tools.find(({ types }) => types.some((type) => taken.includes(type)));
        const inHand = tools.find(({ name }) => name === editor.tool.peek());
        const tool = own ?? inHand ?? tools[0];
        if (tool) editor.tool.value = tool.name;
      }),
    );
    return stage;
  });
}

function Image({ element, editor }: ViewProps) {
  const name = editor.tree.value.text(element, "name");
  const item = shownOf(editor, element);
  const media = editor.work.value?.view.media[element.id]?.[item];
  // A region that is selected in the list is shown, on whatever image it is.
  const selected = editor.selected.value.at(-1);
  const there = selected?.object === name && isList(element) ? itemOf(selected) : null;
  useLayoutEffect(() => {
    if (there !== null) showItem(editor, element, there);
  }, [there, editor, element]);
  const isLarge = (media?.levels ?? 0) > 0;
  const large = useStyled<LargeModule>(editor, isLarge ? "large" : null);
  const several = editor.itemCount(element) > 1;
  const missing = !media || media.problem;
  const has = (name: string) => editor.tree.value.flag(element, name);
  const turns = has("rotateControl");
  const lit = has("brightnessControl") || has("contrastControl");
  const prompts = useStyled<PromptsModule>(editor, editor.prompts.value ? "prompts" : null);
  const viewing = useStyled<ViewingModule>(
    editor,
    several || lit || turns || missing ? "viewing" : null,
  );
  return (
    <div role="group" aria-label={name} class="nb-picture">
      {missing ? (
        viewing && <viewing.Missing editor={editor} problem={media?.problem} />
      ) : (
        <>
          <Toolbar element={element} editor={editor}>
            {turns && viewing && <viewing.Turns element={element} editor={editor} />}
            {prompts && <prompts.Switch element={element} editor={editor} />}
          </Toolbar>
          {lit && (
            <div class="nb-light">
              {viewing && <viewing.Light element={element} editor={editor} />}
            </div>
          )}
          {(large || !isLarge) && (
            <Stage
              key={`${editor.work.value?.view.key} ${item}`}
              {...{ element, editor, media, large }}
            />
          )}
          {large && <large.Decoding element={element} editor={editor} />}
          {prompts && <prompts.Answer element={element} editor={editor} />}
        </>
      )}
      {several && (
        <div class="nb-pages">{viewing && <viewing.Pages element={element} editor={editor} />}</div>
      )}
    </div>
  );
}

const zoom = (run: (stage: ImageStage) => void) => (editor: Editor) =>
  deskOf(editor).stages.forEach(run);
const images = (run: (editor: Editor, image: Element) => void) => (editor: Editor) => {
  for (const element of editor.tree.value.elements)
    if (element.tag === "Image") run(editor, element);
};
/** Takes a tool that some image offers. */
const tool = (name: string, offers: string) =>
  images((editor, image) => {
    if (editor.tree.value.flag(image, offers)) editor.tool.value = name;
  });
const turning = (by: 90 | -90) =>
  images(async (editor, image) => {
    if (editor.tree.value.flag(image, "rotateControl"))
      (await comingCode<ViewingModule>(editor, "viewing"))?.rotate(editor, image, by);
  });
const leafing = (by: 1 | -1) =>
  images((editor, image) => showItem(editor, image, shownOf(editor, image) + by));

export const family: Family = {
  views: { Image },
  styles: stageStyles + styles,
  fields,
  prepare(editor, view) {
    for (const [media] of Object.values(view.media))
      if (media?.bytes && media.mime?.startsWith("image/")) deskOf(editor).pictures.address(media);
  },
  commands: {
    "tool:move": tool("move", "selectionControl"),
    "tool:pan-image": tool("pan", "zoomControl"),
    "tool:zoom-in": zoom((stage) => stage.zoomIn()),
    "tool:zoom-out": zoom((stage) => stage.zoomOut()),
    "tool:zoom-to-fit": zoom((stage) => stage.fit()),
    "tool:zoom-to-actual": zoom((stage) => stage.actualSize()),
    "tool:rotate-left": turning(-90),
    "tool:rotate-right": turning(90),
    "image:prev": leafing(-1),
    "image:next": leafing(1),
  },
};
