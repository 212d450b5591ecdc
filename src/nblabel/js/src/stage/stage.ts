/** What every stage can do, whatever it shows. */
export interface Stage {
  readonly element: HTMLElement;
  /** Brings a region into sight. */
  show(id: string): void;
  /** Where a region is in the window; about where, as long as it is out of sight. */
  boxOf(id: string): DOMRect | null;
  /** Shows a region as if the pointer were on it, for a list beside the stage. */
  highlight(id: string | null): void;
  /** Takes the keyboard focus. */
  focus(): void;
  /** Drops what was begun, a selection or a running drag; false when there was none. */
  cancel(): boolean;
  dispose(): void;
}

/** What every stage tells of its regions. */
export interface Told {
  /** No ids: the ground was clicked. */
  readonly onPick: (ids: readonly string[], how: { additive: boolean }) => void;
  readonly onHover?: ((id: string | null) => void) | undefined;
  /** Regions may be elsewhere in the window than before; scrolling is not told. */
  readonly onMove?: (() => void) | undefined;
  /** A right click or the context key, in client coordinates; tells whether a menu is shown. */
  readonly onContext?: ((id: string | null, at: { x: number; y: number }) => boolean) | undefined;
}

/** Shows the editor's own menu in place of the browser's and the host's; with Shift it is theirs. */
export function showMenu(event: MouseEvent, told: Told, id: string | null): void {
  if (event.shiftKey || !told.onContext?.(id, { x: event.clientX, y: event.clientY })) return;
  event.preventDefault();
  event.stopPropagation();
}
