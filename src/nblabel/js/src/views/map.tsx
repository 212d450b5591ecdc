import { clamp } from "../core/numbers";
import type { Editor } from "../state/editor";
import type { Bin } from "../state/overview";
import { doneWords } from "./filters";

/** The colour of a stretch of so many tasks. */
function colorOf([submitted, skipped, drafts]: Bin, of: number): string {
  const most = Math.max(submitted, skipped, drafts);
  if (most === 0) return "var(--nb-todo, var(--nb-line))";
  const tone = most === submitted ? "good" : most === skipped ? "amber" : "accent";
  const share = clamp(Math.round((100 * (submitted + skipped + drafts)) / of), 20, 100);
  return `color-mix(in srgb, var(--nb-${tone}) ${share}%, var(--nb-todo, var(--nb-line)))`;
}

/** The stretches as one gradient, those alike in one piece. */
function gradient(bins: readonly Bin[], rows: number): string {
  const stops: string[] = [];
  let last = "";
  bins.forEach((bin, i) => {
    const color = colorOf(bin, rows / bins.length);
    if (color === last) return;
    const at = `${((100 * i) / bins.length).toFixed(2)}%`;
    stops.push(...(last ? [`${last} ${at}`] : []), `${color} ${at}`);
    last = color;
  });
  return `linear-gradient(90deg, ${stops.join(", ")}, ${last})`;
}

const NAMES = ["labeled", "skipped", "begun"] as const;

/** A tick a task, coloured by what became of it; of very many, a tick for several. */
export function TaskMap({ editor }: { editor: Editor }) {
  const { total, done, skipped } = editor.progress.value;
  const bins = editor.overview.bins.value;
  const { index } = editor;
  const at = (event: MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return clamp(Math.floor(share * total), 0, total - 1);
  };
  const name = (index: number) => {
    const bin = bins[editor.overview.binOf(index)];
    const said = bin ? NAMES.filter((_, i) => (bin[i] ?? 0) > 0) : [];
    return `Task ${index + 1}${said.length > 0 ? ` · ${said.join(", ")}` : ""}`;
  };
  return (
    <button
      type="button"
      class="nb-map"
      tabIndex={-1}
      aria-label="Map of the tasks"
      onPointerMove={(event) => {
        event.currentTarget.title = name(at(event));
      }}
      onClick={(event) => void editor.route.goto(at(event))}
    >
      <span
        class="nb-progress"
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done + skipped}
        aria-valuetext={doneWords(editor)}
        style={bins.length > 0 ? { background: gradient(bins, total) } : undefined}
      />
      {index !== undefined && total > 0 && (
        <i class="nb-here" style={{ left: `${(100 * (index + 0.5)) / total}%` }} />
      )}
    </button>
  );
}
