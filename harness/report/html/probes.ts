/** Up or down, for each member over time, as the service probes saw it: one write through each member on a fast grid. */
import type { Element } from "hast";
import type { GridPlan, Ledger, ServiceProbeEntry } from "../../ledger/index.ts";
import { count, secondsNumber } from "../words.ts";
import type { TimeAxis } from "./axis.ts";
import { folded, note, section, table } from "./parts.ts";
import { type Bar, tracks } from "./tracks.ts";

/** A span in which every probe of a member said the same; `gap` where none was sent. */
interface Span extends Bar {
  readonly tone: "good" | "down" | "gap";
  readonly probes: number;
  readonly reasons: readonly string[];
}

/** The strip. */
export function probesSection(ledger: Ledger, axis: TimeAxis): Element {
  const { serviceProbe } = ledger.header.plan;
  const byNode = new Map<string, ServiceProbeEntry[]>();
  for (const one of ledger.entries) {
    if (one.kind === "node" && !byNode.has(one.node)) byNode.set(one.node, []);
    if (one.kind !== "service-probe" || one.sentAtMs < axis.fromMs || one.sentAtMs > axis.toMs) continue;
    const probes = byNode.get(one.node);
    if (probes === undefined) byNode.set(one.node, [one]);
    else probes.push(one);
  }
  const members = [...byNode].map(([node, probes]) => ({ node, probes, spans: spans(probes, serviceProbe) }));
  if (members.length === 0)
    return section("members", "Service of each member", [note("No service probe is on record.")]);
  const rows = members.map(({ node, probes, spans: bars }) => ({
    label: node,
    value:
      probes.length === 0
        ? "not probed"
        : `${count(probes.filter((one) => !one.ok).length)} of ${count(probes.length)} failed`,
    bars,
  }));
  const details = members.flatMap(({ node, spans: those }) =>
    those.map((one) => [
      node,
      one.tone === "good" ? "writes" : one.tone === "down" ? "no write" : "not probed",
      secondsNumber(one.fromMs - axis.zeroMs),
      secondsNumber(one.toMs - axis.zeroMs),
      count(one.probes),
      one.reasons.join(", "),
    ]),
  );
  return section("members", "Service of each member", [
    note(
      `One write through each member every ${serviceProbe.periodMs} ms, given up after ${serviceProbe.timeoutMs} ms, never repeated. ` +
        `Green: acknowledged. Red: not. Hatched: no probe was sent. What came after this span (the rolling restart) is in the ledger.`,
    ),
    tracks(axis, rows, "Up and down of each member over time; the numbers are in the table below."),
    folded("The spans as numbers", [
      table(["member", "state", "from s", "to s", "probes", "why not"], details, [2, 3, 4]),
    ]),
  ]);
}

/** Runs of equal answers, by the time of sending. A span ends where the next one begins, or one period after its last probe. */
function spans(probes: readonly ServiceProbeEntry[], grid: GridPlan): readonly Span[] {
  const found: Span[] = [];
  for (const probe of probes.toSorted((a, b) => a.sentAtMs - b.sentAtMs)) {
    const tone = probe.ok ? "good" : "down";
    const toMs = probe.sentAtMs + grid.periodMs;
    const last = found.at(-1);
    const reasons = probe.reason === null ? [] : [probe.reason];
    // Three missed ticks are not jitter: the harness did not look.
    if (last !== undefined && probe.sentAtMs - last.toMs > 2 * grid.periodMs) {
      found.push({ tone: "gap", fromMs: last.toMs, toMs: probe.sentAtMs, probes: 0, reasons: [] });
      found.push({ tone, fromMs: probe.sentAtMs, toMs, probes: 1, reasons });
    } else if (last?.tone === tone) {
      found[found.length - 1] = {
        ...last,
        toMs,
        probes: last.probes + 1,
        reasons: [...new Set([...last.reasons, ...reasons])],
      };
    } else {
      if (last !== undefined) found[found.length - 1] = { ...last, toMs: probe.sentAtMs };
      found.push({ tone, fromMs: probe.sentAtMs, toMs, probes: 1, reasons });
    }
  }
  return found;
}
