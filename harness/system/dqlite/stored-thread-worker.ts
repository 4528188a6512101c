/** The thread that looks into folders, one after another, and says what each holds. */
import { parentPort } from "node:worker_threads";
import { storedIn } from "./stored.ts";

parentPort?.on("message", (folder: string) => parentPort?.postMessage(storedIn(folder)));
