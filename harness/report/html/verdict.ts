/** The top of the page: what came out, what was drilled, how long it took, what it cost. */
import type { Element } from "hast";
import { h } from "hastscript";
import type { DrillResult } from "../../integrity/index.ts";
import type { Ledger } from "../../ledger/index.ts";
import { count, countRange } from "../numbers.ts";
import {
  controlNote,
  forkNote,
  faultProgress,
  highEndOfLoss,
  isTimeTrusted,
  lostWrites,
  machineTime,
  OBJECTIVE_NAME,
  objectiveNumbers,
  OUTCOME_MEANING,
  pageProgress,
  recoveryTime,
  recoveryTimeExplained,
  sentence,
  writeAccount,
} from "../words.ts";
import { declaredNote, outcomeWord } from "../declared.ts";
import { folded, note, outcomeChip, table } from "./parts.ts";

/** The verdict with its numbers. */
export function verdictSection(ledger: Ledger, result: DrillResult): Element {
  const { recoveryTimeMs, writes } = result.measurements;
  const highEnd = highEndOfLoss(writes);
  return h("header", { className: ["verdict", result.outcome] }, [
    h("p", { className: ["brand"] }, `Drillbook · ${result.drillId} · ${result.startedAt}`),
    h("h1", [h("span", { className: ["outcome"] }, outcomeWord(result)), " ", result.title]),
    h(
      "p",
      { className: ["meaning"] },
      `${OUTCOME_MEANING[result.outcome]} Recovery time ${recoveryTimeExplained(result)}; ${lostWrites(writes)}.`,
    ),
    ...[controlNote(result), declaredNote(result), forkNote(result)].map(
      (one) => one && h("p", { className: ["control"] }, one),
    ),
    h("p", [
      `Drilled: ${sentence(result.fault.effect)} ${faultProgress(result)} `,
      ...(result.runbook === null
        ? ["Nobody acts"]
        : ["The page ", h("code", result.runbook.file), ` ${pageProgress(result)}`]),
      ` (${result.system}, substrate ${result.substrate}).`,
    ]),
    cautions(ledger, result),
    h("div", { className: ["figures"] }, [
      figure("Recovery time", recoveryTime(recoveryTimeMs), isTimeTrusted(result) ? "wide" : "wide untrusted"),
      figure("Writes acknowledged", count(writes.acknowledged)),
      figure("Kept", count(writes.kept)),
      figure("Lost", countRange(writes.lost), writes.lost !== null && writes.lost.low > 0 ? "bad" : ""),
      figure("Unknown", count(writes.unknown)),
    ]),
    isTimeTrusted(result)
      ? null
      : h("p", { className: ["bad"] }, "The recovery time is not to be trusted: see the finding time-trustworthy."),
    note(
      recoveryTimeMs.high === null
        ? machineTime(result)
        : `The recovery time is an interval: from when it was last seen down to when it was first seen up for good. ${machineTime(result)}`,
    ),
    highEnd === null ? null : note(`Lost writes are a range. ${highEnd}`),
    objectives(ledger, result),
    folded("The whole account of writes", [
      table(
        ["writes (puts and deletes)", "count"],
        writeAccount(writes).map(([label, value]) => [label, value]),
        [1],
      ),
      note(`Recovery point: ${sentence(ledger.header.plan.recoveryPoint.description)}`),
    ]),
  ]);
}

function figure(label: string, value: string, extra = ""): Element {
  return h("div", { className: `figure ${extra}`.trim().split(" ") }, [
    h("span", { className: ["figure-label"] }, label),
    h("span", { className: ["figure-value"] }, value),
  ]);
}

function objectives(ledger: Ledger, result: DrillResult): Element {
  if (result.objectives.length === 0) return note("No objective was declared.");
  const reason = ledger.header.plan.objectives.lostWritesReason;
  const rows = result.objectives.map((one) => {
    const { limit, measured, met } = objectiveNumbers(one);
    const word = h(
      "strong",
      { className: [one.met === true ? "met" : one.met === false ? "missed" : "not-known"] },
      met,
    );
    return [OBJECTIVE_NAME[one.id], limit, measured, word];
  });
  return h("div", [
    table(["objective", "limit", "measured", "met or missed"], rows),
    reason === null ? null : note(`Why writes may be lost: ${sentence(reason)}`),
  ]);
}

/** What the reader must know of the run and of its record before believing the rest; null when there is nothing. */
function cautions(ledger: Ledger, result: DrillResult): Element | null {
  const lines: (Element | string)[] = [...result.notes];
  for (const one of ledger.entries) {
    if (one.kind === "trouble")
      lines.push(h("span", [outcomeChip(one.outcome), ` in phase ${one.phase}: ${one.message}`]));
  }
  if (ledger.tornTail) {
    lines.push("The last line of the ledger was cut in half and dropped: whoever wrote it died while writing.");
  }
  if (!ledger.entries.some((one) => one.kind === "end")) {
    lines.push("The ledger has no end mark: the run was cut short, and what came after is not on record.");
  }
  const items = lines.map((line) => h("li", [line]));
  return items.length === 0 ? null : h("ul", { className: ["cautions"] }, items);
}
