import { expect, test } from "vitest";
import { healthyLedger } from "../../fixtures/ledgers/build.ts";
import { secretFinder } from "../core/index.ts";
import { judge } from "../integrity/index.ts";
import type { LedgerEntry, ProcessEntry } from "./index.ts";
import { recordedPage, withoutSecrets } from "./without-secrets.ts";

const secrets = secretFinder({ CI_TOKEN: "hunter2-hunter2" });

test("a start command, a message and what a witness saw lose their secrets and nothing else", () => {
  const started: ProcessEntry = {
    kind: "process",
    atMs: 1,
    event: "started",
    node: "n1",
    process: "etcd",
    pid: 1,
    actor: "runbook",
    command: ["etcd", "--password", "abc", "--force-new-cluster", "--root-token=abc", "--initial-cluster-token=x"],
    variables: [],
    exitCode: null,
    signal: null,
  };
  expect(withoutSecrets(started, secrets)).toEqual({
    ...started,
    command: [
      "etcd",
      "--password",
      "[secret left out: named a secret]",
      "--force-new-cluster",
      "--root-token=[secret left out: named a secret]",
      "--initial-cluster-token=x",
    ],
  });
  const beside = { kind: "bystander", atMs: 1, cluster: "events", entry: started } as const;
  expect(withoutSecrets(beside, secrets)).toEqual({ ...beside, entry: withoutSecrets(started, secrets) });
  const trouble: LedgerEntry = {
    kind: "trouble",
    atMs: 1,
    outcome: "broken",
    phase: "run",
    message: "x hunter2-hunter2",
  };
  expect(withoutSecrets(trouble, secrets)).toEqual({ ...trouble, message: "x [secret left out: value of a variable]" });
});

test("of a sound drill nothing is changed, so neither is its verdict", () => {
  const ledger = healthyLedger();
  const entries = ledger.entries.map((entry) => withoutSecrets(entry, secrets));
  expect(entries).toEqual(ledger.entries);
  expect(judge({ ...ledger, entries })).toEqual(judge(ledger));
});

test("a page keeps its lines, and says how many secrets it lost", () => {
  const key = "-----BEGIN PRIVATE KEY-----\nMIIE\nMIIE\n-----END PRIVATE KEY-----";
  const text = `# Page\n\n${key}\n\n\`\`\`sh step=a on=survivor\nexport TOKEN=abc\nB_TOKEN="$(cat t)"\n\`\`\`\n`;
  const page = recordedPage({ file: "page.md", sha256: "ab", text }, secrets);
  expect(page).toMatchObject({ file: "page.md", sha256: "ab", redactions: 2 });
  expect(page.text).toBe(
    '# Page\n\n[secret left out: private key]\n\n\n\n\n```sh step=a on=survivor\nexport TOKEN=[secret left out: named a secret]\nB_TOKEN="$(cat t)"\n```\n',
  );
  expect(page.text.split("\n").length).toBe(text.split("\n").length);
});
