/**
 * A made-up machine for the tests of this folder: its programs are small bash scripts in folders of its own, so that the
 * order, the stamps and the cache are tested with real files and real processes, and without a network.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ToolMachine } from "./program.ts";

export interface FakeMachine extends ToolMachine, Disposable {
  /** Puts an executable bash script on PATH. */
  addProgram(name: string, script: string): string;
  /** Puts the three programs of etcd, all of one version, on PATH. */
  addEtcd(version: string): void;
  /** Puts a Go on PATH whose builds give programs that say `builds` as their version. */
  addGo(version: string, builds?: string): void;
  /** Puts a docker on PATH whose engine has one image, with programs of that version. */
  addDocker(image: { readonly reference: string; readonly version: string }): void;
  /** How often something of that name was noted by the scripts, e.g. `go build`. */
  count(event: string): number;
}

/** The pinned version of the made-up machine's go.mod. */
export const PINNED = "3.6.14";

/** Versions are said as the real programs say them. */
function versionScript(name: string, version: string, notes: string): string {
  const label = name === "etcd" ? "etcd Version" : `${name} version`;
  return `echo "${name} asked" >>'${notes}'; echo "${label}: ${version}"`;
}

const NAMES = ["etcd", "etcdctl", "etcdutl"];

export function fakeMachine(): FakeMachine {
  const root = mkdtempSync(join(tmpdir(), "drillbook-tools-"));
  const bin = join(root, "bin");
  const notes = join(root, "notes");
  const write = (path: string, text: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const executable = (path: string, script: string): string => {
    chmodSync(write(path, `#!/bin/bash\n${script}\n`), 0o755);
    return path;
  };
  /** Bash that writes the three programs into the folder that $1 names, under the names given. */
  const writesPrograms = (version: string, names: readonly (readonly [program: string, file: string])[]): string =>
    names
      .map(
        ([program, file]) =>
          `printf '%s\\n' '#!/bin/bash' ${quoted(versionScript(program, version, notes))} >"$1/${file}"; chmod +x "$1/${file}"`,
      )
      .join("\n");

  write(join(root, "pins/etcd/go.mod"), `module x\n\nrequire (\n\tgo.etcd.io/etcd/server/v3 v${PINNED}\n)\n`);
  write(join(root, "pins/etcd/go.sum"), "sums\n");

  return {
    searchPath: [bin],
    cacheDir: join(root, "cache"),
    pinsDir: join(root, "pins"),
    aptDir: join(root, "apt"),
    // The scripts need bash and the usual small programs; what is *found* is on searchPath only.
    environment: { PATH: `${bin}:/usr/bin:/bin` },
    addProgram: (name, script) => executable(join(bin, name), script),
    addEtcd: (version) => {
      for (const name of NAMES) executable(join(bin, name), versionScript(name, version, notes));
    },
    addGo: (version, builds = PINNED) => {
      write(join(root, "VERSION"), `go${version}\ntime 2026-01-01\n`);
      executable(
        join(bin, "go"),
        `echo "go $1" >>'${notes}'
         while [ "$1" != -o ]; do shift; done; shift
         ${writesPrograms(builds, [
           ["etcd", "server"],
           ["etcdctl", "etcdctl"],
           ["etcdutl", "etcdutl"],
         ])}`,
      );
    },
    addDocker: ({ reference, version }) => {
      const [repository, tag] = reference.split(":");
      const image = join(root, "image");
      mkdirSync(image);
      executable(
        join(bin, "docker"),
        `echo "docker $1" >>'${notes}'
         case "$1" in
           image) printf '%s\\t%s\\tsha256:0123456789abcdef\\n' ${repository} ${tag} ;;
           create) set -- '${image}'; ${writesPrograms(
             version,
             NAMES.map((name) => [name, name]),
           )} ;;
           cp) case "$3" in *:/usr/bin/*) cp "${image}/$(basename "$3")" "$4" ;; *) exit 1 ;; esac ;;
         esac`,
      );
    },
    count: (event) =>
      existsSync(notes)
        ? readFileSync(notes, "utf8")
            .split("\n")
            .filter((line) => line === event).length
        : 0,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
