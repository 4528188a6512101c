/** The table of the known-defect shelf in docs/track-record.md, made from the shelf itself. A test holds the page to it. */
import type { ShelvedDefect } from "../../fixtures/defects/shelf.ts";
import { shelf } from "../../fixtures/defects/shelf.ts";
import { PLANTED_PAGES } from "../../fixtures/runbooks/etcd-quorum-loss/expected.ts";

const HEAD = `| defect | what is planted | comes out | told by | seen at |
|---|---|---|---|---|`;

/** Those that need no real program, by `npx vitest run --project unit fixtures/defects -t <defect>`, and their number. */
export async function shelfTable(): Promise<string> {
  const defects = await shelf();
  const live = PLANTED_PAGES.filter((page) => page.kind === "judged").length;
  return [
    `${defects.length} defects, each shown by \`npx vitest run --project unit fixtures/defects -t <defect>\`; ${live} more on real etcd are in "Planted pages" below.`,
    "",
    HEAD,
    ...defects.map(row),
  ].join("\n");
}

function row({ id, planted, seenAt, shownBy }: ShelvedDefect): string {
  const { expected } = shownBy;
  const exit = shownBy.kind === "command" ? `, exit ${shownBy.expected.exitCode}` : "";
  const told = { note: "a note of the verdict", refused: "the command's own message" }[expected.told as string];
  return `| \`${id}\` | ${planted} | ${expected.outcome}${exit} | ${told ?? `\`${expected.told}\``}: "${expected.says}" | ${seenAt === null ? "" : link(seenAt)} |`;
}

/** `https://github.com/owner/name/issues/1` as `owner/name#1`. */
function link(address: string): string {
  const [, repository, number] = /github\.com\/(.+)\/(?:issues|pull)\/(\d+)$/.exec(address) ?? [];
  return `[${repository}#${number}](${address})`;
}
