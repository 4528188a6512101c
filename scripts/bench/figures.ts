/** The bench's figures, each beside its aim, and the words for them. */

/** One line of the table. */
export interface Figure {
  readonly what: string;
  /** The figure in words, with what it is the ratio of. */
  readonly measured: string;
  /** In words; null where none was set. */
  readonly aim: string | null;
  /** Null when there is no aim, or too little was measured to say. */
  readonly met: boolean | null;
}

/** The table for docs/track-record.md. */
export function tableOf(figures: readonly Figure[]): string {
  return [
    "| figure | measured | aim | |",
    "|---|---|---|---|",
    ...figures.map(({ what, measured, aim, met }) => {
      const unknown = aim === null ? "" : "not known";
      const verdict = met === null ? unknown : met ? "met" : "**not met**";
      return `| ${what} | ${measured} | ${aim ?? "none"} | ${verdict} |`;
    }),
  ].join("\n");
}

/** The middle value, or the mean of the two middle ones; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The median, and the lowest and highest value, with a unit. */
export function spread(values: readonly number[], unit: string, digits = 0): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} ${unit} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** Each value divided by the one of the same round. */
export function ratios(values: readonly number[], by: readonly number[]): readonly number[] {
  return values.map((value, index) => value / (by[index] ?? NaN));
}
