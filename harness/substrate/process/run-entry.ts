/** What the books say of one run. The file may be damaged by a crash or by hand: it is checked before it is believed. */
import { z } from "zod";
import type { EngineAddress } from "../docker/engine.ts";
import type { ProcessIdentity } from "./labelled-processes.ts";

/** One run on the books. */
export interface RunEntry {
  readonly runId: string;
  readonly nonce: string;
  readonly front: ProcessIdentity;
  /** Null when the worker had ended before it was entered. */
  readonly worker: ProcessIdentity | null;
  readonly reportDir: string;
  readonly kept: boolean;
  /** Where its nodes listen on the machine's own loopback; empty in a network namespace. */
  readonly addresses: readonly string[];
  /** The Docker engine that its nodes are in; null: they are plain processes. */
  readonly engine: EngineAddress | null;
}

const identitySchema: z.ZodType<ProcessIdentity> = z.object({ pid: z.int().positive(), startTime: z.string() });
const entrySchema: z.ZodType<RunEntry> = z.object({
  runId: z.string(),
  nonce: z.string(),
  front: identitySchema,
  worker: identitySchema.nullable(),
  reportDir: z.string(),
  kept: z.boolean(),
  addresses: z.array(z.string()),
  engine: z.object({ client: z.string(), host: z.string().nullable() }).nullable(),
});

/** The entry that a file's text holds, or null when it is not one. */
export function parseRunEntry(text: string): RunEntry | null {
  try {
    return entrySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // not JSON
  }
}
