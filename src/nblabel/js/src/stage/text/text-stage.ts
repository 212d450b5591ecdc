import { effect } from "@preact/signals-core";
import type { Stage } from "../stage";
import { Body } from "./body";
import { listenToKeys } from "./keys";
import type { TextStageOptions } from "./options";
import { listenToPointer } from "./pointer";

export interface TextStage extends Stage {
  /** Makes a span of the present selection, as Enter does; false when there is none. */
  commit(): boolean;
  /** Brings a position into sight, in UTF-16 units. */
  reveal(unit: number): void;
  /** Tells again where a selection ends that waits: what is around the text was scrolled. */
  tellWaiting(): void;
}

/**
 * A text with marks, to select, change and pick.
 *
 * Plain DOM rather than a component: the text is built once and never rendered again.
 */
export function createTextStage(options: TextStageOptions): TextStage {
  const scope = options.scope.child();
  const body = new Body(scope, options);
  const pointer = listenToPointer(scope, body, options);
  const keys = listenToKeys(scope, body, pointer.cancel);
  scope.add(effect(() => body.setMarks(options.marks.value)));
  const tellWaiting = scope.frame(() => options.onWaiting?.(body.waiting(options.canSelect())));
  scope.listen(options.page.document, "selectionchange", tellWaiting);
  return {
    element: body.root,
    show: (id) => body.show(id),
    boxOf: (id) => body.boxOf(id),
    highlight: (id) => body.highlight(id),
    focus: () => body.page.element.focus({ preventScroll: true }),
    cancel: keys.cancel,
    commit: () => body.commitSelection(),
    reveal: (unit) => body.reveal(unit),
    tellWaiting,
    dispose: () => scope.dispose(),
  };
}
