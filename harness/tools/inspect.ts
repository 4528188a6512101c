/** What `doctor` shows of the programs: every place in order, what it has, and why it is asked where it is. */
import { messageOf } from "../core/index.ts";
import { keptFolders } from "./kept.ts";
import { thisMachine } from "./machine.ts";
import { pinnedVersions } from "./pins.ts";
import type { Look, ProgramFamily, ProgramSourceId, ResolvedProgram, ToolMachine } from "./program.ts";
import { FAMILIES, SOURCES } from "./resolve.ts";

/** One family of programs, as a drill would get it now. */
export interface ToolReport {
  /** E.g. `etcd`. */
  readonly family: string;
  readonly programs: readonly string[];
  /** Whether drills run without them, but for those of a system of their own. */
  readonly isOptional: boolean;
  /** `ready`: a drill starts at once; `obtainable`: the next run makes them first; `missing`: no place has them. */
  readonly state: "ready" | "obtainable" | "missing";
  /** The ones that would run now; empty unless ready. */
  readonly resolved: readonly ResolvedProgram[];
  /** Other versions for `--with`: those that are built already, and those whose modules are pinned. */
  readonly versions: readonly VersionReport[];
  /** Whether that is so of any published version. */
  readonly buildsUnpinned: boolean;
  /** Every place, in the order in which a run asks them; the first that is not absent is taken. */
  readonly places: readonly PlaceReport[];
}

/** A version that a drill can be run with. */
export interface VersionReport {
  readonly version: string;
  /** False: it is built by the first run that asks for it. */
  readonly built: boolean;
  readonly pinned: boolean;
}

export interface PlaceReport {
  readonly source: ProgramSourceId;
  readonly title: string;
  readonly because: string;
  readonly state: Look["kind"];
  /** What is there, what it takes to have it, or what is missing. */
  readonly detail: string;
  /** What to do to have the programs from here; null when there is nothing to do. */
  readonly remedy: string | null;
}

/** Looks at every place; makes nothing. Asks a Docker engine and unknown programs on PATH, so it may take a second. */
export async function inspectTools(machine: ToolMachine = thisMachine()): Promise<readonly ToolReport[]> {
  return Promise.all(
    FAMILIES.map(async (family) => {
      const looks: { readonly look: Look; readonly place: PlaceReport }[] = [];
      for (const load of SOURCES) {
        const source = await load();
        if (!family.places.includes(source.id)) continue;
        const look = await source.look(family, machine).catch((error: unknown): Look => ({
          kind: "absent",
          reason: messageOf(error),
          remedy: "repair this installation of Drillbook",
        }));
        const { id, title, because } = source;
        looks.push({ look, place: { source: id, title, because, state: look.kind, ...wordsOf(look) } });
      }
      const taken = looks.find(({ look }) => look.kind !== "absent")?.look;
      return {
        family: family.name,
        programs: family.programs.map(({ name }) => name),
        isOptional: family.isOptional,
        state: taken === undefined || taken.kind === "absent" ? "missing" : taken.kind,
        resolved: taken?.kind === "ready" ? taken.programs : [],
        versions: versionsOf(family, machine),
        buildsUnpinned: family.go?.buildsUnpinned === true,
        places: looks.map(({ place }) => place),
      };
    }),
  );
}

/** From the names of the cache's folders alone: what is in them is looked at when a run takes it. */
function versionsOf(family: ProgramFamily, machine: ToolMachine): readonly VersionReport[] {
  if (family.go === null) return [];
  const pinned = pinnedVersions(family, machine);
  const built = keptFolders(machine, `${family.name}-`).flatMap(
    (name) => /^\w+-(\d+\.\d+\.\d+(?:-[a-z]+\.\d+)?)-(?:[0-9a-f]{12}|unpinned)-go/.exec(name)?.[1] ?? [],
  );
  return [...new Set([...pinned, ...built])]
    .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((version) => ({ version, built: built.includes(version), pinned: pinned.includes(version) }));
}

function wordsOf(look: Look): Pick<PlaceReport, "detail" | "remedy"> {
  switch (look.kind) {
    case "ready":
      return { detail: saidOf(look.programs), remedy: null };
    case "obtainable":
      return { detail: look.how, remedy: null };
    case "absent":
      return { detail: look.reason, remedy: look.remedy };
  }
}

function saidOf(programs: readonly ResolvedProgram[]): string {
  const libraries = new Map(programs.flatMap((one) => one.libraries).map(({ name, version }) => [name, version]));
  return [...programs.map(({ name, version }) => [name, version] as const), ...libraries]
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}
