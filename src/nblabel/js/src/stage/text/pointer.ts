import type { Scope } from "../../base/scope";
import { clamp } from "../../core/numbers";
import { lineAt, type Stretch, segmentAt } from "../../core/segments";
import { showMenu } from "../stage";
import { type Body, inOrder } from "./body";
import type { TextMark, TextStageOptions } from "./options";
import { type Edge, Overlay } from "./overlay";
import { scrollTowards, visibleBox } from "./scroll";
import { positionAt } from "./selection";

interface Drag {
  move(event: PointerEvent): void;
  end(event: PointerEvent): void;
  cancel(): void;
}

/** Picks, selects and resizes by mouse, pen and touch. */
export function listenToPointer(
  scope: Scope,
  body: Body,
  options: TextStageOptions,
): { cancel: () => boolean } {
  const { root, page, text } = body;
  let drag: Drag | null = null;
  let pointerId = 0;
  let byTouch = false;
  let lastPick: { x: number; y: number; id: string } | null = null;
  /** What a finger selected with the browser's own handles. */
  let touched: Stretch | null = null;

  /** Nearest to the pointer, also when it has left the text. */
  const nearest = (event: MouseEvent): number | null => {
    const box = visibleBox(page.element);
    const x = clamp(event.clientX, box.left + 1, box.right - 1);
    const y = clamp(event.clientY, box.top + 1, box.bottom - 1);
    return positionAt(page, x, y);
  };

  const begin = (next: Drag | null) => {
    drag = next;
    root.toggleAttribute("data-dragging", next !== null);
    if (next) root.setPointerCapture(pointerId);
  };

  const finish = (): Drag | null => {
    const running = drag;
    drag = null;
    lastMove = null;
    root.removeAttribute("data-dragging");
    return running;
  };

  /** A drag held beyond the edge scrolls on, frame by frame. */
  let lastMove: PointerEvent | null = null;
  const scrollOn = scope.frame(() => {
    if (!drag || !lastMove || !scrollTowards(page.element, lastMove.clientY)) return;
    drag.move(lastMove);
    scrollOn();
  });

  const pick = (event: MouseEvent) => {
    const chip = Overlay.chipOf(event.target);
    const character = chip ? null : body.characterAt(event.clientX, event.clientY);
    if ((event.ctrlKey || event.metaKey) && character && body.openLink(character.start)) return;
    const { clientX: x, clientY: y } = event;
    const marks: Pick<TextMark, "id">[] = chip ? [{ id: chip }] : body.marksAt(x, y);
    const ids = marks.map((mark) => mark.id);
    const again = lastPick !== null && Math.hypot(lastPick.x - x, lastPick.y - y) < 6;
    const next = again && lastPick ? (ids.indexOf(lastPick.id) + 1) % ids.length : 0;
    const id = ids[next];
    lastPick = id === undefined ? null : { x, y, id };
    options.onPick(id === undefined ? [] : [id], { additive: event.ctrlKey || event.metaKey });
  };

  /** What one press takes: nothing yet, a word at the second, a line at the third. */
  const unitAt = (clicks: number, position: number, event: MouseEvent): Stretch => {
    if (clicks < 2) return { start: position, end: position };
    const character = body.characterAt(event.clientX, event.clientY)?.start ?? position;
    return clicks === 2 ? segmentAt(text, character, "word") : lineAt(text, character);
  };

  const select = (event: MouseEvent): Drag | null => {
    const at = nearest(event);
    if (at === null) return null;
    const held = event.shiftKey ? body.selection.read() : null;
    const clicks = event.detail;
    const first = held ? { start: held.anchor, end: held.anchor } : unitAt(clicks, at, event);
    let selected = held ? { anchor: held.anchor, focus: at } : asSelected(first, first);
    body.selection.write(selected);
    const follow = (next: MouseEvent) => {
      const position = nearest(next);
      if (position === null) return;
      const last = clicks < 2 ? { start: position, end: position } : unitAt(clicks, position, next);
      selected = asSelected(first, last);
      body.selection.write(selected);
    };
    return {
      move: follow,
      end: (last) => {
        const empty = selected.anchor === selected.focus;
        if (empty && clicks < 2) pick(last);
        else if (options.canSelect()) body.commit(inOrder(selected));
      },
      cancel: () => body.selection.drop(),
    };
  };

  const resize = (edge: Edge): Drag | null => {
    const painted = body.selectedMark;
    if (!painted || painted.mark.locked) return null;
    const { id } = painted.mark;
    const fixed = edge === "start" ? painted.end : painted.start;
    let stretch: Stretch = painted;
    return {
      move: (event) => {
        const at = nearest(event);
        if (at === null || at === fixed) return;
        stretch = { start: Math.min(at, fixed), end: Math.max(at, fixed) };
        body.preview(id, stretch);
      },
      end: () => {
        body.preview(null);
        const changed = stretch.start !== painted.start || stretch.end !== painted.end;
        if (changed) body.resize(painted, stretch);
      },
      cancel: () => body.preview(null),
    };
  };

  const cancel = () => {
    const running = finish();
    running?.cancel();
    return running !== null;
  };

  scope.listen<PointerEvent>(root, "pointerdown", (event) => {
    pointerId = event.pointerId;
    byTouch = event.pointerType === "touch";
    const edge = Overlay.edgeOf(event.target);
    if (!edge || event.button !== 0) return;
    begin(resize(edge));
  });

  // The mouse event knows the number of clicks, the pointer event does not.
  scope.listen<MouseEvent>(root, "mousedown", (event) => {
    if (event.button !== 0 || Overlay.edgeOf(event.target)) return;
    if (byTouch) return;
    event.preventDefault();
    page.element.focus({ preventScroll: true });
    if (Overlay.chipOf(event.target)) pick(event);
    else begin(select(event));
  });

  scope.listen<PointerEvent>(root, "pointermove", (event) => {
    if (drag) {
      drag.move(event);
      lastMove = event;
      scrollOn();
    } else if (event.pointerType !== "touch") {
      const chip = Overlay.chipOf(event.target);
      body.hover(chip ?? body.marksAt(event.clientX, event.clientY)[0]?.id ?? null);
    }
  });

  scope.listen<PointerEvent>(root, "pointerup", (event) => {
    finish()?.end(event);
  });

  // A tap on what a finger has selected makes the span; the tap itself drops the selection.
  scope.listen(page.document, "selectionchange", () => {
    const selected = byTouch ? body.selection.read() : null;
    if (selected && selected.anchor !== selected.focus) touched = inOrder(selected);
  });
  scope.listen<MouseEvent>(root, "click", (event) => {
    if (!byTouch || Overlay.edgeOf(event.target)) return;
    const at = body.characterAt(event.clientX, event.clientY)?.start;
    const within = touched && at !== undefined && touched.start <= at && at < touched.end;
    if (touched && within && options.canSelect()) body.commit(touched);
    else pick(event);
    touched = null;
  });

  scope.listen(root, "pointercancel", () => cancel());
  scope.listen(root, "pointerleave", () => body.hover(null));

  scope.listen<MouseEvent>(root, "contextmenu", (event) => {
    // The context key has no place of its own: it means the selected mark, as its handles do.
    const placed = event.button === 2 || event.ctrlKey;
    const id =
      placed && !Overlay.edgeOf(event.target)
        ? (Overlay.chipOf(event.target) ?? body.marksAt(event.clientX, event.clientY)[0]?.id)
        : body.selectedMark?.mark.id;
    showMenu(event, options, id ?? null);
  });

  return { cancel };
}

/** From one unit to another, in the direction in which they were taken. */
function asSelected(first: Stretch, last: Stretch) {
  return last.start < first.start
    ? { anchor: first.end, focus: last.start }
    : { anchor: first.start, focus: Math.max(first.end, last.end) };
}
