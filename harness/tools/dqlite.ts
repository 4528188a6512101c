/** The programs of go-dqlite: a member of a store, and the shell that asks one. They say no version themselves. */
import type { ProgramFamily } from "./program.ts";

/** dqlite-demo and dqlite, of Debian's package go-dqlite. */
export const DQLITE: ProgramFamily = {
  name: "dqlite",
  programs: ["dqlite-demo", "dqlite"].map((name) => ({
    name,
    goPackage: null,
    versionArguments: ["--help"],
    versionPattern: null,
  })),
  minimum: { version: "1.11", because: "the drills know what the store's library of that version does" },
  // Their library is in C, and what counts is that it is the one that a release of a distribution has.
  places: ["path", "debian"],
  isOptional: true,
  go: null,
  debian: {
    release: "bookworm",
    because: "its 1.11 is the one that the drills were written with; those of later releases need a later libc",
    packages: ["go-dqlite"],
    libraries: ["libdqlite0", "libraft2", "libuv1", "libsqlite3-0", "liblz4-1"],
  },
  imageName: null,
};
