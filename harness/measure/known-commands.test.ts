import { describe, expect, test } from "vitest";
import type { LedgerEntry, PageCommand } from "../ledger/index.ts";
import { knownCommands } from "./known-commands.ts";

/** The three forms of help that etcd's programs have, as 3.5.21, 3.6.14 and 3.7.3 write them, shortened. */
const HELP: Readonly<Record<string, string>> = {
  "etcdctl --help":
    'NAME:\n\tetcdctl - A client.\n\nUSAGE:\n\tetcdctl [flags]\n\nCOMMANDS:\n\tmember add\tAdds\n\tsnapshot save\tSaves\n\tdefrag\t\tDefragments\n\nOPTIONS:\n      --debug[=false]\t\tlog\n      --endpoints=[127.0.0.1:2379]\tendpoints\n  -w, --write-out="simple"\tformat\n',
  "etcdctl member --help":
    "NAME:\n\tmember - Members\n\nUSAGE:\n\tetcdctl member <subcommand> [flags]\n\nCOMMANDS:\n\tadd\tAdds\n\tlist\tLists\n\nOPTIONS:\n  -h, --help[=false]\thelp\n",
  "etcdctl member add --help":
    'NAME:\n\tmember add - Adds\n\nUSAGE:\n\tetcdctl member add <name> [options] [flags]\n\nOPTIONS:\n      --learner[=false]\tlearner\n      --peer-urls=""\tURLs\n\nGLOBAL OPTIONS:\n  -w, --write-out="simple"\tformat\n',
  "etcdctl member lst --help": "Error: unknown command",
  "etcdctl snapshot --help":
    "Manages snapshots\n\nUsage:\n  etcdctl snapshot [command]\n\nAvailable Commands:\n  save        Stores\n  status      [deprecated] Gets\n\nFlags:\n  -h, --help   help\n",
  "etcdctl snapshot restore --help":
    "Manages snapshots\n\nUsage:\n  etcdctl snapshot [command]\n\nAvailable Commands:\n  save        Stores\n",
  "etcdctl snapshot status --help":
    "NAME:\n\tsnapshot status - [deprecated] Gets it\n\nUSAGE:\n\tetcdctl snapshot status <filename> [flags]\n",
  "etcdctl member add --help --bogus": "Error: unknown flag: --bogus",
  "etcdctl member add --help --hidden": "Flag --hidden has been deprecated, use --shown\n",
  "etcdctl member add --help --debug": "NAME:\n\tmember add - Adds\n",
  "etcdctl member add --help --endpoints": "Error: flag needs an argument: --endpoints",
  "etcdctl member add --help --cacert": "Error: flag needs an argument: --cacert",
  "etcdctl --help --cacert": "Error: flag needs an argument: --cacert",
  "etcdutl snapshot restore --help":
    "Usage:\n  etcdutl snapshot restore <filename> --data-dir {output dir} [options] [flags]\n\nFlags:\n      --data-dir string   folder\n",
  "etcdutl member lst --help": 'Error: unknown command "member" for "etcdutl"',
  "dqlite --help":
    "Standard dqlite shell\n\nUsage:\n  dqlite -s <servers> <database> [command] [flags]\n\nFlags:\n  -f, --format string   format\n  -s, --servers strings   servers\n",
  "dqlite --help -x": "Error: unknown shorthand flag: 'x' in -x",
  "etcd --help":
    "Usage:\n\n  etcd [flags]\n    Start.\n\nMember:\n  --name 'default'\n    Name.\n  --old 'x'\n    Deprecated in v3.6.\n  --initial-corrupt-check 'false'\n    Check.\n  --feature-gates ''\n    Options are:\n    CompactHashCheck=true|false (ALPHA - default=false)\n  --force-new-cluster 'false'\n    Force.\n",
  "etcd --experimental-initial-corrupt-check= --help":
    "flag provided but not defined: -experimental-initial-corrupt-check",
  "etcd --experimental-compact-hash-check-enabled= --help":
    "flag provided but not defined: -experimental-compact-hash-check-enabled",
  "etcd --nmae= --help": "flag provided but not defined: -nmae",
  "etcd --secret= --help": 'invalid boolean value "" for -secret: parse error',
};

const PROGRAMS = [
  { name: "etcd", style: "flags" },
  { name: "etcdctl", style: "subcommands" },
  { name: "etcdutl", style: "subcommands" },
  { name: "dqlite", style: "posix-flags" },
] as const;

/** Asks until nothing is left to be asked, as the live part does. */
function examined(line: string, unread: string | null = null) {
  const [program = "", ...words] = line.split(" ");
  const command: PageCommand = { step: "one", line: 4, program, text: line, words, unread };
  const entries: LedgerEntry[] = [
    { kind: "page-commands", atMs: 0, programs: PROGRAMS, steps: 1, commands: [command] },
  ];
  const asked: string[] = [];
  for (;;) {
    const known = knownCommands(entries);
    if (known.questions.length === 0) {
      const texts = (list: typeof known.unknown) => list.map(({ text }) => text);
      return { asked, unknown: texts(known.unknown), deprecated: texts(known.deprecated), open: texts(known.open) };
    }
    for (const question of known.questions) {
      const call = [question.program, ...question.asked].join(" ");
      asked.push(call);
      const output = HELP[call];
      entries.push({
        kind: "program-said",
        atMs: 1,
        ...question,
        exitCode: output === undefined ? null : 0,
        output: output ?? "not there",
      });
    }
  }
}

describe("commands that are known", () => {
  test.each([
    "etcdctl member add n1 --learner --peer-urls=x",
    "etcdctl member add n1 --peer-urls x -w table",
    "etcdctl -w table member add n1",
    "etcdctl -wtable --debug member add n1",
    "etcdctl --endpoints … member add …",
    "etcdctl --cacert file member add n1",
    "etcdctl member add n1 -- --bogus",
    "etcdctl member",
    "etcd --name=x -force-new-cluster",
    "etcd --secret",
  ])("%s", (line) => {
    expect(examined(line)).toMatchObject({ unknown: [], deprecated: [], open: [] });
  });
});

describe("commands that are not", () => {
  test.each([
    ["etcdctl snapshot restore f", 'etcdctl knows no subcommand "snapshot restore": use etcdutl snapshot restore'],
    ["etcdctl member lst", 'etcdctl knows no subcommand "member lst": it knows add, list'],
    ["etcdctl member add n --bogus", "etcdctl member add knows no flag --bogus"],
    ["etcd --nmae=x", "etcd knows no flag --nmae"],
    [
      "etcd --experimental-initial-corrupt-check=true",
      "etcd knows no flag --experimental-initial-corrupt-check: it is --initial-corrupt-check now",
    ],
    [
      "etcd --experimental-compact-hash-check-enabled",
      "etcd knows no flag --experimental-compact-hash-check-enabled: it is --feature-gates=CompactHashCheck=true now",
    ],
  ])("%s", (line, said) => {
    expect(examined(line)).toMatchObject({ unknown: [said], open: [] });
  });
});

test("of a program without subcommands a short flag is no long one, and other words are anything", () => {
  expect(examined("dqlite -s file://x --format json demo .cluster").unknown).toEqual([]);
  expect(examined("dqlite -x demo").unknown).toEqual([expect.stringContaining("dqlite knows no flag -x")]);
});

test.each([
  ["etcdctl snapshot status f", "snapshot status - [deprecated] Gets it"],
  ["etcdctl member add n --hidden", "--hidden: Flag --hidden has been deprecated, use --shown"],
  ["etcd --old=x", "--old: Deprecated in v3.6."],
])("what is out of date is a remark: %s", (line, said) => {
  expect(examined(line)).toMatchObject({ unknown: [], deprecated: [said] });
});

test.each([
  ["etcdctl … add", "not read: which subcommand … is only the shell will know"],
  ["etcdctl member add --…", "not read: which flag --… is only the shell will know"],
  ["etcdctl defrag --cluster", "etcdctl could not be asked: not there"],
])("what is not known stays open: %s", (line, said) => {
  const { open, unknown } = examined(line);
  expect(open).toContain(said);
  expect(unknown).toEqual([]);
});

test("no question can act: each has --help, and no flag of cobra's comes before it", () => {
  const { asked } = examined("etcdctl --cacert file member add n --bogus --hidden");
  expect(asked.length).toBeGreaterThan(4);
  for (const call of asked) expect(call).toMatch(/^etcdctl [a-z ]*--help( --[a-z-]+)?$/);
});

test("without a page nothing is known, and nothing is asked", () => {
  expect(knownCommands([])).toEqual({ page: null, questions: [], unknown: [], deprecated: [], open: [] });
});
