/** What a watch of the API tells, line by line (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes). Pure. */
import { z } from "zod";
import type { WatchEvent } from "../../ledger/index.ts";
import type { WatchEnd } from "../watches.ts";
import { keyOf } from "./object-name.ts";
import { parsed, refusalIn } from "./reply.ts";

/** What one line tells. */
export type WatchLine = { readonly event: WatchEvent } | { readonly end: WatchEnd };

const OBJECT = z.object({
  metadata: z.object({ name: z.string().min(1), resourceVersion: z.string().regex(/^\d+$/) }),
});

const LINE = z.union([
  z.object({ type: z.enum(["ADDED", "MODIFIED", "DELETED"]), object: OBJECT }),
  z.object({ type: z.literal("ERROR"), object: z.looseObject({ code: z.number() }) }),
]);

/** The revisions from which on a watch is wanted are not kept any more. */
const GONE = 410;

/** Cuts a stream into lines; what is not ended yet waits for its rest. */
export function lineReader(): (part: Buffer) => readonly string[] {
  let rest: Buffer = Buffer.alloc(0);
  return (part) => {
    const lines: string[] = [];
    let all = rest.length === 0 ? part : Buffer.concat([rest, part]);
    for (let at = all.indexOf("\n"); at >= 0; at = all.indexOf("\n")) {
      lines.push(all.subarray(0, at).toString("utf8"));
      all = all.subarray(at + 1);
    }
    rest = all;
    return lines;
  };
}

/**
 * Null when it cannot be read: then it is not known what was told.
 * @param fromRevision what the watch has asked for
 */
export function readWatchLine(line: string, fromRevision: string): WatchLine | null {
  const { data } = LINE.safeParse(parsed(line));
  if (data === undefined) return null;
  if (data.type === "ERROR") {
    const { code } = data.object;
    const reason = refusalIn(code, data.object)?.message ?? `the status ${code}`;
    return {
      end: { kind: "cancelled", reason, compactRevision: code === GONE ? oldestIn(reason, fromRevision) : null },
    };
  }
  const { name, resourceVersion: revision } = data.object.metadata;
  // A deleted object comes with the revision of its deletion.
  return { event: { op: data.type === "DELETED" ? "delete" : "put", key: keyOf(name), revision } };
}

/**
 * The oldest revision that is kept, which stands in the message: `too old resource version: 5 (12)` says that changes after 12 are
 * (apiserver, pkg/storage/cacher/watch_cache.go). Where it does not, the one that was asked for, of which all is known that a watcher needs: it is gone.
 */
function oldestIn(message: string, asked: string): string {
  const after = /\((\d+)\)$/.exec(message)?.[1];
  return after === undefined ? asked : String(BigInt(after) + 1n);
}
