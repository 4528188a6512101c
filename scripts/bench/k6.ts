/** k6, built once from its pinned Go module. Only the bench needs it, so that no drill and no `doctor` asks for it. */
import { thisMachine } from "../../harness/tools/machine.ts";
import type { ProgramFamily } from "../../harness/tools/program.ts";
import { goSource } from "../../harness/tools/source-go.ts";

const K6: ProgramFamily = {
  name: "k6",
  programs: [{ name: "k6", goPackage: "go.k6.io/k6", versionArguments: ["version"], versionPattern: /^k6 v(\S+)/m }],
  minimum: { version: "1.0", because: "the bench's script is written for it" },
  places: ["cache"],
  isOptional: true,
  go: { module: "go.k6.io/k6", takes: "2-3 minutes", linkerFlags: () => [], buildsUnpinned: false },
  debian: null,
  imageName: null,
};

/**
 * The path of k6. Building it takes minutes, once.
 * @throws DrillError `environment` when it cannot be built here.
 */
export async function findK6(): Promise<{ readonly path: string; readonly version: string }> {
  const machine = thisMachine();
  const look = await goSource.look(K6, machine);
  if (look.kind === "absent") throw new Error(`no k6: ${look.reason}; ${look.remedy}`);
  const progress = (line: string): void => console.log(line);
  const programs = look.kind === "ready" ? look.programs : await goSource.obtain(K6, machine, { progress });
  const [k6] = programs;
  if (k6 === undefined) throw new Error("k6 was built, and is not there");
  return k6;
}
