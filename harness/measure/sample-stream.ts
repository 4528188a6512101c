/**
 * One stream of samples (the service probes of one node, or the cluster probes), and the run of good ones since the
 * last bad one. Not its business: what the streams mean together (steady.ts).
 */
import type { GridPlan } from "../ledger/index.ts";

/** One probe, judged. */
export interface Sample {
  readonly sentAtMs: number;
  readonly atMs: number;
  /** What it shows to be wrong; empty when it is good, or does not tell. */
  readonly flaws: readonly string[];
  /** What it leaves open, so that it is not good; no proof of anything wrong. */
  readonly notTold: readonly string[];
  /** Whether it proves by comparable hashes that the members hold the same. */
  readonly provesAgreement: boolean;
}

/** The state of one stream. */
export interface SampleStream {
  readonly name: string;
  add(sample: Sample): void;
  /** Forgets samples sent before this instant: they are no evidence. */
  forgetBefore(ms: number): void;
  /** The first and the last good sample of the unbroken run, by send time; null when the stream is not known to be good now. */
  run(): { readonly first: Sample; readonly last: Sample } | null;
  /** Whether a sample of the unbroken run proves that the members hold the same. */
  provesAgreement(): boolean;
  /** The bad sample that was sent last. */
  lastBad(): Sample | null;
  /** The sample without flaws that left something open and was sent last. */
  lastOpen(): Sample | null;
  /** When the latest sample was answered or given up. */
  lastHeardMs(): number | null;
  /** Longer without a sample than this, and the stream has fallen silent. */
  readonly silentAfterMs: number;
  /** A probe sent this long ago has been answered or given up, and recorded. */
  readonly settledAfterMs: number;
}

/**
 * Ticks that may be missing before a stream counts as silent, beside the time-out that a probe under way may take. One
 * late tick is the harness's own jitter, and has a check of its own (time-trustworthy).
 */
const MISSING_PERIODS = 3;

/** An empty stream. Samples may come out of the order in which they were sent: a slow one overlaps those after it. */
export function sampleStream(name: string, grid: GridPlan): SampleStream {
  const silentAfterMs = MISSING_PERIODS * grid.periodMs + grid.timeoutMs;
  /** Good samples sent after the last that was not, in the order of sending. */
  let good: Sample[] = [];
  let bad: Sample | null = null;
  let open: Sample | null = null;
  let heardMs: number | null = null;

  return {
    name,
    silentAfterMs,
    settledAfterMs: grid.timeoutMs,
    add: (sample) => {
      heardMs = Math.max(heardMs ?? sample.atMs, sample.atMs);
      if (sample.flaws.length > 0) {
        if (bad === null || sample.sentAtMs > bad.sentAtMs) bad = sample;
        const badSentAtMs = bad.sentAtMs;
        good = good.filter((one) => one.sentAtMs > badSentAtMs);
        return;
      }
      if (sample.notTold.length > 0) {
        if (open === null || sample.sentAtMs > open.sentAtMs) open = sample;
        const openSentAtMs = open.sentAtMs;
        good = good.filter((one) => one.sentAtMs > openSentAtMs);
        return;
      }
      if ([bad, open].some((one) => one !== null && sample.sentAtMs <= one.sentAtMs)) return;
      const last = good.at(-1);
      if (last !== undefined && sample.sentAtMs - last.sentAtMs > silentAfterMs) good = [];
      let index = good.length;
      while (index > 0 && (good[index - 1]?.sentAtMs ?? 0) > sample.sentAtMs) index--;
      good.splice(index, 0, sample);
    },
    forgetBefore: (ms) => {
      good = good.filter((one) => one.sentAtMs >= ms);
      if (bad !== null && bad.sentAtMs < ms) bad = null;
      if (open !== null && open.sentAtMs < ms) open = null;
    },
    run: () => {
      const first = good[0];
      const last = good.at(-1);
      if (first === undefined || last === undefined) return null;
      return { first, last };
    },
    provesAgreement: () => good.some((one) => one.provesAgreement),
    lastBad: () => bad,
    lastOpen: () => open,
    lastHeardMs: () => heardMs,
  };
}
