/** The hash of a member's data at a revision, which it makes from what it holds. */
import type { StateHash } from "../../ledger/index.ts";
import { hashOf, successOf } from "./answers.ts";
import type { Channel } from "./channel.ts";
import { RPC } from "./rpc.ts";

/** Asks once; the hash is null when it was not told, and `answered` says whether anything was. */
export async function askHash(
  channel: Pick<Channel, "call">,
  revision: string,
  timeoutMs: number,
): Promise<{ readonly answered: boolean; readonly stateHash: StateHash | null }> {
  const body = successOf(await channel.call(RPC.hashKv, { revision }, timeoutMs));
  return { answered: body !== null, stateHash: body === null ? null : hashOf(body, revision) };
}
