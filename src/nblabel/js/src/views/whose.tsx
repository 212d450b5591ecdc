import type { Prediction } from "../core/types";
import { scoreText } from "../stage/mark";
import type { Editor } from "../state/editor";
import { copyToMine } from "../state/others";
import { ranked } from "../state/predictions";

/** Whose annotation is shown, and which of several predictions is suggested. */
export function Whose({ editor }: { editor: Editor }) {
  return (
    <>
      <Annotators editor={editor} />
      <Suggesters editor={editor} />
    </>
  );
}

function Annotators({ editor }: { editor: Editor }) {
  const { others } = editor;
  if (others.length === 0) return null;
  return (
    <>
      <select
        class="nb-field"
        aria-label="Whose annotation"
        value={editor.looking.value ?? ""}
        onChange={(event) => {
          editor.looking.value = event.currentTarget.value || null;
          editor.selection.value = [];
        }}
      >
        <option value="">Mine</option>
        {others.map((other, i) => (
          <option key={other.uid} value={other.uid}>
            {other.annotator ?? `annotation ${i + 1}`}
          </option>
        ))}
      </select>
      {editor.readOnly.value && (
        <button type="button" class="nb-small" onClick={() => copyToMine(editor)}>
          Copy to mine
        </button>
      )}
    </>
  );
}

function Suggesters({ editor }: { editor: Editor }) {
  const predictions = ranked(editor.work.value);
  const shown = editor.prediction.value;
  if (predictions.length < 2 || editor.readOnly.value) return null;
  const name = ({ id, modelVersion }: Prediction) =>
    modelVersion ?? `prediction ${predictions.findIndex((at) => at.id === id) + 1}`;
  return (
    <>
      <select
        class="nb-field"
        aria-label="Whose suggestions"
        value={String(shown?.id)}
        onChange={(event) => {
          const wanted = event.currentTarget.value;
          editor.wanted.value = predictions.find(({ id }) => String(id) === wanted)?.id ?? null;
          editor.selection.value = [];
        }}
      >
        {predictions.map((prediction) => (
          <option key={prediction.id} value={String(prediction.id)}>
            {name(prediction)}
            {prediction.score === null ? "" : ` ${scoreText(prediction.score)}`}
          </option>
        ))}
      </select>
      {shown &&
        predictions
          .filter((other) => other !== shown)
          .slice(0, 2)
          .map((other) => <Compared key={other.id} {...{ shown, other, name }} />)}
    </>
  );
}

interface ComparedProps {
  readonly shown: Prediction;
  readonly other: Prediction;
  readonly name: (prediction: Prediction) => string;
}

/** How much two predictions have in common, and what either says alone. */
function Compared({ shown, other, name }: ComparedProps) {
  const [mine, theirs] = [gistOf(shown), gistOf(other)];
  const common = [...mine.keys()].filter((gist) => theirs.has(gist)).length;
  const all = mine.size + theirs.size - common;
  const only = (own: Map<string, string>, others: Map<string, string>, who: string) => {
    const words = [...own].filter(([gist]) => !others.has(gist)).map(([, words]) => words);
    return words.length > 0 ? [`only ${who}: ${words.join(", ")}`] : [];
  };
  const told = [...only(mine, theirs, name(shown)), ...only(theirs, mine, name(other))];
  return (
    <span class="nb-muted nb-compared" title={told.join("\n") || "they say the same"}>
      {`${common} of ${all} as ${name(other)}`}
    </span>
  );
}

/** What each result of a prediction says, without how it is said, and in words. */
function gistOf({ results }: Prediction): Map<string, string> {
  return new Map(
    results.map(({ from_name, value }) => {
      const { text, score, rle, ...said } = value ?? {};
      const labels = Object.values(said).find(Array.isArray);
      const words = [labels?.flat().join(" / "), text].filter((at) => typeof at === "string");
      return [JSON.stringify([from_name, said, String(rle)]), words.join(" ")];
    }),
  );
}
