/** What a witness asks of an address: whether anybody listens there. It knows neither processes nor the store. */
import { connect } from "node:net";

/** On one computer a connection is taken or refused at once; on a loaded one, at the address of a container that was made just now, a half second was too short. */
const CONNECT_WITHIN_MS = 2000;

/** Whether a connection is taken; null when nobody says so or otherwise in time. */
export function connectionTaken({ hostname, port }: URL): Promise<boolean | null> {
  const { promise, resolve } = Promise.withResolvers<boolean | null>();
  const socket = connect({ host: hostname, port: Number(port), timeout: CONNECT_WITHIN_MS });
  socket.once("connect", () => resolve(true));
  socket.once("timeout", () => resolve(null));
  socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED" ? false : null));
  return promise.finally(() => socket.destroy());
}
