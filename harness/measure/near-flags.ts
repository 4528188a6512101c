/** What to write instead of a flag that a program does not know. Pure. */
import type { FlagHelp, ProgramHelp } from "./program-help.ts";

/** More names would help nobody. */
const MOST_NAMES = 3;

/** What became of etcd's flags that were experiments, whose old names are gone in 3.7: plain flags, and features. */
export function noMoreExperimental(flag: string, { flags, features }: ProgramHelp): string | null {
  const plain = flag.replace(/^--experimental-/, "--");
  if (plain === flag) return null;
  if (flags.has(plain)) return `: it is ${plain} now`;
  const words = wordsOf(plain).filter((word) => word !== "enable" && word !== "enabled");
  const feature = words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join("");
  return features.includes(feature) ? `: it is --feature-gates=${feature}=true now` : null;
}

/** The names that share most of its words; an empty text when none shares any. */
export function nearFlags(flag: string, flags: ReadonlyMap<string, FlagHelp>): string {
  const words = wordsOf(flag);
  const shared = [...flags.keys()]
    .map((name) => ({ name, count: wordsOf(name).filter((word) => words.includes(word)).length }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_NAMES);
  return shared.length === 0 ? "" : `: it knows ${shared.map(({ name }) => name).join(", ")}`;
}

function wordsOf(flag: string): readonly string[] {
  return flag.split("-").filter((word) => word !== "");
}
