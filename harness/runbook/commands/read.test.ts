import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseRunbook } from "../parse.ts";
import { flagsPutInBySed } from "./inserted-flags.ts";
import { readPageCommands } from "./read.ts";

const LINES = {
  programs: { etcd: "flags", etcdctl: "subcommands", etcdutl: "subcommands" },
  manifest: "etcd",
} as const;

const FENCE = "```";
const read = (commands: string) =>
  readPageCommands(parseRunbook(`# Page\n\n${FENCE}sh step=one on=n\n${commands}\n${FENCE}\n`, "page.md"), LINES);

/** Program and arguments of each command, or why it was not read. */
const said = (commands: string) =>
  read(commands).map(({ program, words, unread }) =>
    program === null ? `? ${unread}` : [program, ...words, ...(unread === null ? [] : [`? ${unread}`])].join(" "),
  );

describe("commands of a page", () => {
  test.each([
    ["etcdctl member list", ["etcdctl member list"]],
    ["/usr/local/bin/etcdctl member list -w=table", ["etcdctl member list -w=table"]],
    [`ETCDCTL_ENDPOINTS="$X" etcdctl member add "$NAME" --peer-urls="$PEER"`, ["etcdctl member add … --peer-urls=…"]],
    ["until etcdctl endpoint health; do sleep 1; done", ["etcdctl endpoint health"]],
    ["x=$(etcdctl member list | cut -d, -f1)", ["etcdctl member list"]],
    ["x=`etcdctl member list`", ["etcdctl member list"]],
    [`echo "$(etcdctl alarm list)"`, ["etcdctl alarm list"]],
    ["if ! etcdctl get a; then etcdutl snapshot status b || true; fi", ["etcdctl get a", "etcdutl snapshot status b"]],
    ["f() { etcdctl defrag --cluster; }; f", ["etcdctl defrag --cluster"]],
    [
      "for id in $(etcdctl member list); do etcdctl member remove $id; done",
      ["etcdctl member list", "etcdctl member remove … ? what stands outside of quotes may be flags (…)"],
    ],
    ["sudo -u etcd timeout 5s env A=b etcdctl alarm disarm", ["etcdctl alarm disarm"]],
    [`etcdctl put k "$(cat file)"`, ["etcdctl put k …"]],
    ["nodectl start etcd", []],
    ["grep etcdctl file; rm -rf /var/lib/etcd", []],
    ["# etcdctl member list", []],
  ])("%s", (commands, expected) => {
    expect(said(commands)).toEqual(expected);
  });

  test.each([
    [`$ETCDCTL member list`, ["? which program it is only the shell will know"]],
    [`"$BIN/etcdctl" member list`, ["etcdctl member list"]],
    [`bash -c 'etcdctl member list'`, ["? etcdctl is run by way of bash"]],
    [`kubectl exec etcd-0 -- ls`, []],
    [`docker exec x etcdctl member list`, ["? etcdctl is run by way of docker"]],
    [`etcdctl member list $FLAGS`, ["etcdctl member list … ? what stands outside of quotes may be flags (…)"]],
    [`etcdctl "\${args[@]}"`, ["etcdctl … ? what stands outside of quotes may be flags (…)"]],
  ])("what cannot be read is said: %s", (commands, expected) => {
    expect(said(commands)).toEqual(expected);
  });

  test("a block that is no shell is not read, and says so", () => {
    expect(said("if etcdctl member list; then")).toContainEqual(expect.stringContaining("do not fit together"));
  });

  test("a line of the page for each command", () => {
    expect(read("true\n\netcdctl member list &&\n  etcdctl alarm list").map(({ line }) => line)).toEqual([6, 7]);
  });
});

describe("flags that are written into the start command", () => {
  test.each([
    [String.raw`sed -i 's/^\( *\)- --name=.*$/&\n\1- --force-new-cluster/' "$MANIFEST"`, ["etcd --force-new-cluster"]],
    ["sed -i '/- --force-new-cluster$/d' f", []],
    [`sed -i "s|- --initial-cluster=.*|- --initial-cluster=$all|" f`, ["etcd --initial-cluster=…"]],
    [`sed -i "s|- --name=.*|&|; s,- --a=1,- --b=2," f`, ["etcd --b=2"]],
    ["sed -i '/- --name/a\\    - --quota-backend-bytes=4' f", ["etcd --quota-backend-bytes=4"]],
    ["sed -i 'y/- --a/- --b/' f", ["? which flags this script of sed writes could not be read"]],
    ["grep -e '- --force-new-cluster$' f", []],
    [
      "cat > f <<EOF\n  - etcd\n  - --name=x\n  - --experimental-initial-corrupt-check=true\nEOF",
      ["etcd --name=x", "etcd --experimental-initial-corrupt-check=true"],
    ],
    ["echo '    - --force-new-cluster' >> f", ["etcd --force-new-cluster"]],
  ])("%s", (commands, expected) => {
    expect(said(commands)).toEqual(expected);
  });

  test("a script of sed without such lines is nobody's business, whatever it does", () => {
    expect(flagsPutInBySed("w file\nb end")).toEqual([]);
  });
});

test("the page of the main drill is read whole", () => {
  const file = new URL("../../../scenarios/etcd-quorum-loss/runbook.md", import.meta.url);
  const commands = readPageCommands(parseRunbook(readFileSync(file, "utf8"), "runbook.md"), LINES);
  expect(commands.filter(({ unread }) => unread !== null)).toEqual([]);
  expect(commands.length).toBeGreaterThan(25);
  expect(commands.filter(({ program }) => program === "etcd").map(({ words }) => words[0])).toContain(
    "--force-new-cluster",
  );
});
