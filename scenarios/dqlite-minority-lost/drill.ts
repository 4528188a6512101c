/** A follower of three dqlite members is gone for a while and comes back with its data. Nobody acts. */
import type { Drill } from "../../harness/drill/index.ts";
import { kill } from "../../harness/fault/index.ts";
import { DQLITE_HEALS, healsSince } from "../nobody-acts.ts";

/** Long enough for some hundred writes that it misses. */
const AWAY_FOR_MS = 8000;

const drill: Drill = {
  ...DQLITE_HEALS,
  id: "dqlite-minority-lost",
  case: null,
  title: "a follower of three dqlite members is killed and started again",
  proves:
    "that dqlite serves on through the members that are left, and that the one that comes back gets what it missed",
  fault: kill({ targets: "a-follower", lasts: { forMs: AWAY_FOR_MS } }),
  // The time away, and four times what the start of a member was seen to take.
  objectives: { recoveryTimeMs: 30_000, lostWrites: 0, lostWritesReason: null },
  controls: healsSince("the machine starts its member again"),
};
export default drill;
