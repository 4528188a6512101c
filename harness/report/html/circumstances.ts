/** What was done to the cluster and what was known: fault, blast radius, witness signs, roles, recovery point. */
import type { Element } from "hast";
import { h } from "hastscript";
import type { DrillResult } from "../../integrity/index.ts";
import type { FaultEntry, Ledger, RecoveryPointEntry, WitnessEntry } from "../../ledger/index.ts";
import { NOT_ON_RECORD, seconds } from "../numbers.ts";
import type { TimeAxis } from "./axis.ts";
import { note, section, table, terms } from "./parts.ts";

/** Fault, witness and roles. */
export function circumstancesSection(ledger: Ledger, result: DrillResult, axis: TimeAxis): Element {
  const fault = ledger.entries.findLast((one): one is FaultEntry => one.kind === "fault");
  const point = ledger.entries.findLast((one) => one.kind === "recovery-point");
  return section("circumstances", "Fault, witness and roles", [
    terms([
      ["Fault", result.fault.id],
      ["Effect", result.fault.effect],
      ["Proof", proof(result)],
      ["Targets", fault === undefined ? NOT_ON_RECORD : `${fault.targets.join(", ") || "none"} (${fault.chosen})`],
      [
        "Blast radius",
        fault === undefined
          ? NOT_ON_RECORD
          : h(
              "ul",
              fault.blastRadius.map((one) => h("li", one)),
            ),
      ],
      ["Recovery point", ledger.header.plan.recoveryPoint.description],
      ["Where it lies", point === undefined ? NOT_ON_RECORD : `${whereItLies(point)} (${point.because})`],
    ]),
    h("h3", "What the witness saw"),
    signs(ledger, axis),
    h("h3", "How the page's roles were bound"),
    note("By what diagnosis saw, not by what the injector did."),
    result.roles.length === 0
      ? note("No role is on record.")
      : table(
          ["role", "node", "because"],
          result.roles.map((one) => [one.role, one.node ?? "nobody", one.because]),
        ),
  ]);
}

function whereItLies({ revision, values }: RecoveryPointEntry): string {
  if (values !== null) return `${values.keys} keys with their values, on ${values.node}`;
  return revision === null ? NOT_ON_RECORD : `revision ${revision}`;
}

const PROOF: Readonly<Record<DrillResult["fault"]["proof"], string>> = {
  confirmed: "confirmed: an independent witness saw its effect, and had not seen it before",
  mismatch: "mismatch: what the witness saw is not the effect of this fault",
  inconclusive: "inconclusive: the witness could not tell",
};

function proof(result: DrillResult): string {
  return PROOF[result.fault.proof];
}

function signs(ledger: Ledger, axis: TimeAxis): Element {
  const seen = ledger.entries.filter((one): one is WitnessEntry => one.kind === "witness");
  if (seen.length === 0) return note("No witness entry is on record.");
  return table(
    ["sign", "when", "seen", `from ${axis.zeroIs}`, "detail"],
    seen.map((one) => [
      one.sign,
      `${one.when} the injection`,
      one.seen === null ? "could not be observed" : one.seen ? "yes" : "no",
      seconds(one.atMs - axis.zeroMs),
      one.detail,
    ]),
    [3],
  );
}
