/**
 * The choices of a page beside those that its scenario declares: what a fence names and nobody declared would never be run,
 * and nobody would notice.
 */
import type { Choices } from "../ledger/index.ts";
import { stepsOf, type Runbook, type RunbookProblem } from "./runbook.ts";

/**
 * The steps whose choice, or whose way of choosing, the scenario does not declare; empty for a page that fits.
 * @param choices those of the scenario, each with its values; null where it declares none.
 */
export function unknownChoices(
  runbook: Pick<Runbook, "blocks" | "file">,
  choices: Choices | null,
): readonly RunbookProblem[] {
  const known = new Map(Object.entries(choices ?? {}));
  return stepsOf(runbook).flatMap(({ id, line, onlyIf }): readonly RunbookProblem[] => {
    if (onlyIf === null) return [];
    const { choice } = onlyIf;
    const values = known.get(choice);
    const strange = onlyIf.values.find((value) => values?.includes(value) !== true);
    if (strange === undefined) return [];
    const message =
      values === undefined
        ? `step "${id}" depends on the choice "${choice}", which the scenario does not declare${known.size === 0 ? "" : ` (it declares ${[...known.keys()].join(", ")})`}`
        : `step "${id}" depends on ${choice}:${strange}, and the scenario knows ${values.join(", ")} for ${choice}`;
    return [{ code: "unknown-choice", file: runbook.file, line, message }];
  });
}
