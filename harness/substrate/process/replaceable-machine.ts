/** A machine that is deleted, and the new one in its place. The home folder stays where it is and is emptied. */
import { DrillError } from "../../core/index.ts";
import type { Actor } from "../../ledger/index.ts";
import type { Node } from "../substrate.ts";
import type { HomeFolder } from "./home-folder.ts";
import type { Place } from "./places.ts";

export interface ReplaceableMachine {
  readonly home: HomeFolder;
  /** Where the programs wait for the next machine, out of reach of the node. */
  readonly programsAside: string;
  readonly killEverything: (actor: Actor) => Promise<void>;
  /** Puts the machine at its place. */
  readonly put: () => Promise<void>;
  readonly takeAway: Place["takeAway"];
}

/** Of every machine: its folder of programs. */
const PROGRAMS = "bin";

/** The two calls of a node. */
export function replaceableMachine(machine: ReplaceableMachine): Pick<Node, "deleteMachine" | "installMachine"> {
  const { home, killEverything, programsAside, put, takeAway } = machine;
  let deleted = false;
  return {
    deleteMachine: async (actor) => {
      await killEverything(actor);
      await takeAway();
      if (!deleted) await home.moveOut(PROGRAMS, programsAside);
      deleted = true;
      await home.empty();
    },
    installMachine: async () => {
      if (!deleted) throw new DrillError("harness", "install", "a machine stands in the place of the new one");
      await home.moveIn(programsAside, PROGRAMS);
      await put();
      deleted = false;
    },
  };
}
