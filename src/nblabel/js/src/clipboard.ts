/** Fetched once regions are copied. */
export { copiedElsewhere } from "./state/clipboard";
export { paste } from "./state/pasting";
