import type { Signal } from "@preact/signals-core";
import { useLayoutEffect, useRef } from "preact/hooks";
import { replace } from "../core/changes";
import type { Element, Media } from "../core/types";
import type { Turn } from "../stage/image/options";
import type { Editor } from "../state/editor";
import { skip } from "../state/submitting";
import { deskOf, isOn, itemOf, keepTurn, showItem, shownOf, turnOf } from "./_image-desk";
import { Button, type ToolbarProps } from "./_image-tools";

/** So many small pictures stand on either side of the one that is shown: a list may have hundreds. */
const AROUND = 8;

interface ThumbnailProps extends ToolbarProps {
  readonly media: Media | undefined;
  readonly item: number;
  readonly shown: boolean;
  /** How many regions are on it. */
  readonly marks: number;
}

function Thumbnail({ editor, element, media, item, shown, marks }: ThumbnailProps) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const strip = button.current?.parentElement;
    const { offsetLeft = 0, offsetWidth = 0 } = button.current ?? {};
    if (shown && strip) strip.scrollLeft = offsetLeft - (strip.clientWidth - offsetWidth) / 2;
  }, [shown]);
  const address = media?.bytes ? deskOf(editor).pictures.address(media) : media?.url;
  const words = marks === 0 ? "" : marks === 1 ? ", 1 region" : `, ${marks} regions`;
  return (
    <button
      ref={button}
      type="button"
      class="nb-thumbnail"
      aria-label={`Image ${item + 1}${words}`}
      aria-current={shown || undefined}
      onClick={() => showItem(editor, element, item)}
    >
      {address ? <img src={address} alt="" decoding="async" draggable={false} /> : item + 1}
      {marks > 0 && <span aria-hidden="true">{marks}</span>}
    </button>
  );
}

/** What stands in the place of an image that cannot be shown. */
export function Missing({
  editor,
  problem,
}: {
  editor: Editor;
  problem: Media["problem"] | undefined;
}) {
  return (
    <div class="nb-missing">
      <svg class="nb-icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M2 3h12v10H2zM2 11l3.5-4 3 3 2-2 3.5 4M11 6h.1" />
      </svg>
      <p role="note">{problem ?? "There is no image here."}</p>
      <button type="button" class="nb-button" onClick={() => void skip(editor)}>
        Skip this task
      </button>
    </div>
  );
}

/** Turns the image on screen; every region on it is saved with the rotation it is now seen at. */
export function rotate(editor: Editor, image: Element, by: 90 | -90): void {
  if (editor.readOnly.value) return;
  editor.drawing.value?.leave();
  const item = shownOf(editor, image);
  const turn = ((turnOf(editor, image) + by + 360) % 360) as Turn;
  keepTurn(editor, image, turn);
  const edits = editor.regions.value
    .filter((region) => isOn(editor, image, region, item))
    .flatMap(({ items }) => items)
    .map((item) => replace(item, { ...item.result, image_rotation: turn }));
  if (edits.length > 0) editor.commit({ edits });
}

/** What turns an image. */
export function Turns({ editor, element }: ToolbarProps) {
  return (
    <>
      <Button name="Rotate left" keys="alt ←" onClick={() => rotate(editor, element, -90)}>
        ↺
      </Button>
      <Button name="Rotate right" keys="alt →" onClick={() => rotate(editor, element, 90)}>
        ↻
      </Button>
    </>
  );
}

/** Which image of a list is on screen, and the way to the others. */
export function Pages({ editor, element }: ToolbarProps) {
  const count = editor.itemCount(element);
  const name = editor.tree.value.text(element, "name");
  const media = editor.work.value?.view.media[element.id] ?? [];
  const marks = new Map<number, number>();
  for (const region of editor.regions.value)
    if (region.object === name) marks.set(itemOf(region), (marks.get(itemOf(region)) ?? 0) + 1);
  const at = shownOf(editor, element);
  const first = Math.max(0, Math.min(at - AROUND, count - 2 * AROUND - 1));
  const items = Array.from({ length: Math.min(count, 2 * AROUND + 1) }, (_, i) => first + i);
  const go = (to: number) => () => showItem(editor, element, to);
  return (
    <>
      <Button name="Previous image" keys="ctrl ←" disabled={at === 0} onClick={go(at - 1)}>
        ‹
      </Button>
      <span class="nb-page">{`Image ${at + 1} / ${count}`}</span>
      <Button name="Next image" keys="ctrl →" disabled={at === count - 1} onClick={go(at + 1)}>
        ›
      </Button>
      <div role="group" aria-label={`Images of ${name}`} class="nb-thumbnails">
        {items.map((item) => (
          <Thumbnail
            key={item}
            {...{ editor, element, item }}
            media={media[item]}
            shown={item === at}
            marks={marks.get(item) ?? 0}
          />
        ))}
      </div>
    </>
  );
}

function Slider({ name, sign, value }: { name: string; sign: string; value: Signal<number> }) {
  return (
    <label class="nb-slider" title={`${name}; a double click sets it back`}>
      <span aria-hidden="true">{sign}</span>
      <input
        type="range"
        min={20}
        max={300}
        step={5}
        aria-label={name}
        value={value.value}
        onInput={(event) => {
          value.value = Number(event.currentTarget.value);
        }}
        onDblClick={() => {
          value.value = 100;
        }}
      />
    </label>
  );
}

/** How bright the image is shown; its pixels and results stay as they are. */
export function Light({ editor, element }: ToolbarProps) {
  const { brightness, contrast } = deskOf(editor);
  const tree = editor.tree.value;
  return (
    <>
      {tree.flag(element, "brightnessControl") && (
        <Slider name="Brightness" sign="☀" value={brightness} />
      )}
      {tree.flag(element, "contrastControl") && (
        <Slider name="Contrast" sign="◐" value={contrast} />
      )}
    </>
  );
}
