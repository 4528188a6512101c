/** The client of one member's `dqlite-demo`: puts and reads of single keys over HTTP, each one attempt (laws 5 and 6). */
import type { Attempt, StoreClient } from "../cluster.ts";
import { openHttp, type HttpExchange } from "../http-exchange.ts";
import { ERROR, rowOf } from "./outcome.ts";
import type { Turns } from "./turns.ts";

export interface DqliteClientOptions {
  readonly clientUrl: string;
  /** Deadline of each attempt, from the call to the whole answer; the wait for its turn included. */
  readonly timeoutMs: number;
  readonly turns: Turns;
  /** What this member itself holds under a key, in words of an attempt. */
  readonly local: (key: string, timeoutMs: number) => Promise<Attempt>;
}

/** How Go's database/sql says that there is no such key. */
const NO_SUCH_KEY = `${ERROR}sql: no rows in result set\n`;

/** A client on connections of its own; disposing closes them. */
export function dqliteClient({ clientUrl, local, timeoutMs, turns }: DqliteClientOptions): StoreClient {
  const http = openHttp(clientUrl, null);
  /** A member that left the last write without an answer takes nobody's turn. */
  let isSilent = false;
  return {
    put: async (key, value) => {
      using turn = isSilent ? null : await turns.take();
      const left = Math.max(1, timeoutMs - (turn?.waitedMs ?? 0));
      const came = await http.exchange({ method: "PUT", path: pathOf(key), body: value }, left);
      isSilent = came.kind !== "whole";
      return writeAttempt(came);
    },
    get: async (key) => readAttempt(await http.exchange({ method: "GET", path: pathOf(key), body: null }, timeoutMs)),
    getLocal: async (key) => local(key, timeoutMs),
    delete: async () => lacking("deletes"),
    transact: async () => lacking("transactions"),
    [Symbol.asyncDispose]: async () => http[Symbol.dispose](),
  };
}

function pathOf(key: string): string {
  return `/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** Acknowledged only by the one word that the server has for it. */
export function writeAttempt(came: HttpExchange): Attempt {
  return came.kind === "whole" && came.status === 200 && came.text === "done\n" ? acknowledged(null) : none(came);
}

/** A value, or that there is none. The workload writes no value that begins as an error does. */
export function readAttempt(came: HttpExchange): Attempt {
  if (came.kind !== "whole" || came.status !== 200 || !came.text.endsWith("\n")) return none(came);
  if (came.text === NO_SUCH_KEY) return acknowledged(null);
  return came.text.startsWith(ERROR) ? none(came) : acknowledged(came.text.slice(0, -1));
}

export function acknowledged(value: string | null): Attempt {
  return { outcome: "acknowledged", revision: null, value, reason: null };
}

function none(came: HttpExchange): Attempt {
  const { outcome, reason } = rowOf(came);
  return { outcome, revision: null, value: null, reason };
}

function lacking(feature: string): never {
  throw new RangeError(`this store lacks ${feature}, and whoever asks must know`);
}
