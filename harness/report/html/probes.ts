/** Up or down, for each member over time, as the service probes saw it: one write through each member on a fast grid. */
import type { Element } from "hast";
import type { Ledger, ServiceProbeEntry } from "../../ledger/index.ts";
import { type ServiceSpan, serviceSpans } from "../service-spans.ts";
import { count, secondsNumber } from "../numbers.ts";
import type { TimeAxis } from "./axis.ts";
import { folded, note, section, table } from "./parts.ts";
import { type Bar, tracks } from "./tracks.ts";

const TONE: Readonly<Record<ServiceSpan["state"], Bar["tone"]>> = { up: "good", down: "down", "not-probed": "gap" };

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
  const members = [...byNode].map(([node, probes]) => ({
    node,
    probes,
    spans: serviceSpans(probes, serviceProbe, axis),
  }));
  if (members.length === 0)
    return section("members", "Service of each member", [note("No service probe is on record.")]);
  const rows = members.map(({ node, probes, spans }) => ({
    label: node,
    value:
      probes.length === 0
        ? "not probed"
        : `${count(probes.filter((one) => one.ok === false).length)} of ${count(probes.length)} failed`,
    bars: spans.map(({ state, fromMs, toMs }) => ({ fromMs, toMs, tone: TONE[state] })),
  }));
  const details = members.flatMap(({ node, spans }) =>
    spans.map((one) => [
      node,
      one.state.replace("-", " "),
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
