import { expect, test } from "vitest";
import type { OperationEntry } from "../ledger/index.ts";
import { firstFailureAtMs } from "./service-marks.ts";

const operation = (one: Pick<OperationEntry, "outcome" | "reason">): OperationEntry => ({
  kind: "operation",
  atMs: 120,
  id: 0,
  transaction: null,
  client: "c1",
  node: "n1",
  op: "delete",
  key: "drillbook/key/c1/0000001",
  valueHash: null,
  scheduledAtMs: 110,
  sentAtMs: 110,
  revision: null,
  ...one,
});

test.each([
  ["acknowledged", null, null],
  ["refused", "compare-failed", null],
  ["refused", "not-there", null],
  ["refused", "connection-refused", 110],
  ["refused", "invalid-argument", 110],
  ["unknown", "deadline", 110],
] as const)("an operation that was %s (%s) is a failure at %s", (outcome, reason, atMs) => {
  expect(firstFailureAtMs([operation({ outcome, reason })], 100, [])).toBe(atMs);
});
