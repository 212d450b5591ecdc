import type { Family } from "../state/family";

/** Nothing stands in its place: its labels are given in the list of relations. */
const Relations = () => null;

export const family: Family = { views: { Relations } };
