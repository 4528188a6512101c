/** What the client makes of answers; what a real server answers is in kubernetes.live.test.ts. */
import { describe, expect, test } from "vitest";
import { readAttempt, writeAttempt } from "./client.ts";
import { objectOf, storedIn } from "./object.ts";
import { readRefusal, type Reply } from "./reply.ts";

const NAME = "drillbook.key.c1.0000001";
const stored = Object.assign(objectOf("drillbook/key/c1/0000001", "v"), {
  metadata: { name: NAME, resourceVersion: "42", generation: 3 },
});
const refused = (code: number, details: object): Reply<never> =>
  readRefusal({ status: code, body: Buffer.from(JSON.stringify({ kind: "Status", code, message: "m", details })) });

describe("an object", () => {
  test("tells its value, its revision and how often it was changed", () => {
    expect(storedIn(stored)).toEqual({ value: "v", revision: "42", version: "3" });
  });

  test("that somebody else made has no value", () => {
    expect(storedIn({ metadata: { name: "x", resourceVersion: "9" } })).toMatchObject({ value: null, revision: "9" });
  });

  test.each([{ kind: "Status" }, { metadata: {} }, { metadata: { resourceVersion: "" } }])("is none: %j", (answer) => {
    expect(storedIn(answer)).toBeNull();
  });
});

describe("a write", () => {
  test("is acknowledged at the revision of the answer", () => {
    expect(writeAttempt({ kind: "answer", body: stored })).toEqual({
      outcome: "acknowledged",
      revision: "42",
      value: null,
      reason: null,
    });
  });

  test("is not acknowledged by an answer without a revision", () => {
    expect(writeAttempt({ kind: "answer", body: { kind: "Status" } })).toMatchObject({
      outcome: "unknown",
      reason: "unreadable-answer",
    });
  });

  test("that found nothing to delete deleted nothing", () => {
    expect(writeAttempt(refused(404, { kind: "podtemplates", name: NAME }))).toMatchObject({
      outcome: "refused",
      reason: "not-there",
    });
  });
});

describe("a read", () => {
  test("finds what is there", () => {
    expect(readAttempt({ kind: "answer", body: stored }, NAME)).toMatchObject({
      outcome: "acknowledged",
      revision: "42",
      value: "v",
    });
  });

  test("finds that nothing is there only by the server's word on that very object", () => {
    const absent = { outcome: "acknowledged", revision: null, value: null, reason: null };
    expect(readAttempt(refused(404, { kind: "podtemplates", name: NAME }), NAME)).toEqual(absent);
    for (const details of [{}, { kind: "namespaces", name: NAME }, { kind: "podtemplates", name: "other" }])
      expect(readAttempt(refused(404, details), NAME).outcome, JSON.stringify(details)).toBe("refused");
    const page = readRefusal({ status: 404, body: Buffer.from("404 page not found") });
    expect(readAttempt(page, NAME).outcome).toBe("unknown");
  });
});
