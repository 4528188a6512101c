/** The words of this folder: a program that was found, where it came from, and what a look at one place gave. */
import type { ProgramRecord } from "../ledger/index.ts";

/**
 * Where a program came from.
 *
 * - `cache`: built from the pinned Go modules, and kept in the cache folder.
 * - `path`: found on PATH.
 * - `docker`: copied out of an image that a Docker engine has.
 * - `debian`: unpacked from Debian's package.
 */
export type ProgramSourceId = "cache" | "path" | "docker" | "debian";

/** An external program, ready to run. Its version is what it said itself, or its package where it says none. */
export interface ResolvedProgram extends ProgramRecord {
  readonly source: ProgramSourceId;
  /** Absolute. Where libraries are kept beside the program it is that of a script that tells it of them, and becomes it (`exec`). */
  readonly path: string;
  /** Shared libraries that decide what the program does, as much as itself does. */
  readonly libraries: readonly LibraryRecord[];
}

/** A shared library that a program runs with. */
export interface LibraryRecord {
  /** The package's name, e.g. `libdqlite0`. */
  readonly name: string;
  /** As the package says. */
  readonly version: string;
  readonly sha256: string;
}

/** What one place has to offer. */
export type Look =
  | { readonly kind: "ready"; readonly programs: readonly ResolvedProgram[] }
  /** Not here yet, but it can be made; `how` says what that takes. */
  | { readonly kind: "obtainable"; readonly how: string }
  | { readonly kind: "absent"; readonly reason: string; readonly remedy: string };

/** One place to have programs from. */
export interface ProgramSource {
  readonly id: ProgramSourceId;
  /** What it is, for people. */
  readonly title: string;
  /** Why it stands where it stands in the order. */
  readonly because: string;
  /**
   * Looks and makes nothing. Never throws for what it does not find.
   * @param version the one that is wanted; a place that cannot choose may offer another one, which resolve.ts turns down.
   */
  look(family: ProgramFamily, machine: ToolMachine, version?: string): Promise<Look>;
  /**
   * Makes what `look` called obtainable.
   * @throws DrillError `environment` when it does not work out, `usage` when no such version exists, `interrupted` when the
   * signal aborts.
   */
  obtain(family: ProgramFamily, machine: ToolMachine, options: ObtainOptions): Promise<readonly ResolvedProgram[]>;
}

export interface ObtainOptions {
  /** The version that is wanted; left out: the place's own. */
  readonly version?: string | undefined;
  /** Told what is going on, one line at a time. */
  progress(line: string): void;
  readonly signal?: AbortSignal | undefined;
}

/** Programs that belong together: they come from one place, or not at all. */
export interface ProgramFamily {
  /** E.g. `etcd`; also the name of its folder below fixtures/programs/. */
  readonly name: string;
  readonly programs: readonly ProgramKind[];
  /** The lowest version that a drill can use, e.g. `3.5`, and the reason. */
  readonly minimum: { readonly version: string; readonly because: string };
  /** Where they are looked for. */
  readonly places: readonly ProgramSourceId[];
  /** Whether drills run without them, but for those of a system of their own. */
  readonly isOptional: boolean;
  /** Null: they are not built here. */
  readonly go: GoBuild | null;
  /** Null: Debian has none that a drill can use. */
  readonly debian: DebianPackages | null;
  /** Last part of the repository name of images that hold the programs; null: there are none. */
  readonly imageName: string | null;
}

/** How a family is built from Go modules. */
export interface GoBuild {
  /** The module whose version in the pinned go.mod is the family's version. */
  readonly module: string;
  /** How long the first build takes, for people, e.g. `1-2 minutes`. */
  readonly takes: string;
  /** What the linker is told besides what it always is (pins.ts), e.g. the version that the programs are to say. */
  readonly linkerFlags: (version: string) => readonly string[];
  /** Whether a version that nobody pinned is built when it is asked for, its modules being chosen by Go. */
  readonly buildsUnpinned: boolean;
}

/** Packages of Debian that hold a family's programs. */
export interface DebianPackages {
  /** The release that they are taken from. */
  readonly release: string;
  /** Why that one. */
  readonly because: string;
  readonly packages: readonly string[];
  /** Packages of the shared libraries that they need beyond those of any Debian; kept beside the programs. */
  readonly libraries: readonly string[];
}

export interface ProgramKind {
  readonly name: string;
  /** The package that `go build` makes it from; null: it is not built here. */
  readonly goPackage: string | null;
  /** Arguments that make it say its version, or where it has none to say, anything. */
  readonly versionArguments: readonly string[];
  /** Finds the version, as its first group, in what it says; null: it says none, and that of its package of Debian counts. */
  readonly versionPattern: RegExp | null;
}

/** What this folder uses of the machine; tests pass a made-up one. */
export interface ToolMachine {
  /** Folders that are searched for programs, in order. */
  readonly searchPath: readonly string[];
  /** Programs that were made are kept here. */
  readonly cacheDir: string;
  /** Holds `<family>/go.mod` and `go.sum`, and in `<family>/<version>/` those of other versions. */
  readonly pinsDir: string;
  /** Holds `<name>/Dockerfile` and what it copies, of the images that are built here. */
  readonly imagesDir: string;
  /** The machine's own settings of apt, from which the address of a Debian mirror is taken. */
  readonly aptDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
