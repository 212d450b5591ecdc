/** How a span or a shape looks; what it means is known above. */
export interface MarkStyle {
  readonly id: string;
  /** Any CSS colour. */
  readonly color: string;
  readonly label: string;
  readonly score?: number | undefined;
  readonly suggestion: boolean;
  readonly selected: boolean;
  readonly hidden: boolean;
  readonly locked: boolean;
}

/** ".91" for a score between 0 and 1, with as many digits as help to compare. */
export function scoreText(score: number): string {
  return score.toFixed(2).replace(/^0(?=\.)/, "");
}

/** Words on the mark's tag. */
export function markText(mark: MarkStyle): { label: string; score: string } {
  return {
    label: mark.label + (mark.suggestion ? " ?" : ""),
    score: mark.score === undefined ? "" : scoreText(mark.score),
  };
}
