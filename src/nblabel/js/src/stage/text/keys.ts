import type { Scope } from "../../base/scope";
import { nextWord, step } from "../../core/segments";
import { type Body, inOrder } from "./body";
import { type Edge, Overlay } from "./overlay";
import type { Selected } from "./selection";

/** How many steps of an edge may make no other span, and how many of these are small. */
const TRIES = 200;
const SMALL = 8;

/** The text's own caret: arrows move it by words, with Shift they select, Enter makes the span. */
export function listenToKeys(
  scope: Scope,
  body: Body,
  cancelDrag: () => boolean,
): { cancel: () => boolean } {
  const { page, text } = body;
  const focused = () => page.element.matches(":focus");
  /** Where the caret was when the selection was last within the text. */
  let caret = 0;

  const current = (): Selected => body.selection.read() ?? { anchor: caret, focus: caret };

  const show = (scroll: boolean) => {
    if (!focused()) {
      body.overlay.hideCaret();
      return;
    }
    const selected = body.selection.read();
    if (selected) caret = selected.focus;
    body.overlay.showCaret(caret, text);
    if (scroll) body.overlay.reveal(caret);
  };
  const showSoon = scope.frame(() => show(false));

  const go = (focus: number, extending: boolean) => {
    const { anchor } = current();
    caret = focus;
    body.selection.write({ anchor: extending ? anchor : focus, focus });
    show(true);
    return true;
  };

  /** Lines of the screen are known to the browser alone. */
  const goByLine = (direction: "forward" | "backward", unit: string, extending: boolean) => {
    body.selection.write(current());
    body.selection.modify(extending, direction, unit);
    const focus = body.selection.read()?.focus;
    return go(focus ?? caret, extending);
  };

  /** Where a side of the screen leads in the text. */
  const towards = (side: 1 | -1, at: number): 1 | -1 =>
    getComputedStyle(page.runAt(at).element).direction === "rtl" ? (-side as 1 | -1) : side;

  const arrow = (event: KeyboardEvent, side: 1 | -1): boolean => {
    const direction = towards(side, caret);
    const { anchor, focus } = current();
    const byWord = !(event.ctrlKey || event.altKey); // spans are mostly of whole words
    if (!event.shiftKey && anchor !== focus && !byWord)
      return go(direction > 0 ? Math.max(anchor, focus) : Math.min(anchor, focus), false);
    if (byWord && direction > 0 && !event.shiftKey) return go(nextWord(text, focus), false);
    return go(step(text, focus, direction, byWord ? "word" : "grapheme"), event.shiftKey);
  };

  const bound = (event: KeyboardEvent, direction: "forward" | "backward"): boolean => {
    if (event.ctrlKey || event.metaKey)
      return go(direction === "forward" ? text.length : 0, event.shiftKey);
    return goByLine(direction, "lineboundary", event.shiftKey);
  };

  /** Drops a drag or a selection; false when there was neither. */
  const cancel = (): boolean => {
    if (cancelDrag()) return true;
    const selected = body.selection.read();
    if (!selected || selected.anchor === selected.focus) return false;
    caret = selected.focus;
    body.selection.drop();
    show(false);
    return true;
  };

  const all = (event: KeyboardEvent): boolean => {
    if (event.shiftKey || event.altKey) return false;
    body.selection.write({ anchor: 0, focus: text.length });
    show(false);
    return true;
  };

  /** Makes a span of what is selected, else takes the mark or the address at the caret. */
  const enter = (): boolean => {
    const { anchor, focus } = current();
    return anchor === focus ? body.pickAt(focus) || body.openLink(focus) : body.commitSelection();
  };

  const onText = (event: KeyboardEvent): boolean => {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    switch (event.key) {
      case "ArrowLeft":
        return arrow(event, -1);
      case "ArrowRight":
        return arrow(event, 1);
      case "ArrowUp":
        return !modified && goByLine("backward", "line", event.shiftKey);
      case "ArrowDown":
        return !modified && goByLine("forward", "line", event.shiftKey);
      case "Home":
        return bound(event, "backward");
      case "End":
        return bound(event, "forward");
      case "Enter":
        return !modified && !event.shiftKey && enter();
      case "a":
        return (event.ctrlKey || event.metaKey) && all(event);
      default:
        return false;
    }
  };

  const onHandle = (event: KeyboardEvent, edge: Edge): boolean => {
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key] as 1 | -1 | undefined;
    const painted = body.selectedMark;
    if (!side || !painted) return false;
    const by = event.ctrlKey || event.altKey ? "word" : "grapheme";
    const direction = towards(side, painted[edge] - (edge === "end" ? 1 : 0));
    const moved = { start: painted.start, end: painted.end };
    // Blanks, or what is less than a word or a sentence, may make no other span.
    for (let tried = 0; tried < TRIES; tried++) {
      moved[edge] = step(text, moved[edge], direction, tried < SMALL ? by : "word");
      if (moved.start >= moved.end || body.resize(painted, moved)) break;
    }
    return true;
  };

  scope.listen<KeyboardEvent>(body.root, "keydown", (event) => {
    const edge = Overlay.edgeOf(event.target);
    const done = event.key === "Escape" ? cancel() : edge ? onHandle(event, edge) : onText(event);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  });
  // The browser would put line breaks where the page's elements end.
  scope.listen<ClipboardEvent>(page.element, "copy", (event) => {
    const selected = body.selection.read();
    if (!selected || selected.anchor === selected.focus) return;
    const { start, end } = inOrder(selected);
    event.clipboardData?.setData("text/plain", text.slice(start, end));
    event.preventDefault();
  });
  scope.listen(page.element, "focus", showSoon);
  scope.listen(page.element, "blur", showSoon);
  scope.listen(page.document, "selectionchange", showSoon);
  scope.resize(body.root, showSoon);
  return { cancel };
}
