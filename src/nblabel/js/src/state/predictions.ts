import type { Item, Prediction } from "../core/types";
import type { Work } from "./work";

/** The predictions of a task, the better first: by score, then the newer. */
export function ranked(work: Work | null): readonly Prediction[] {
  if (work?.state !== "draft") return [];
  const score = (prediction: Prediction) => prediction.score ?? Number.NEGATIVE_INFINITY;
  return [...work.view.predictions].reverse().sort((a, b) => score(b) - score(a) || 0);
}

/** The prediction that is suggested: the one chosen, else the best. */
export function suggestedBy(
  work: Work | null,
  chosen: Prediction["id"] | null,
): Prediction | undefined {
  const predictions = ranked(work);
  return predictions.find(({ id }) => id === chosen) ?? predictions[0];
}

/** What a prediction says. */
export const saidBy = (prediction: Prediction | undefined): Item[] =>
  prediction?.results.map((result, ordinal) => {
    const uid = `${prediction.id}#${ordinal}#${result.id ?? ""}`; // another one, once it is made anew
    return { uid, ordinal, result };
  }) ?? [];

/** Of what is suggested, what is neither accepted, changed nor rejected. */
export function openItems(work: Work | null, said: readonly Item[]): Item[] {
  if (!work || said.length === 0) return [];
  const taken = new Set(work.items.map(({ result }) => `${result.from_name}\n${result.id}`));
  return said.filter(({ uid, result }) => {
    const there = result.id !== undefined && taken.has(`${result.from_name}\n${result.id}`);
    return !there && !work.settled.has(uid);
  });
}

/** Suggested items in the order of their scores; those without one stay last. */
export function leastSureFirst(items: readonly Item[]): Item[] {
  const score = ({ result }: Item) => Number(result.score ?? Number.POSITIVE_INFINITY);
  return [...items].sort((a, b) => score(a) - score(b) || 0);
}
