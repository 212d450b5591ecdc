/** Fetched once regions are copied. */
export { copiedElsewhere, tellSystem } from "./state/elsewhere";
export { paste } from "./state/pasting";
