declare module "families" {
  import type { Family } from "./state/family";

  const families: readonly Family[];
  export default families;
  export const regions: Family;
}
