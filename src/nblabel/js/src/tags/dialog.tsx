import type { Value } from "../core/regions";
import type { Family, ViewProps } from "../state/family";
import styles from "./dialog.css";

const CHOSEN = { class: "nb-dialog-selected", "aria-current": "true" } as const;

/** The old form of a dialogue: it is looked at, and nothing in it is marked. */
function Dialog({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const given = parsed(tree.attribute(element, "value"));
  const name = tree.text(element, "name");
  if (!Array.isArray(given))
    return (
      <p class="nb-notice" role="note">{`“${name}” cannot be shown: it is no list of turns.`}</p>
    );
  const turns = given.filter((turn): turn is Value => turn !== null && typeof turn === "object");
  return (
    <div role="group" aria-label={name} class="nb-dialog">
      {turns.map((turn, number) => (
        <div key={number} {...(turn.selected ? CHOSEN : {})}>
          <b>{text(turn.name)}</b> <small class="nb-muted">{text(turn.date)}</small>
          <p>{text(turn.text)}</p>
          {text(turn.hint) && <small class="nb-muted">{text(turn.hint)}</small>}
        </div>
      ))}
    </div>
  );
}

const text = (given: unknown): string =>
  given === undefined || given === null ? "" : String(given);

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return value.trim() ? JSON.parse(value) : [];
  } catch {
    return null;
  }
}

export const family: Family = { views: { Dialog }, styles };
