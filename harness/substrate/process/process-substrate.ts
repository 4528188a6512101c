/**
 * The substrate of plain processes: nodes are folders of this computer with an address of their own, in a network of their
 * own or on loopback.
 * It runs inside the drill's worker process; whether that lives in namespaces of its own was decided by who started the
 * worker (isolation.ts). Without a worker, e.g. in a test, it works on plain loopback.
 */
import type { RunContext } from "../../core/index.ts";
import type { Recorder } from "../../ledger/index.ts";
import type { MachinesCopy } from "../machines-copy.ts";
import type { Substrate } from "../substrate.ts";
import { addressesIn, seenInOf } from "./fork-machines.ts";
import { absentCapabilitiesOf, hasOwnMounts, isolationHere } from "./isolation.ts";
import { launchHere } from "./launch-here.ts";
import { findBash } from "./machine.ts";
import { openPlaces } from "./places.ts";
import { substrateOn } from "./substrate-on.ts";
import { claimWorkFolder } from "./work-folder.ts";

export interface ProcessSubstrateOptions {
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** The machines that `bringMachinesBack` has brought into the work folder; left out or null: none. */
  readonly copy?: MachinesCopy | null;
}

/** What `openProcessSubstrate` (open.ts) says. */
export async function processSubstrate(options: ProcessSubstrateOptions): Promise<Substrate> {
  const { run, recorder, copy = null } = options;
  const isolation = isolationHere();
  const bash = await findBash();
  const nonce = await claimWorkFolder(run);
  const seenIn = await seenInOf(run.workDir, copy, hasOwnMounts());
  return substrateOn({
    kind: "process",
    isolation: isolation.kind,
    absentCapabilities: absentCapabilitiesOf(isolation),
    run,
    recorder,
    places: await openPlaces(isolation, addressesIn(copy)),
    launchHere: launchHere([]),
    seenIn,
    copy,
    nonce,
    bash,
  });
}
