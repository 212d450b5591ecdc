import type { Editor } from "../state/editor";

/** What this annotator did; the names are those of project/progress.py. */
const STATES: Readonly<Record<string, string>> = {
  all: "All",
  unlabeled: "Unlabeled",
  skipped: "Skipped",
  labeled: "Labeled",
};
/** What is worth a second look; the names are those of project/sifting.py. */
const REVIEW: Readonly<Record<string, string>> = {
  drafts: "Drafts",
  unsure: "Low score first",
  disagrees: "Model disagrees",
  differ: "Annotators differ",
};

/** A filter as a person reads it. */
export function filterWords(filter: string): string {
  const [by, ...name] = filter.split(":");
  return (
    STATES[filter] ?? REVIEW[filter] ?? (name.join(":") || (by === "annotator" ? "no name" : "–"))
  );
}

/** How many tasks are done, in words. */
export function doneWords(editor: Editor): string {
  const { total, done, skipped, exact } = editor.progress.value;
  const least = exact ? "" : "≥ ";
  const left = total - done - skipped;
  return [
    `${least}${done.toLocaleString("en")} done`,
    ...(skipped > 0 ? [`${least}${skipped.toLocaleString("en")} skipped`] : []),
    `${left.toLocaleString("en")} left`,
  ].join(" · ");
}

/** Which tasks are shown, with how many there are. */
export function Filters({ editor }: { editor: Editor }) {
  const { overview, route } = editor;
  const chosen = route.filter.value;
  const drafts = overview.bins.value.reduce((sum, [, , drafts]) => sum + drafts, 0);
  const counted = new Map<string, number>([["drafts", drafts], ...overview.counts.value]);
  const labels = [...counted.keys()].filter((filter) => filter.startsWith("label:"));
  const annotators = [...counted.keys()].filter((filter) => filter.startsWith("annotator:"));
  const some = (filters: readonly string[]) =>
    filters
      .filter((filter) => counted.get(filter) || filter === chosen)
      .map((filter) => (
        <option key={filter} value={filter}>
          {`${filterWords(filter)} (${(counted.get(filter) ?? 0).toLocaleString("en")})`}
        </option>
      ));
  const groups = [
    ["To look at again", some(Object.keys(REVIEW))],
    ["Label", some(labels.length > 0 || !chosen.startsWith("label:") ? labels : [chosen])],
    ["Annotator", some(annotators.length > 0 || !chosen.startsWith("ann") ? annotators : [chosen])],
  ] as const;
  const count = () => void overview.sift();
  return (
    <select
      class="nb-field nb-filter"
      aria-label="Show tasks"
      value={chosen}
      onPointerEnter={count}
      onFocus={count}
      onChange={(event) => void route.choose(event.currentTarget.value)}
    >
      <optgroup label={doneWords(editor)}>
        {Object.entries(STATES).map(([filter, words]) => (
          <option key={filter} value={filter}>
            {words}
          </option>
        ))}
      </optgroup>
      {groups.map(
        ([name, options]) =>
          options.length > 0 && (
            <optgroup key={name} label={name}>
              {options}
            </optgroup>
          ),
      )}
    </select>
  );
}
