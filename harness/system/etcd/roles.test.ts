import { describe, expect, test } from "vitest";
import type { MemberView } from "../../ledger/index.ts";
import { roleEnvironment } from "../role-environment.ts";
import { backedUpAndNew, membersAndNew, survivorAndReplacements } from "./roles.ts";

const silent = (node: string): MemberView => ({
  node,
  answered: false,
  reason: "connection-refused",
  clusterId: null,
  memberId: null,
  leaderId: null,
  term: null,
  appliedIndex: null,
  revision: null,
  alarms: null,
  members: null,
  quotaBytes: null,
  stateHash: null,
  stored: null,
});
const answering = (node: string): MemberView => ({ ...silent(node), answered: true, reason: null, memberId: "7" });
const bound = (views: readonly MemberView[]): Record<string, string | null> =>
  Object.fromEntries(survivorAndReplacements(views).map(({ role, node }) => [role, node]));

describe("survivor and replacements", () => {
  test("the only member that answers survives; the others are replaced in the order of their names", () => {
    expect(bound([silent("n3"), answering("n2"), silent("n1")])).toEqual({
      survivor: "n2",
      "replacement-1": "n1",
      "replacement-2": "n3",
    });
  });

  test("two members that answer are a finding, not a choice", () => {
    const bindings = survivorAndReplacements([answering("n1"), answering("n2"), silent("n3")]);
    expect(bindings.map(({ node }) => node)).toEqual([null, null, null]);
    expect(bindings[0]?.because).toBe("more than one member answers: n1, n2");
  });

  test("nobody answers: nobody survives", () => {
    expect(bound([silent("n1"), silent("n2"), silent("n3")])).toEqual({
      survivor: null,
      "replacement-1": null,
      "replacement-2": null,
    });
    expect(bound([])).toEqual({ survivor: null });
  });

  test("a member that does not say who it is does not answer for itself", () => {
    expect(bound([answering("n1"), { ...answering("n2"), memberId: null }])).toEqual({
      survivor: "n1",
      "replacement-1": "n2",
    });
  });
});

test("a role that is not bound has no variables", () => {
  const nodes = ["n1", "n2"].map((name) => ({ name, clientUrl: `https://${name}:1`, peerUrl: `https://${name}:2` }));
  const bindings = [
    { role: "survivor", node: null, because: "" },
    { role: "replacement-1", node: "n2", because: "" },
  ];
  expect(roleEnvironment(bindings, nodes)).toEqual({
    REPLACEMENT_1_NAME: "n2",
    REPLACEMENT_1_CLIENT_URL: "https://n2:1",
    REPLACEMENT_1_PEER_URL: "https://n2:2",
  });
});

describe("roles of a page that prepares", () => {
  const byRole = (bindings: ReturnType<typeof backedUpAndNew>): Readonly<Record<string, string | null>> =>
    Object.fromEntries(bindings.map(({ role, node }) => [role, node]));

  test("the first member by name is backed up, and who has no member is new", () => {
    const views = [silent("n5"), answering("n2"), silent("n4"), answering("n1")];
    expect(byRole(backedUpAndNew(views))).toEqual({ "backed-up": "n1", "new-1": "n4", "new-2": "n5" });
    const slow = { ...silent("n3"), reason: "deadline" };
    expect(byRole(backedUpAndNew([answering("n1"), slow, silent("n4")]))).toEqual({
      "backed-up": "n1",
      "new-1": null,
      "new-2": null,
    });
    expect(byRole(backedUpAndNew([silent("n1")]))).toEqual({ "backed-up": null, "new-1": "n1" });
  });

  test("every member has its number by name, and who has no member is new", () => {
    const views = [silent("n5"), answering("n2"), silent("n4"), answering("n1")];
    expect(byRole(membersAndNew(views))).toEqual({ "member-1": "n1", "member-2": "n2", "new-1": "n4", "new-2": "n5" });
    const slow = { ...silent("n3"), reason: "deadline" };
    expect(byRole(membersAndNew([answering("n1"), slow]))).toEqual({ "member-1": "n1", "new-1": null });
  });
});
