/** Lost writes by name. */
import type { Ledger } from "../ledger/index.ts";
import { bystanderLedger } from "../measure/index.ts";
import type { LostWrite } from "./loss-ranges.ts";
import { evidenceOf } from "./evidence.ts";

/** One lost write on one line. */
export function describeLoss({ write, missingOn, afterRecoveryPoint, objection }: LostWrite): string {
  const kept = objection === null ? "" : `, and not by design: ${plain(objection)}`;
  const beyond = afterRecoveryPoint ? ", after the recovery point" : kept;
  const revision = write.revision === null ? "" : ` at revision ${write.revision}`;
  return `${printable(write.key)}: ${write.op} ${write.id}${revision} is missing on ${missingOn.map(plain).join(", ")}${beyond}`;
}

/**
 * The content of lost-keys.txt: every lost write, one a line, in the order of sending; then those of a bystander, with its name.
 * Empty when none is known to be lost.
 */
export function lostKeysText(ledger: Ledger): string {
  const lostIn = (one: Ledger, prefix: string): readonly string[] =>
    evidenceOf(one).account.lost.map((write) => `${prefix}${describeLoss(write)}\n`);
  const besides = ledger.header.plan.checks.flatMap((check) =>
    check.id === "bystander-unharmed" ? lostIn(bystanderLedger(ledger, check), `${check.cluster}: `) : [],
  );
  return [...lostIn(ledger, ""), ...besides].join("");
}

/** A name as it is, or quoted and in plain characters when it holds anything that would blur a line of text. */
export function printable(name: string): string {
  return /^[\x21-\x7e]+$/.test(name) ? name : plain(JSON.stringify(name));
}

/** JSON lets C1 controls and characters that turn a line around stand as they are. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
