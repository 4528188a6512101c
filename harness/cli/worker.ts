/** The worker's program. It only sees to it that everything it loads comes from the compile cache: its start counts. The work is in work.ts. */
import { enableCompileCache } from "node:module";

enableCompileCache();
const { work } = await import("./work.ts");
await work();
