/**
 * From the lines of a set's record to what they say, and whether they are the whole record: a line that is missing, doubled or of another set would take a run out of
 * the numbers, or count one twice, and nobody would see it. Not its business: what the runs say.
 */
import { seedOfRun, type SetEnd, type SetHeader, type SetLine, type SetRecord, type SetRun } from "./set-record.ts";

/** What the lines of a set's record, after its first, say. Pure. */
export function setRecord(header: SetHeader, lines: readonly SetLine[]): SetRecord {
  const runs = lines.flatMap((line): readonly SetRun[] => {
    if (line.kind !== "run-begins") return [];
    const { index, seed } = line;
    const over = lines.find((other) => other.kind === "run-over" && other.index === index);
    const refused = lines.find((other) => other.kind === "run-refused" && other.index === index);
    if (over?.kind === "run-over") {
      return [{ index, seed, came: { kind: "run-over", runId: over.runId, problems: over.problems } }];
    }
    if (refused?.kind === "run-refused") {
      return [{ index, seed, came: { kind: "run-refused", message: refused.message } }];
    }
    return [{ index, seed, came: { kind: "cut-off" } }];
  });
  const ended = lines.find((line) => line.kind === "set-ended");
  return {
    header,
    runs,
    ended: ended?.kind === "set-ended" ? ended.because : "interrupted",
    flaws: setFlaws(header, lines),
  };
}

/** How far the record of a set has come. */
interface Course {
  readonly flaws: string[];
  readonly runIds: Set<string>;
  /** The index of the run that was begun last; 0 before the first. */
  begun: number;
  /** Whether nothing is on record yet of what came of it. */
  isOpen: boolean;
  ended: SetEnd | null;
}

/**
 * What shows that lines are missing, doubled or not this set's; empty for a whole record. One without its last line, or with a last run that
 * was cut off, is whole: so a set ends that is interrupted.
 */
function setFlaws(header: SetHeader, lines: readonly SetLine[]): readonly string[] {
  const course: Course = { flaws: [], runIds: new Set(), begun: 0, isOpen: false, ended: null };
  for (const line of lines) {
    if (course.ended !== null) course.flaws.push(`"${line.kind}" stands behind the end of the set.`);
    follow(course, header, line);
  }
  return [...course.flaws, ...endFlaws(header, course, course.ended ?? "interrupted")];
}

function follow(course: Course, header: SetHeader, line: SetLine): void {
  const { flaws, runIds, begun } = course;
  switch (line.kind) {
    case "set":
      flaws.push("A second set begins in it.");
      return;
    case "run-begins":
      if (course.isOpen) flaws.push(`Run ${line.index} begins, and nothing is on record of what came of run ${begun}.`);
      if (line.index !== begun + 1) flaws.push(`Run ${line.index} begins where run ${begun + 1} should.`);
      if (line.seed !== seedOfRun(header.seed, line.index)) {
        flaws.push(`Run ${line.index} has the seed ${line.seed}, not ${seedOfRun(header.seed, line.index)}.`);
      }
      course.begun = line.index;
      course.isOpen = true;
      return;
    case "run-over":
    case "run-refused":
      if (!course.isOpen || line.index !== begun) {
        flaws.push(`Run ${line.index} is over where ${course.isOpen ? `run ${begun} should be` : "no run had begun"}.`);
      }
      course.isOpen = false;
      if (line.kind === "run-refused") return;
      if (runIds.has(line.runId)) flaws.push(`The run ${line.runId} is in it more than once.`);
      runIds.add(line.runId);
      return;
    case "set-ended":
      course.ended = line.because;
      return;
  }
}

/** What the end says, against what is on record. */
function endFlaws({ plan }: SetHeader, { begun, isOpen }: Course, ended: SetEnd): readonly string[] {
  const asked = plan.kind === "repeat" ? plan.runs : plan.atMost;
  const flaws: string[] = [];
  if (begun > asked) flaws.push(`It has ${begun} runs, and no more than ${asked} were asked for.`);
  if (ended === "interrupted") return flaws;
  if (isOpen) flaws.push(`It came to its end, and nothing is on record of what came of run ${begun}.`);
  if ((ended === "all-run" || ended === "cap") && begun < asked) {
    flaws.push(`It says that ${asked} runs were run, and ${begun} are on record.`);
  }
  if ((ended === "all-run") !== (plan.kind === "repeat")) {
    flaws.push(`A set of the kind "${plan.kind}" does not end by "${ended}".`);
  }
  return flaws;
}
