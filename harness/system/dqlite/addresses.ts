/** How dqlite's addresses stand on record. dqlite itself writes `host:port`, and knows neither names nor the clients' server. */
const SCHEME = "dqlite://";

/** The address that a member replicates at, as the harness writes it. */
export function peerUrlOf(db: string): string {
  return `${SCHEME}${db}`;
}

/** Host and port of it. */
export function placeOf(peerUrl: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(peerUrl);
  return { host: hostname, port: Number(port) };
}
