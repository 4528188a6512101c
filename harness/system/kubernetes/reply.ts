/** What comes of one call to the API. Not its business: what that means for a write (outcome.ts). */
import { z } from "zod";
import type { NoAnswer } from "../http-exchange.ts";
import type { WholeAnswer } from "../http2/exchange.ts";

/** What came of one call. Data, never an exception: "not reachable" is something seen (law 5). */
export type Reply<T> =
  /** A whole answer with what was asked for. */
  | { readonly kind: "answer"; readonly body: T }
  | Refusal
  /** A whole answer that is neither; `status` is HTTP's. */
  | { readonly kind: "unreadable"; readonly status: number }
  | NoAnswer;

/** The server says no, in an object of its own (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status). */
export interface Refusal {
  readonly kind: "refusal";
  /** HTTP's. */
  readonly code: number;
  readonly message: string;
  /** The object that it is about, when it names one: its resource, e.g. `podtemplates`, and its name. */
  readonly about: { readonly resource: string; readonly name: string } | null;
}

const STATUS = z.object({
  kind: z.literal("Status"),
  message: z.string().optional(),
  details: z.object({ kind: z.string().optional(), name: z.string().optional() }).optional(),
});

/** Reads a whole answer that is not what was asked for. */
export function readRefusal({ body, status }: Pick<WholeAnswer, "body" | "status">): Refusal | Reply<never> {
  const said = status < 400 ? null : refusalIn(status, parsed(body.toString("utf8")));
  return said ?? { kind: "unreadable", status };
}

/** The refusal that an object is; null when it is none. */
export function refusalIn(code: number, object: unknown): Refusal | null {
  const { data } = STATUS.safeParse(object);
  if (data === undefined) return null;
  const { kind: resource, name } = data.details ?? {};
  const about = resource === undefined || name === undefined ? null : { resource, name };
  return { kind: "refusal", code, message: data.message ?? "", about };
}

/** The value of a JSON text; undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
