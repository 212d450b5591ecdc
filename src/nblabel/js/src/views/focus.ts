/** Takes note of what has the focus; what it returns gives it back, with what was selected there. */
export function noteFocus(inside: Element): () => void {
  const root = inside.getRootNode() as ShadowRoot & Partial<Pick<Document, "getSelection">>;
  const selection = root.getSelection ? root.getSelection() : document.getSelection();
  const range = selection?.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
  const before = root.activeElement as HTMLElement | null;
  return () => {
    before?.focus({ preventScroll: true });
    if (range) selection?.removeAllRanges();
    if (range) selection?.addRange(range);
  };
}
