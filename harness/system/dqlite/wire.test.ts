/** dqlite's protocol, against a node made of bytes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ANSWER, fakeDqliteNode } from "../../../fixtures/system/dqlite-node.ts";
import { viewIn, viewMember } from "./view.ts";
import { ASK_LEADER, ASK_MEMBERS, askDump, askNode } from "./wire.ts";
import { dumpIn, leaderIn, membersIn } from "./wire-answers.ts";

const FIRST = { name: "n1", peerUrl: "dqlite://127.0.0.1:9001" };
const SECOND = { name: "n2", peerUrl: "dqlite://127.0.0.2:9001" };

describe("a node", () => {
  test("answers one request after another on one connection, in parts of any size", async () => {
    const members = ANSWER.members([["1", "127.0.0.1:9001", 0]]);
    await using node = await fakeDqliteNode(
      { 0: ANSWER.leader("1", "127.0.0.1:9001"), 16: members },
      { chunkBytes: 3 },
    );
    const reply = await askNode(node, [ASK_LEADER, ASK_MEMBERS], 5000);
    const bodies = reply.kind === "answers" ? reply.bodies : [];
    expect(bodies.map((body, index) => (index === 0 ? leaderIn(body) : membersIn(body)))).toEqual([
      { id: "1" },
      [{ id: "1", address: "127.0.0.1:9001", role: "voter" }],
    ]);
    expect(node.connections()).toBe(1);
  });

  test("that says what went wrong is quoted", async () => {
    await using node = await fakeDqliteNode({ 15: ANSWER.failure(5n, "failed to dump database") });
    const reply = await askNode(node, [askDump("demo")], 5000);
    expect(reply).toEqual({ kind: "unreadable", said: "failed to dump database" });
  });

  test("that says nothing is given up at the deadline", async () => {
    await using node = await fakeDqliteNode({});
    expect(await askNode(node, [ASK_LEADER], 50)).toEqual({ kind: "deadline" });
  });

  test("that closes the connection, and one that nobody is at", async () => {
    const node = await fakeDqliteNode({}, { closesAtOnce: true });
    expect(await askNode(node, [ASK_LEADER], 5000)).toMatchObject({ kind: "failure", stage: "sent" });
    await node[Symbol.asyncDispose]();
    expect(await askNode(node, [ASK_LEADER], 5000)).toEqual({
      kind: "failure",
      stage: "connecting",
      code: "ECONNREFUSED",
    });
  });
});

test("answers are read as they were written, and others are none", () => {
  const members = fc.array(
    fc.tuple(
      fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String),
      fc.string({ unit: "grapheme" }),
      fc.integer({ min: 0, max: 2 }),
    ),
  );
  fc.assert(
    fc.property(members, (listed) => {
      const plain = listed.map(([id, address, role]) => [id, address.replaceAll("\0", ""), role] as const);
      const roles = ["voter", "stand-by", "spare"];
      const expected = plain.map(([id, address, role]) => ({ id, address, role: roles[role] }));
      expect(membersIn(ANSWER.members(plain).body)).toEqual(expected);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const body = Buffer.from(bytes);
      for (const read of [leaderIn, membersIn, dumpIn]) expect(() => read(body)).not.toThrow();
    }),
  );
  expect(membersIn(ANSWER.members([["1", "a", 7]]).body)).toBeNull();
  expect(dumpIn(ANSWER.dump([["demo", Buffer.from("bytes of it")]]).body)).toEqual([
    { name: "demo", bytes: Buffer.from("bytes of it") },
  ]);
});

describe("a view", () => {
  test("of a member that knows of no leader: it answers, and finds itself by its address", async () => {
    const members = ANSWER.members([
      ["7", "127.0.0.1:9001", 0],
      ["8", "127.0.0.2:9001", 2],
      ["9", "10.0.0.9:9001", 0],
    ]);
    const bodies = [ANSWER.leader("0", "").body, members.body];
    expect(viewIn({ kind: "answers", bodies }, SECOND)).toMatchObject({
      node: "n2",
      answered: true,
      memberId: "8",
      leaderId: null,
      members: [
        { memberId: "7", name: "", peerUrls: [FIRST.peerUrl], isLearner: false },
        { memberId: "8", isLearner: true },
        { memberId: "9", clientUrls: [], peerUrls: ["dqlite://10.0.0.9:9001"] },
      ],
    });
  });

  test("of a member that is not there is data", async () => {
    const node = await fakeDqliteNode({});
    await node[Symbol.asyncDispose]();
    const place = { name: "n1", peerUrl: `dqlite://${node.host}:${node.port}` };
    expect(await viewMember(place, 5000)).toMatchObject({
      answered: false,
      reason: "connection-refused",
      members: null,
    });
  });

  test("of what is no dqlite node is no answer", () => {
    const bodies = [Buffer.alloc(0), Buffer.alloc(0)];
    expect(viewIn({ kind: "answers", bodies }, FIRST)).toMatchObject({
      answered: false,
      reason: "unreadable-answer",
    });
    expect(viewIn({ kind: "unreadable", said: "bad protocol version" }, FIRST).reason).toBe("bad protocol version");
  });
});
