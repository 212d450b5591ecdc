/**
 * Whether what a config or its data names may be fetched without anybody's click: what it carries
 * itself, and addresses of the protocols that the notebook's author has allowed.
 */
export function mayFetch(url: string, protocols: readonly string[]): boolean {
  if (/^data:/i.test(url)) return true;
  if (!URL.canParse(url)) return false;
  return protocols.includes(new URL(url).protocol.slice(0, -1));
}
