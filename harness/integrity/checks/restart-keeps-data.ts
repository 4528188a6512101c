/** Check: after every member was restarted, each holds what it held before. */
import type { HeldKey } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { heldText } from "../held-text.ts";
import type { WriteEntry } from "../key-histories.ts";
import { printable } from "../lost-keys.ts";
import type { MemberReadBack } from "../read-backs.ts";

/**
 * The workload is silent in both passes, so no key of it can change in between, whatever became of the writes before. The
 * only exception is a write that was never answered and waits in a process since: what looks like that proves nothing.
 */
export const restartKeepsDataCheck: Check<"restart-keeps-data"> = {
  id: "restart-keeps-data",
  title: "Restart keeps the data",
  proves: "Key by key, each member held the same before and after it was restarted.",
  source: {
    address: "https://etcd.io/docs/v3.6/learning/api_guarantees/",
    fact: "etcd promises that what is completed is durable, and that a read returns no state that was not: a restart neither takes a key away nor brings an older value back.",
  },
  judge: ({ account, nodes }) => {
    const { readBacks, violations } = account;
    if (violations.length > 0) return inconclusive("The record is not sound, so no state was compared.");
    const pairs = nodes.map((node) => ({ node, ...passesOf(readBacks, node) }));
    const open = pairs.flatMap(({ node, before, after }) =>
      before === null || after === null ? [`${node}: not read back whole both before and after`] : [],
    );
    const changes = pairs.flatMap(({ before, after }) =>
      before === null || after === null ? [] : changesOf(before, after, account),
    );
    const proven = changes.filter((one) => !one.mayBeLate).map((one) => one.what);
    const late = changes.filter((one) => one.mayBeLate).map((one) => one.what);
    if (proven.length > 0) return failed("Members hold other data since they were restarted.", proven);
    if (late.length > 0)
      return inconclusive("What differs may be writes that were never answered and came late.", late);
    if (open.length > 0 || nodes.length === 0)
      return inconclusive(
        "It is not known whether the members still hold what they held.",
        open,
        readBacks.flatMap(({ gap }) => gap ?? []),
      );
    return passed(`All ${nodes.length} members hold after the restart what they held before, key by key.`);
  },
};

function passesOf(
  readBacks: readonly MemberReadBack[],
  node: string,
): { readonly before: MemberReadBack | null; readonly after: MemberReadBack | null } {
  const complete = readBacks.filter((one) => one.node === node && one.complete);
  return {
    before: complete.find((one) => one.pass === "after-convergence") ?? null,
    after: complete.find((one) => one.pass === "after-restart") ?? null,
  };
}

interface Change {
  readonly what: string;
  readonly mayBeLate: boolean;
}

function changesOf(
  before: MemberReadBack,
  after: MemberReadBack,
  { histories, late }: Evidence["account"],
): readonly Change[] {
  if (before.held === after.held) return [];
  const changes: Change[] = [];
  for (const key of new Set([...before.held.keys(), ...after.held.keys()])) {
    const then = before.held.get(key);
    const now = after.held.get(key);
    if (then?.valueHash === now?.valueHash && then?.revision === now?.revision) continue;
    const last = histories.byKey.get(key)?.writes.at(-1);
    const mayBeLate = last !== undefined && late.has(last) && isEffect(last, now) && !isEffect(last, then);
    const what = `${printable(key)} on ${before.node}: ${heldText(then)} before the restart, ${heldText(now)} after it`;
    changes.push({ what, mayBeLate });
  }
  return changes;
}

function isEffect({ op, valueHash }: WriteEntry, held: HeldKey | undefined): boolean {
  return op === "put" ? held?.valueHash === valueHash : held === undefined;
}
