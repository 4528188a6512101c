/** A cluster in memory, for tests of what watches or breaks one. Its members do what a test tells them to. */
import type { MemberView } from "../ledger/index.ts";
import type { Machine, Node } from "../substrate/index.ts";
import type { Attempt, Cluster, ClusterNode, StoreClient } from "./cluster.ts";

/** What a test decides; what it leaves out must not be used. */
export interface FakeCluster {
  readonly nodes: readonly string[];
  /** Those of them that have no member at the start; left out: none. */
  readonly spares?: readonly string[];
  readonly put?: (node: string, key: string, value: string) => Promise<Attempt>;
  readonly get?: (node: string, key: string) => Promise<Attempt>;
  readonly delete?: (node: string, key: string) => Promise<Attempt>;
  /** The operator's machine; left out: nobody needs it. */
  readonly workstation?: Machine;
  readonly view?: (node: string, hashAtRevision: string | undefined) => Promise<MemberView>;
  /** Of all, or of each by its name. */
  readonly machine?: Partial<Node> | ((node: string) => Partial<Node>);
  /** Of each node; left out: nothing. */
  readonly onOwnDisk?: readonly string[];
  readonly clientClosed?: (node: string) => void;
}

export const ACKNOWLEDGED: Attempt = { outcome: "acknowledged", revision: "1", value: null, reason: null };

/** A member that answers, follows n1 and has nothing to complain of. */
export function healthyView(node: string, revision = "7"): MemberView {
  return {
    node,
    answered: true,
    reason: null,
    clusterId: "100",
    memberId: node.slice(1),
    leaderId: "1",
    term: "2",
    appliedIndex: "9",
    revision,
    alarms: [],
    members: null,
    quotaBytes: null,
    stateHash: null,
    stored: null,
  };
}

/** A member that does not answer. */
export function silentView(node: string): MemberView {
  const nothing = { clusterId: null, memberId: null, leaderId: null, term: null, appliedIndex: null, revision: null };
  return {
    node,
    answered: false,
    reason: "deadline",
    ...nothing,
    alarms: null,
    members: null,
    quotaBytes: null,
    stateHash: null,
    stored: null,
  };
}

export function fakeCluster(fake: FakeCluster): Cluster {
  const unexpected = (what: string) => async (): Promise<never> => {
    throw new Error(`the test did not expect ${what}`);
  };
  return {
    name: "fake",
    bystander: null,
    nodes: fake.nodes.map((name) => ({
      ...fakeNode(name, typeof fake.machine === "function" ? fake.machine(name) : (fake.machine ?? {})),
      onOwnDisk: fake.onOwnDisk ?? [],
      startsAs: fake.spares?.includes(name) === true ? ("spare" as const) : ("member" as const),
    })),
    get workstation(): Machine {
      if (fake.workstation !== undefined) return fake.workstation;
      throw new Error("the test did not expect to need a workstation");
    },
    openClient: (node): StoreClient => ({
      put: async (key, value) => (fake.put ?? unexpected("a put"))(node, key, value),
      get: async (key) => (fake.get ?? unexpected("a get"))(node, key),
      getLocal: async (key) => (fake.get ?? unexpected("a local get"))(node, key),
      delete: async (key) => (fake.delete ?? unexpected("a delete"))(node, key),
      transact: unexpected("a transaction"),
      [Symbol.asyncDispose]: async () => fake.clientClosed?.(node),
    }),
    openMemberClient: null,
    probeAccess: () => null,
    watches: null,
    openLeaseClient: null,
    openLeaseObjectClient: null,
    view: async (node, options) => (fake.view ?? unexpected("a view"))(node, options.hashAtRevision),
    held: async function* () {
      yield await unexpected("a read-back")();
      return { complete: false, revision: null, fenceValueHash: null, reason: "a fake", stateHash: null };
    },
    restart: unexpected("a restart"),
    isFatalLogLine: (line) => line.startsWith("fatal"),
    roleEnvironment: () => ({}),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function fakeNode(name: string, machine: Partial<Node>): Omit<ClusterNode, "startsAs"> {
  const homeDir = `/nowhere/${name}`;
  const unexpected = async (): Promise<never> => {
    throw new Error(`the test did not expect this call on ${name}`);
  };
  return {
    name,
    clientUrl: `https://${name}:2379`,
    peerUrl: `https://${name}:2380`,
    dataDir: "var/lib/etcd",
    process: "etcd",
    ownArgument: `--data-dir=${homeDir}/var/lib/etcd`,
    machine: {
      name,
      homeDir,
      rootDir: homeDir,
      environment: {},
      address: name,
      openSession: unexpected,
      network: null,
      engine: () => null,
      ownDisk: () => null,
      port: () => 0,
      readFile: async (path) => Promise.resolve(`text of ${path}`),
      writeFile: unexpected,
      exists: unexpected,
      remove: unexpected,
      setAside: unexpected,
      deleteMachine: unexpected,
      installMachine: unexpected,
      bringBack: unexpected,
      start: unexpected,
      signal: unexpected,
      isRunning: () => false,
      readLog: unexpected,
      exited: unexpected,
      ...machine,
    },
  };
}
