/** What `leases-sane` says where leases are objects: what was acknowledged of them is kept, and one candidate at a time holds one. */
import { broken, failed, inconclusiveAt, passed, type Judged } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { OpenPoint } from "../gaps.ts";
import { describeLostChange, isHeldAgain, leaseObjectAccount, type LostChange } from "../lease-object-faults.ts";
import { describeSharedTerm, heldByTwo, sharedTerms, type SharedTerm } from "../lease-object-holders.ts";
import { holdingsOf, leaseObjectRecords, type LeaseObjectRecord } from "../lease-object-records.ts";

/** Judges them. Only where there is any entry about one. */
export function judgeLeaseObjects(evidence: Evidence): Judged {
  const records = leaseObjectRecords(evidence);
  const calls = Map.groupBy(evidence.all("lease-object"), (one) => one.name);
  const { foreign, lost, visibleRefusals } = leaseObjectAccount(records, evidence);
  const mayGoBack = mayTermsGoBack(evidence);
  const shared = records.flatMap((one) => sharedTerms(one, evidence, mayGoBack));
  const atOnce = records.flatMap((one) => heldByTwo(one, calls.get(one.name) ?? []));
  const faults = [
    ...atOnce,
    ...shared.filter((one) => !one.byDesign).map(describeSharedTerm),
    ...lost.filter((one) => !one.byDesign).map(describeLostChange),
    ...foreign,
  ];
  if (faults.length > 0) return failed(accused({ atOnce, lost, shared, foreign }), faults);
  if (visibleRefusals.length > 0)
    return broken(
      "Changes of Lease objects that count as refused were applied: the table of outcomes is wrong.",
      visibleRefusals,
    );
  const questions = openQuestions(evidence, records);
  if (questions.length > 0) return inconclusiveAt("It is not known what became of Lease objects.", questions);
  return passed(kept(records, { lost, shared }));
}

/** Whether the drill says that what was acknowledged before the page may be given anew by it, as revisions are. */
function mayTermsGoBack({ plan }: Evidence): boolean {
  const checks = plan.checks.flatMap((one) => (one.id === "harm-as-declared" ? [one, ...one.checks] : [one]));
  return checks.some((one) => one.id === "revision-not-back" && one.mayGoBack);
}

interface Found {
  readonly lost: readonly LostChange[];
  readonly shared: readonly SharedTerm[];
}

function accused({
  atOnce,
  foreign,
  lost,
  shared,
}: Found & { readonly atOnce: readonly string[]; readonly foreign: readonly string[] }): string {
  const proven = lost.filter((one) => !one.byDesign);
  const terms = shared.filter((one) => !one.byDesign);
  const said = [
    ...(atOnce.length > 0 ? [`two held one at one instant ${atOnce.length} time(s)`] : []),
    ...(terms.length > 0 ? [`${terms.length} term(s) were acknowledged to two holders`] : []),
    ...(proven.length > 0
      ? [
          `${proven.length} acknowledged change(s) are gone, ${proven.filter(isHeldAgain).length} of which had given one up that its old holder has again`,
        ]
      : []),
    ...(foreign.length > 0 ? [`${foreign.length} look(s) found what nobody wrote`] : []),
  ];
  return `Lease objects: ${said.join("; ")}.`;
}

function openQuestions(evidence: Evidence, records: readonly LeaseObjectRecord[]): readonly OpenPoint[] {
  const { nodes, timeline } = evidence;
  const states = evidence.all("lease-object-state");
  // They are listed only once steady state has returned.
  const neverLooked = timeline.steadyAgainSinceMs === null && states.length === 0;
  const notSeen = (what: string): OpenPoint => ({ what, gap: neverLooked ? "never-steady-again" : "unexplained" });
  const open = (what: string): OpenPoint => ({ what, gap: "unexplained" });
  const begunMs = timeline.injectedAtMs ?? timeline.runbookStartedAtMs;
  const before = begunMs ?? Infinity;
  const holdings = records.flatMap(holdingsOf);
  const releases = records.flatMap(({ writes }) =>
    writes.filter((one) => one.act === "release" && one.outcome === "acknowledged"),
  );
  const afterMs = begunMs === null ? -Infinity : (timeline.runbookEndedAtMs ?? begunMs);
  return [
    ...(nodes.length === 0 ? [open("no member is on record")] : []),
    ...(holdings.some((one) => one.act === "renew" && one.atMs <= before)
      ? []
      : [open("none was renewed before the fault came")]),
    ...(releases.some((one) => one.atMs <= before) ? [] : [open("none was given up before the fault came")]),
    ...(new Set(holdings.map((one) => `${one.name} ${one.term}`)).size > new Set(holdings.map((one) => one.name)).size
      ? []
      : [open("none changed hands")]),
    ...(holdings.some((one) => one.sentAtMs >= afterMs)
      ? []
      : [notSeen("nobody was told afterwards that it holds one")]),
    ...nodes
      .filter((node) => !states.some((one) => one.node === node && one.items !== null))
      .map((node) => notSeen(`what the server of ${node} has of Lease objects is not known`)),
  ];
}

function kept(records: readonly LeaseObjectRecord[], { lost, shared }: Found): string {
  const acknowledged = records.flatMap(({ writes }) => writes.filter((one) => one.outcome === "acknowledged"));
  const of = (act: string): number => acknowledged.filter((one) => one.act === act).length;
  const again = lost.filter(isHeldAgain).length;
  return [
    `Of ${acknowledged.length} acknowledged changes of ${new Set(acknowledged.map(({ name }) => name)).size} Lease objects (${of("acquire")} taken, ${of("renew")} renewed, ${of("release")} given up) ${acknowledged.length - lost.length} are there or were followed by one that is.`,
    ...(lost.length + shared.length > 0
      ? [
          `${lost.length} are gone by design, after the recovery point: ${again} had been given up and stood in their old holders' names again, and ${shared.length} term(s) were acknowledged to another holder once more.`,
        ]
      : []),
    "No term was acknowledged to two holders otherwise, and nobody held one while another did.",
  ].join(" ");
}
