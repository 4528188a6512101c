/** Check: while members went one after another, what was left of the service was what had been promised, loss by loss. */
import type { PromisedService, StretchEntry } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";

/** Without it a page's table of how many members may go is a matter of belief. */
export const serviceAsPromisedCheck: Check<"service-as-promised"> = {
  id: "service-as-promised",
  title: "Service as promised",
  proves:
    "With so many members gone as the table says, each member that was left took writes and answered reads, only reads of what it held, or none was left.",
  source: {
    address: "https://etcd.io/docs/v3.6/faq/#what-is-failure-tolerance",
    fact: "A cluster works as long as a majority of its members does; a member more in a cluster of an odd size raises the majority, and not how many may fail.",
  },
  judge: (evidence, { promised }) => {
    const stretches = stretchesOf(evidence);
    const wrong: string[] = [];
    const unknown: string[] = [];
    for (const promise of promised) {
      const stretch = stretches.find(({ lost }) => lost.length === promise.lost);
      if (stretch === undefined) {
        unknown.push(`${lostWords(promise)}: this stretch is not on record`);
        continue;
      }
      for (const look of looksAt(evidence, stretch, promise)) {
        const said = `${lostWords(promise)} (${stretch.lost.join(", ")}), promised ${promise.service}: ${look.what} through ${look.node}`;
        if (look.failed > 0 && look.wanted)
          wrong.push(`${said} failed ${look.failed} times of ${look.failed + look.answered}`);
        else if (look.answered > 0 && !look.wanted) wrong.push(`${said} were answered ${look.answered} times`);
        else if (look.answered + look.failed === 0) unknown.push(`${said} are not on record`);
      }
    }
    if (wrong.length > 0) return failed("What was left of the service is not what was promised.", wrong);
    if (unknown.length > 0 || promised.length === 0)
      return inconclusive("It is not known for every loss what was left of the service.", unknown);
    return passed(`As promised: ${promised.map((one) => `${lostWords(one)} ${one.service}`).join(", ")}.`);
  },
};

/** A stretch [fromMs, untilMs] of the run's clock with these nodes gone. */
interface Stretch {
  readonly lost: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What was seen of one kind of request through one node, and whether it was to be answered. */
interface Look {
  readonly node: string;
  readonly what: string;
  readonly wanted: boolean;
  readonly answered: number;
  readonly failed: number;
}

function stretchesOf({ all }: Evidence): readonly Stretch[] {
  const begun: StretchEntry[] = [];
  return all("stretch").flatMap((entry): readonly Stretch[] => {
    if (entry.event === "begins") begun.push(entry);
    const begin = begun.at(-1);
    if (entry.event === "begins" || begin === undefined || begin.lost.length !== entry.lost.length) return [];
    return [{ lost: entry.lost, fromMs: begin.atMs, untilMs: entry.atMs }];
  });
}

/** Of the members that are left; where none is to be left, of all nodes: then nobody may answer. */
function looksAt(evidence: Evidence, stretch: Stretch, { service }: PromisedService): readonly Look[] {
  const nodes = evidence.nodes.filter((node) => service === "down" || !stretch.lost.includes(node));
  const reads = evidence.all("service-read");
  const kinds = [
    { what: "writes", wanted: service === "writable", seen: evidence.all("service-probe") },
    {
      what: "linearizable reads",
      wanted: service === "writable",
      seen: reads.filter((one) => one.read === "linearizable"),
    },
    { what: "local reads", wanted: service !== "down", seen: reads.filter((one) => one.read === "local") },
  ];
  return nodes.flatMap((node) =>
    kinds.map(({ what, wanted, seen }): Look => {
      const sent = seen.filter(
        (one) => one.node === node && one.sentAtMs >= stretch.fromMs && one.sentAtMs <= stretch.untilMs,
      );
      // What was answered after the stretch was answered by whoever came back, or under the next loss.
      const answered = sent.filter((one) => one.ok === true && one.atMs <= stretch.untilMs).length;
      // What is to be answered fails by its own fault only while nobody takes the member away; what is not is given up later.
      const failures = sent.filter((one) => one.ok === false && (!wanted || one.atMs <= stretch.untilMs)).length;
      return { node, what, wanted, answered, failed: failures };
    }),
  );
}

function lostWords({ lost }: PromisedService): string {
  return `${lost} lost`;
}
