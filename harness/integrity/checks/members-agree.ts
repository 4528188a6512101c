/** Check: all members hold the same. */
import type { MemberReadBack } from "../read-backs.ts";
import { PASSES } from "../read-backs.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import type { Gap } from "../gaps.ts";
import { heldText } from "../held-text.ts";
import { printable } from "../lost-keys.ts";

/** Two members that were read completely and differ prove it; hashes count only where revision and compact revision are equal. */
export const membersAgreeCheck: Check<"members-agree"> = {
  id: "members-agree",
  title: "Members agree",
  proves:
    "Key by key and by the store's own hash, all members hold the same behind the fence, and number it alike, in both passes.",
  source: {
    address: "https://github.com/etcd-io/etcd/issues/13766",
    fact: "etcd 3.5.0 to 3.5.2 could lose applied entries in a crash: members that were all healthy then answered the same question differently, for days.",
  },
  judge: ({ account, lacks, nodes, plan }) => {
    const hasHashes = lacks["state-hash"] === undefined;
    const differences: string[] = [];
    const open: string[] = [];
    const gaps: Gap[] = [];
    for (const pass of PASSES) {
      const members = account.readBacks.filter((one) => one.pass === pass);
      const read = members.filter((one) => one.complete);
      const [first, ...others] = read;
      if (first === undefined || others.length === 0 || read.length < members.length)
        open.push(`${pass}: not every member was read back`);
      const missed = members.flatMap(({ gap }) => gap ?? []);
      gaps.push(...missed);
      differences.push(...read.flatMap(numberedOtherwise));
      for (const { lacksFence, node } of members)
        if (lacksFence) differences.push(`the fence ${pass}: ${node} has come to its revision, and does not hold it`);
      for (const other of others) if (first !== undefined) differences.push(...differing(first, other));
      const { differ, comparable } = compareHashes(members);
      if (differ) differences.push(`${pass}: the members' own hashes differ`);
      else if (hasHashes && !comparable) {
        open.push(`${pass}: the members' own hashes are not comparable`);
        if (missed.length === 0) gaps.push("unexplained");
      }
    }
    if (differences.length > 0) return failed("Members hold different data.", differences);
    if (plan.steadyState.voters === 1)
      return { outcome: "skipped", summary: "A cluster of one member: there is nobody to differ from.", details: [] };
    if (open.length > 0 || nodes.length < 2)
      return inconclusive("It is not known whether all members hold the same.", open, nodes.length < 2 ? [] : gaps);
    const how = hasHashes
      ? "key by key and by their own hashes"
      : `key by key; they have no hashes (${lacks["state-hash"]})`;
    return passed(`All ${nodes.length} members hold the same, ${how}.`);
  },
};

/** The fence is one write, so that all members have one number for it. */
function numberedOtherwise({ fence, node, pass }: MemberReadBack): readonly string[] {
  return fence === null || fence.heldAt === fence.toldAt
    ? []
    : [`the fence ${pass}: acknowledged at revision ${fence.toldAt}, held at ${fence.heldAt} on ${node}`];
}

function differing(one: MemberReadBack, other: MemberReadBack): readonly string[] {
  if (one.held === other.held) return [];
  const details: string[] = [];
  for (const key of new Set([...one.held.keys(), ...other.held.keys()])) {
    const here = one.held.get(key);
    const there = other.held.get(key);
    if (here?.valueHash === there?.valueHash && here?.revision === there?.revision) continue;
    details.push(
      `${printable(key)} ${one.pass}: ${heldText(here)} on ${one.node}, ${heldText(there)} on ${other.node}`,
    );
  }
  return details;
}

function compareHashes(members: readonly MemberReadBack[]): { readonly differ: boolean; readonly comparable: boolean } {
  const byGround = Map.groupBy(
    members.flatMap((one) => (one.stateHash === null ? [] : [one.stateHash])),
    (hash) => `${hash.revision}/${hash.compactRevision}`,
  );
  const groups = [...byGround.values()];
  return {
    differ: groups.some((group) => new Set(group.map((hash) => hash.hash)).size > 1),
    comparable: groups.length === 1 && groups[0]?.length === members.length,
  };
}
