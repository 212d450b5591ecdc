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
  if (predictions.length < 2 || editor.readOnly.value) return null;
  return (
    <select
      class="nb-field"
      aria-label="Whose suggestions"
      value={String(editor.prediction.value?.id)}
      onChange={(event) => {
        const wanted = event.currentTarget.value;
        editor.wanted.value = predictions.find(({ id }) => String(id) === wanted)?.id ?? null;
        editor.selection.value = [];
      }}
    >
      {predictions.map(({ id, modelVersion, score }, i) => (
        <option key={id} value={String(id)}>
          {modelVersion ?? `prediction ${i + 1}`}
          {score === null ? "" : ` ${scoreText(score)}`}
        </option>
      ))}
    </select>
  );
}
