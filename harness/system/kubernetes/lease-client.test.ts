/** What the client makes of answers about Leases; what a real server answers is in leases.live.test.ts. */
import { describe, expect, test } from "vitest";
import { foundIn, leaseOf, readLease, writtenLease } from "./lease-client.ts";
import { readRefusal, type Reply } from "./reply.ts";

const NAME = "drillbook.lease.held";
const HELD = { holder: "candidate-n1", term: 4, renewedAtUnixMs: 1_700_000_000_123, ttlMs: 3000 };
const SEEN = { name: NAME, holder: "candidate-n2", term: 3, renewedAtUnixMs: 1, revision: "41", uid: "u" };
const stored = {
  kind: "Lease",
  metadata: { name: NAME, resourceVersion: "42", uid: "u" },
  spec: { holderIdentity: "candidate-n1", leaseTransitions: 4, renewTime: "2023-11-14T22:13:20.123000Z" },
};
const answer = (body: object): Reply<never> => ({ kind: "answer", body: JSON.parse(JSON.stringify(body)) as never });
const refused = (code: number, details: object): Reply<never> =>
  readRefusal({ status: code, body: Buffer.from(JSON.stringify({ kind: "Status", code, message: "m", details })) });

describe("what is written", () => {
  test("is what leader election writes, with microseconds, over the very object that was seen", () => {
    expect(JSON.parse(JSON.stringify(leaseOf(NAME, HELD, SEEN)))).toEqual({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: NAME, resourceVersion: "41", uid: "u" },
      spec: {
        holderIdentity: "candidate-n1",
        leaseDurationSeconds: 3,
        leaseTransitions: 4,
        renewTime: "2023-11-14T22:13:20.123000Z",
      },
    });
  });

  test("names no object where none was seen, and nobody where it is given up", () => {
    const { metadata, spec } = leaseOf(NAME, { ...HELD, holder: null, ttlMs: 1 }, null);
    expect(metadata).toEqual({ name: NAME });
    expect(spec).toMatchObject({ holderIdentity: "", leaseDurationSeconds: 1 });
  });
});

describe("what is found", () => {
  const found = {
    name: NAME,
    holder: "candidate-n1",
    term: 4,
    renewedAtUnixMs: 1_700_000_000_123,
    revision: "42",
    uid: "u",
  };

  test("is who holds it, in which term, since when", () => {
    expect(readLease(answer(stored), NAME)).toEqual({ outcome: "acknowledged", found, reason: null });
    expect(writtenLease(answer(stored))).toEqual({ outcome: "acknowledged", found, reason: null });
  });

  test.each<readonly [string, object, object]>([
    ["nobody", { ...stored, spec: { ...stored.spec, holderIdentity: "" } }, { holder: null, term: 4 }],
    ["nobody, of one without a holder", { ...stored, spec: {} }, { holder: null, term: null, renewedAtUnixMs: null }],
    ["a time that nobody can read", { ...stored, spec: { renewTime: "soon" } }, { renewedAtUnixMs: null }],
  ])("is %s", (_what, object, says) => {
    expect(readLease(answer(object), NAME).found).toMatchObject(says);
  });

  test.each([{ kind: "Status" }, { metadata: {} }, { metadata: { name: NAME, uid: "u" } }])(
    "is no Lease: %j",
    (object) => {
      expect(foundIn(object)).toBeNull();
      expect(writtenLease(answer(object))).toMatchObject({
        outcome: "unknown",
        found: null,
        reason: "unreadable-answer",
      });
    },
  );

  test("is that there is none only by the server's word on that very one", () => {
    const none = { outcome: "acknowledged", found: null, reason: null };
    expect(readLease(refused(404, { kind: "leases", name: NAME }), NAME)).toEqual(none);
    for (const details of [{}, { kind: "podtemplates", name: NAME }, { kind: "leases", name: "other" }])
      expect(readLease(refused(404, details), NAME).outcome, JSON.stringify(details)).toBe("refused");
  });
});

test("a conflict is an answer: another object was found, and nothing was written", () => {
  const conflict = refused(409, { kind: "leases", name: NAME });
  expect(writtenLease(conflict)).toEqual({ outcome: "refused", found: null, reason: "compare-failed" });
  expect(writtenLease(refused(500, {}))).toMatchObject({ outcome: "unknown", reason: "server-error" });
  expect(writtenLease({ kind: "deadline" })).toMatchObject({ outcome: "unknown", reason: "deadline" });
});
