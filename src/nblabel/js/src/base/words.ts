/** What went wrong, as its own words say it. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
