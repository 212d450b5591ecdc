import type { ViewProps } from "../state/family";
import { hotkeysOf } from "../state/hotkeys";
import { takeLabel } from "../state/regions";
import { isVisible } from "../state/visibility";

/** How many labels are offered at the end of a selection: as many as have keys at hand. */
const OFFERED = 9;

/** The first labels, at the end of a selection that waits for one. */
export function Offer({ editor, element, at }: ViewProps & { at: { x: number; y: number } }) {
  const { tree, labels, readOnly } = editor;
  if (readOnly.value) return null;
  const offered = tree.value
    .controls(element)
    .filter((control) => tree.value.labels(control) && isVisible(editor, control))
    .flatMap((control) => tree.value.options(control).map((label) => ({ control, label })))
    .slice(0, OFFERED);
  if (offered.length === 0) return null;
  const { x, y } = at;
  return (
    <div
      role="group"
      aria-label="Labels for what is selected"
      class="nb-offer"
      style={{ left: `min(${x}px, 100% - 12em)`, top: `${y}px` }}
    >
      {offered.map(({ control, label }) => (
        <button
          key={label.id}
          type="button"
          class="nb-small"
          aria-label={`Mark as ${tree.value.text(label, "value")}`}
          style={{ "--nb-label": labels.color(label) }}
          // The selection stays where it is.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => takeLabel(editor, label, control)}
        >
          <i class="nb-swatch" />
          {tree.value.text(label, "value")}
          <kbd aria-hidden="true">{hotkeysOf(editor).get(label.id)}</kbd>
        </button>
      ))}
    </div>
  );
}
