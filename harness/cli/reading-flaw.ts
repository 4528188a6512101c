/** What keeps a scenario's reading of its page from being one. Not its business: the page itself (runbook/choices.ts). */
import type { Drill } from "../drill/index.ts";
import { NAME } from "./catalogue.ts";

/** The first flaw, as the end of a sentence about the scenario's file; undefined when there is none. */
export function readingFlaw({ choices = {}, reading = {} }: Partial<Record<keyof Drill, unknown>>): string | undefined {
  if (!isRecord(choices) || !isRecord(reading))
    return 'declares choices or a reading that are no objects: expected `choices: { order: ["up", "down"] }, reading: { order: "up" }`';
  for (const [choice, values] of Object.entries(choices)) {
    if (!NAME.test(choice)) return `declares the choice ${JSON.stringify(choice)}: expected a name such as order`;
    if (
      !Array.isArray(values) ||
      values.length === 0 ||
      values.some((value) => typeof value !== "string" || !NAME.test(value))
    )
      return `declares no values for the choice ${choice}: expected names, such as ["up", "down"]`;
    const chosen = reading[choice];
    if (chosen === undefined)
      return `does not say how it reads ${choice}: expected one of ${values.join(", ")} in reading`;
    if (!values.includes(chosen))
      return `reads ${choice} as ${JSON.stringify(chosen)}: expected one of ${values.join(", ")}`;
  }
  const unknown = Object.keys(reading).find((choice) => !Object.hasOwn(choices, choice));
  return unknown === undefined ? undefined : `reads ${unknown}, which is none of its choices: expected it in choices`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
