/** What is left of a run, seen from outside its worker (law 9). Looks only. */
import { access } from "node:fs/promises";
import { connect } from "node:net";
import type { ResidueEntry } from "../../ledger/index.ts";
import { labelledProcesses, showProcess } from "./labelled-processes.ts";
import { readEntry, seenInEngine } from "./registry.ts";
import { forkPointFolderOf, workDirOf } from "./state-folder.ts";

/** How long an address may take to answer; on loopback it answers at once or never. */
const CONNECT_WITHIN_MS = 500;

/** Audits one run. Call it after the run's worker has ended and before the run is taken off the books, which know its addresses.
 * A fork point that is kept for forks on purpose is none of it. */
export async function auditResidue(
  runId: string,
  { keepsForkPoint }: { readonly keepsForkPoint: boolean },
): Promise<Omit<ResidueEntry, "kind" | "atMs">> {
  const entry = await readEntry(runId);
  const folders = [workDirOf(runId), ...(keepsForkPoint ? [] : [forkPointFolderOf(runId)])];
  const there = await Promise.all(folders.map(isThere));
  const addresses = entry?.addresses ?? [];
  const listening = await Promise.all(addresses.map(accepts));
  return {
    audited: true,
    processes: [
      ...labelledProcesses(runId).map(showProcess),
      ...(await seenInEngine({ engine: entry?.engine ?? null, runId })),
    ],
    folders: folders.filter((_folder, index) => there[index]),
    addresses: addresses.filter((_address, index) => listening[index]),
  };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Whether somebody takes a connection at `IP:PORT`. */
function accepts(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(":");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1)),
    timeout: CONNECT_WITHIN_MS,
  });
  const done = (accepted: boolean): void => {
    socket.destroy();
    resolve(accepted);
  };
  socket.once("connect", () => done(true));
  socket.once("timeout", () => done(false));
  socket.once("error", () => done(false));
  return promise;
}
