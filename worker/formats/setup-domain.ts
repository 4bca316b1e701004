/** The domain whose hosts are the distribution's own: the origin's without its first label. */
export function domainOf(origin: string): string {
  const { hostname } = new URL(origin);
  if (hostname.startsWith("[") || /^[0-9.]+$/.test(hostname)) return hostname;
  const labels = hostname.split(".");
  return labels.length > 2 ? labels.slice(1).join(".") : hostname;
}
