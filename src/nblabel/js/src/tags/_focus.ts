const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Arrows move the focus among the choices of a group and choose nothing. */
export function moveFocus(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const group = event.currentTarget as HTMLElement;
  const choices = [...group.querySelectorAll<HTMLElement>("[role=radio],[role=checkbox]")];
  const at = choices.indexOf(event.target as HTMLElement);
  if (at < 0) return;
  choices[(at + step + choices.length) % choices.length]?.focus();
  event.preventDefault();
}

/** Takes the keyboard out of a field, and not out of the labeler: its keys go on to mean something. */
export function leave(field: HTMLElement | null): void {
  field?.closest<HTMLElement>(".nb")?.focus({ preventScroll: true });
}
