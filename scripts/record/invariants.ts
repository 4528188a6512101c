/** The text of docs/invariants.md: every check with what a pass proves and what it rests on. A test holds the file to it. */
import { CHECKS } from "../../harness/integrity/index.ts";

const HEAD = `# Invariants

What every drill is judged by. Each is a pure function of the ledger in \`harness/integrity/checks/\`, rests on a public
document or issue (or, where it concerns the harness's own honesty, on one of its laws), and has a saboteur that breaks it:
see the matrix in [track-record.md](track-record.md). Without its data a check is inconclusive, never passed.

This page is made from the code: \`npx vitest run harness/integrity/checks/invariants.test.ts -u\`.

| invariant | a pass proves | because |
|---|---|---|
`;

/** The whole page. */
export function invariantsPage(): string {
  const rows = Object.values(CHECKS).map(
    ({ id, proves, source }) => `| \`${id}\` | ${proves} | ${source.fact} ${link(source.address)} |`,
  );
  return `${HEAD}${rows.join("\n")}\n`;
}

/** A page of this project is linked from docs/, where the table lies. */
function link(address: string): string {
  if (address.startsWith("docs/")) return `([${address}](${address.slice("docs/".length)}))`;
  return `(<${address}>)`;
}
