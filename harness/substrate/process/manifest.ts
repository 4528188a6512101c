/**
 * The file that says how a process of a node starts: a static Pod manifest, reduced to its command and environment.
 * It is read anew at every start, because the page edits it. Not its business: starting.
 */
import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { z } from "zod";
import { DrillError, messageOf } from "../../core/index.ts";

/** How a process starts. */
export interface StartCommand {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

// Other fields of a Pod (kind, metadata, image, probes...) may stand there and mean nothing here. What would change how
// the process starts, and is not supported, is refused.
const manifestSchema = z.object({
  spec: z.object({
    containers: z
      .array(
        z.object({
          command: z.tuple([z.string().min(1)], z.string()),
          args: z.array(z.string()).default([]),
          env: z.array(z.strictObject({ name: z.string().min(1), value: z.string().default("") })).default([]),
        }),
      )
      .length(1),
  }),
});

/**
 * Reads the start command from a manifest.
 * @throws DrillError `harness` with the file and the reason when it cannot be read or does not say how to start.
 */
export async function readManifest(file: string): Promise<StartCommand> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw broken(file, messageOf(error), error);
  }
  const document = parseDocument(text);
  const fault = document.errors[0];
  if (fault !== undefined) throw broken(file, fault.message, fault);
  const manifest = manifestSchema.safeParse(document.toJS());
  if (!manifest.success) throw broken(file, z.prettifyError(manifest.error), manifest.error);
  const [container] = manifest.data.spec.containers;
  if (container === undefined) throw broken(file, "it names no container", undefined);
  const [program, ...rest] = container.command;
  return {
    command: [program, ...rest, ...container.args],
    environment: Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
  };
}

function broken(file: string, reason: string, cause: unknown): DrillError {
  return new DrillError("harness", "start", `cannot start from the manifest ${file}: ${reason}`, { cause });
}
