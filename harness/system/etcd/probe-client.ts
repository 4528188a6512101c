/** The client by which one etcd member is probed: every probe is a stream of one connection, so that a deadline costs no handshake. */
import { createSecureContext } from "node:tls";
import type { SecureAccess, StoreClient } from "../cluster.ts";
import { openChannel } from "./channel.ts";
import { etcdClient } from "./client.ts";

/** Opens nothing yet. Disposing the client closes its connections. */
export function openEtcdProbeClient(
  { authority, certificate, clientUrl, privateKey }: SecureAccess,
  timeoutMs: number,
): StoreClient {
  const credentials = createSecureContext({ ca: authority, cert: certificate, key: privateKey });
  return etcdClient(openChannel({ clientUrl, credentials }), timeoutMs);
}
