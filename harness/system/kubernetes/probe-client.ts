/** The client by which one API server is probed, from a thread of its own: every probe is a stream of one connection. */
import { createSecureContext } from "node:tls";
import type { SecureAccess, StoreClient } from "../cluster.ts";
import { openApi } from "./api.ts";
import { objectClient } from "./client.ts";

/** Opens nothing yet. Disposing the client closes its connections. */
export function openKubernetesProbeClient(
  { authority, certificate, clientUrl, privateKey }: SecureAccess,
  timeoutMs: number,
): StoreClient {
  const credentials = createSecureContext({ ca: authority, cert: certificate, key: privateKey });
  return objectClient(openApi({ clientUrl, credentials }), timeoutMs);
}
