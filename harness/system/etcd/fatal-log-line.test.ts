import { expect, test } from "vitest";
import { isFatalLogLine } from "./fatal-log-line.ts";

test.each([
  '{"level":"fatal","ts":"2026-01-02T03:04:05.000Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed"}',
  '{"level":"panic","ts":"2026-01-02T03:04:05.000Z","logger":"raft","msg":"tocommit(9) is out of range [lastIndex(3)]"}',
  "panic: tocommit(458) is out of range [lastIndex(3)]. Was the raft log corrupted, truncated, or lost?",
  "fatal error: concurrent map writes",
  '{"level":"fatal","ts":"2026-01-02T03:04:05.000Z","msg":"cut off in the mid',
])("%s", (line) => expect(isFatalLogLine(line)).toBe(true));

test.each([
  "",
  '{"level":"info","ts":"2026-01-02T03:04:05.000Z","msg":"a value is {\\"level\\":\\"fatal\\"}"}',
  '{"level":"warn","msg":"apply request took too long","request":"\\"level\\":\\"panic\\""}',
  '{"level":"error","msg":"panic: was here"}',
  '=== started at 50.000 ms: ["etcd","--log-level=fatal"]',
  "  panic: in the middle of something else",
])("not %s", (line) => expect(isFatalLogLine(line)).toBe(false));
