/**
 * The command by which a page copies files between machines: `scp [-r] [MACHINE:]PATH... [MACHINE:]PATH`, paths relative to
 * the home folder, as with the real one. All machines lie on this computer's disk, so it copies there and needs no network: a cut
 * does not reach it.
 */
import { chmod, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { shellQuote } from "./shell-quote.ts";

/** Puts the command into a machine's folder of programs. */
export async function installScp(bash: string, homeDir: string, binDir: string): Promise<void> {
  const file = join(binDir, "scp");
  await writeFile(file, scpScript(bash, dirname(homeDir)));
  await chmod(file, 0o755);
}

function scpScript(bash: string, nodesDir: string): string {
  return String.raw`#!${bash}
# scp [-r] [MACHINE:]PATH... [MACHINE:]PATH: copies files between the machines of a drill, with their modes and times.
set -eu
PATH=/usr/local/bin:/usr/bin:/bin
nodes=${shellQuote(nodesDir)}
if [[ $# -gt 0 && $1 == -r ]]; then shift; fi
if [[ $# -lt 2 || $1 == -* ]]; then echo "usage: scp [-r] [MACHINE:]PATH... [MACHINE:]PATH" >&2; exit 2; fi
paths=()
for path in "$@"; do
  if [[ $path =~ ^([A-Za-z0-9._-]+):(.*)$ ]]; then
    machine=${"$"}{BASH_REMATCH[1]} rest=${"$"}{BASH_REMATCH[2]}
    if [[ ! -d $nodes/$machine ]]; then echo "scp: there is no machine $machine" >&2; exit 1; fi
    if [[ /$rest/ == */../* || $rest == /* ]]; then echo "scp: $path leads out of the home folder" >&2; exit 1; fi
    path=$nodes/$machine/$rest
  fi
  paths+=("$path")
done
exec cp -a -- "${"$"}{paths[@]}"
`;
}
