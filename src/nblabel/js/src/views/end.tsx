import { useEffect } from "preact/hooks";
import type { Editor } from "../state/editor";
import { filterWords } from "./filters";

/** Labels that are told, the most frequent ones. */
const MOST = 24;

/** What a person wants to know when the last task is done: what was said, and what to look at. */
function Summary({ editor }: { editor: Editor }) {
  useEffect(() => {
    void editor.overview.sift();
  }, [editor]);
  const counts = editor.overview.counts.value;
  const some = (test: (filter: string) => boolean) => counts.filter(([filter]) => test(filter));
  const annotators = some((filter) => filter.startsWith("annotator:"));
  const groups = [
    ["Labels", some((filter) => filter.startsWith("label:")).slice(0, MOST)],
    ["Look again", some((filter) => !filter.includes(":"))],
    ["Annotators", annotators.length > 1 ? annotators : []],
  ] as const;
  return (
    <div class="nb-summary">
      {groups
        .filter(([, counted]) => counted.length > 0)
        .map(([name, counted]) => (
          <section key={name} aria-label={name}>
            <h3>{name}</h3>
            {counted.map(([filter, count]) => (
              <button
                key={filter}
                type="button"
                class="nb-decision"
                onClick={() => void editor.route.choose(filter)}
              >
                {filterWords(filter)} <b>{count.toLocaleString("en")}</b>
              </button>
            ))}
          </section>
        ))}
      <p class="nb-muted">
        In the notebook: <code>labeler.to_frame()</code> gives the rows with what was said,{" "}
        <code>labeler.export("labels.json")</code> a file for Label Studio.
      </p>
    </div>
  );
}

/** What is shown after the last task. */
export function End({ editor }: { editor: Editor }) {
  const { total, done, skipped } = editor.progress.value;
  const words =
    total === 0
      ? "There are no rows to label."
      : editor.route.filter.value === "unlabeled"
        ? `All ${total} tasks are done: ${done} labeled, ${skipped} skipped.`
        : `No further task under “${filterWords(editor.route.filter.value)}”.`;
  return (
    <div class="nb-end">
      <p>{words}</p>
      {total > 0 && <Summary editor={editor} />}
      {total > 0 && (
        <button type="button" class="nb-button" onClick={() => void editor.route.choose("all")}>
          Look at all tasks
        </button>
      )}
    </div>
  );
}
