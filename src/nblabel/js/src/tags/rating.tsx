import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { scoreText } from "../stage/mark";
import { answersNow } from "../state/answers";
import type { Editor } from "../state/editor";
import type { Family, Form, ViewProps } from "../state/family";
import { hotkeysOf } from "../state/hotkeys";
import { answer } from "../state/submitting";
import { scoreOf, suggestedFor } from "../state/suggestions";
import { moveFocus } from "./_focus";
import styles from "./rating.css";

const SIZES: Readonly<Record<string, string>> = { small: "22px", medium: "30px", large: "40px" };
const STAR = "m8 1.6 2 4.2 4.5.6-3.3 3.2.8 4.6L8 12l-4 2.2.8-4.6L1.5 6.4 6 5.8z";

const ratingIn = (value: Value | undefined): number => Number(value?.rating) || 0;

/** What is given now; null where the selected regions have different ones. */
function givenNow(editor: Editor, control: Element): number | null {
  const [first = 0, ...others] = answersNow(editor, control).map((item) =>
    ratingIn(item?.result.value),
  );
  return others.every((other) => other === first) ? first : null;
}

const mostOf = (editor: Editor, control: Element): number =>
  Math.max(1, Math.round(editor.tree.value.number(control, "maxRating") ?? 5));

/** Gives so many stars; the same again takes them back. */
function rate(editor: Editor, control: Element, stars: number): void {
  const rating = givenNow(editor, control) === stars ? 0 : stars;
  answer(editor, control, () => ({ rating }));
}

function Rating({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const most = mostOf(editor, element);
  const given = givenNow(editor, element);
  const suggested = suggestedFor(editor, element);
  const score = suggested ? scoreOf(editor, suggested.result) : null;
  const proposed = ratingIn(suggested?.result.value);
  const name = tree.text(element, "name");
  const hotkey = editor.settings.value.showHotkeys ? hotkeysOf(editor).get(element.id) : undefined;
  // Shown until somebody rates, and never said by itself.
  const shown = given === 0 ? proposed || (tree.number(element, "defaultValue") ?? 0) : given;
  const words = [
    given === null && "the selected regions have different ratings",
    proposed > 0 && `suggested ${proposed}${score === null ? "" : ` ${scoreText(score)}`}`,
  ].filter((word) => word !== false);
  return (
    <div
      role="radiogroup"
      aria-label={name}
      aria-description={words.join(", ") || undefined}
      class="nb-stars"
      style={{ "--nb-star": SIZES[tree.text(element, "size")] ?? SIZES.medium }}
      onKeyDown={moveFocus}
    >
      {Array.from({ length: most }, (_, i) => i + 1).map((stars) => (
        <button
          key={stars}
          type="button"
          role="radio"
          class="nb-star"
          aria-label={`${stars} of ${most}`}
          aria-checked={stars === given}
          aria-disabled={editor.readOnly.value || undefined}
          tabIndex={stars === Math.max(1, given ?? 1) ? 0 : -1}
          title={hotkey && stars === 1 ? `key ${hotkey}: one star more` : undefined}
          data-on={stars <= (given ?? 0) || undefined}
          data-suggested={(given === 0 && stars <= (shown ?? 0)) || undefined}
          onClick={(event) => {
            if (!(editor.advance.value && event.detail > 1)) rate(editor, element, stars);
          }}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d={STAR} />
          </svg>
        </button>
      ))}
      {proposed > 0 && given === 0 && (
        <span class="nb-score" aria-hidden="true">
          suggested{score === null ? "" : ` ${scoreText(score)}`}
        </span>
      )}
      {hotkey && <kbd aria-hidden="true">{hotkey}</kbd>}
    </div>
  );
}

/** One star more with each press of its key; after the last none again. */
function more(editor: Editor, control: Element): void {
  const given = givenNow(editor, control) ?? 0;
  const rating = given < mostOf(editor, control) ? given + 1 : 0;
  answer(editor, control, () => ({ rating }));
}

const form: Form = {
  isEmpty: (value) => ratingIn(value) === 0,
  words: (value) => "★".repeat(ratingIn(value)) || null,
};

export const family: Family = {
  views: { Rating },
  form,
  hotkeys: { of: (_, control) => [control], run: (editor, _, control) => more(editor, control) },
  styles,
};
