/**
 * Takes secrets out of what is recorded, before it is written. Only texts that people read go through it; names, revisions
 * and outcomes, which the judge reads, never look like a secret.
 * Not its business: what a step prints (runbook/step-output.ts).
 */
import type { SecretFinder } from "../core/index.ts";
import type { EntryOfBystander } from "./bystander-entries.ts";
import type { LedgerEntry } from "./entries.ts";
import type { RunbookRecord } from "./header.ts";

/** Where text from outside may come in. The others hold what Drillbook itself says, thousands of times. */
const WITH_TEXT_FROM_OUTSIDE: ReadonlySet<LedgerEntry["kind"]> = new Set<LedgerEntry["kind"]>([
  "process",
  "witness",
  "detection",
  "diagnosis",
  "role",
  "recovery-point",
  "restart",
  "log-line",
  "old-data",
  "trouble",
]);

/** The entry with a placeholder for each secret. */
export function withoutSecrets(entry: LedgerEntry, secrets: SecretFinder): LedgerEntry {
  if (entry.kind === "bystander")
    return WITH_TEXT_FROM_OUTSIDE.has(entry.entry.kind)
      ? { ...entry, entry: cleaned(entry.entry, secrets) as EntryOfBystander }
      : entry;
  return WITH_TEXT_FROM_OUTSIDE.has(entry.kind) ? (cleaned(entry, secrets) as LedgerEntry) : entry;
}

/** The record of a page, with a placeholder for each secret in it; its lines stay where they are. */
export function recordedPage(page: Omit<RunbookRecord, "redactions">, secrets: SecretFinder): RunbookRecord {
  const spans = secrets.find(page.text);
  const text = spans.reduceRight((done, { start, end, instead }) => {
    const gone = lineEnds(page.text.slice(start, end)) - lineEnds(instead);
    return done.slice(0, start) + instead + "\n".repeat(Math.max(0, gone)) + done.slice(end);
  }, page.text);
  return { ...page, text, redactions: spans.length };
}

function cleaned(value: unknown, secrets: SecretFinder): unknown {
  if (typeof value === "string") return secrets.redact(value).text;
  if (Array.isArray(value)) return cleanedWords(value, secrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cleaned(inner, secrets)]));
}

/** A start command is a list of words, in which an option and its value may be two. */
function cleanedWords(values: readonly unknown[], secrets: SecretFinder): readonly unknown[] {
  return values.map((value, index) => {
    const before = values[index - 1];
    if (typeof value !== "string" || typeof before !== "string" || !before.startsWith("-"))
      return cleaned(value, secrets);
    const pair = secrets.redact(`${before} ${value}`).text;
    return pair.startsWith(`${before} `) ? pair.slice(before.length + 1) : cleaned(value, secrets);
  });
}

function lineEnds(text: string): number {
  return text.split("\n").length - 1;
}
