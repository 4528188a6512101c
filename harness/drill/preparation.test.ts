import { expect, test } from "vitest";
import { soundDrill } from "../../fixtures/defects/sound.ts";
import { driveInMemory, type Driven } from "../../fixtures/in-memory/drive.ts";
import { leaderAndReplacements } from "../system/index.ts";

const BEFORE = "```sh step=save on=survivor when=before\nCOMMAND\n```\n\n";

/** The survivor drill with a preparation of one command before its page. */
async function prepared(command: string, settings = {}): Promise<Driven> {
  return driveInMemory((world, run) => {
    const sound = soundDrill("survivor", world, run);
    return {
      ...sound,
      // The recovery binds the same words to what it sees then: those of the preparation have names of their own.
      drill: {
        ...sound.drill,
        preparation: (views) => leaderAndReplacements(views).slice(0, 1).map(asSaved),
        settings,
      },
      page: BEFORE.replace("on=survivor", "on=saved").replace("COMMAND", command) + sound.page,
    };
  });
}

const asSaved = <T extends { readonly role: string }>(one: T): T => ({ ...one, role: "saved" });

const outcomeOf = ({ result }: Driven, id: string): string | undefined =>
  result.findings.find((finding) => finding.checkId === id)?.outcome;

test("what is prepared comes before the fault, is accounted for, and is no part of the recovery", async () => {
  const driven = await prepared("true");
  const { entries } = driven.ledger;
  expect(driven.result.outcome).toBe("passed");
  expect(driven.result.runbook?.blocks).toMatchObject({ preparation: 1 });
  expect(driven.result.runbook?.steps[0]).toMatchObject({ id: "save", part: "preparation", status: "ran" });
  const at = (kind: string, part: string): number =>
    entries.findIndex((one) => one.kind === kind && "part" in one && one.part === part);
  const injecting = entries.findIndex((one) => one.kind === "fault" && one.event === "injecting");
  expect(at("step", "preparation")).toBeLessThan(injecting);
  expect(at("step", "recovery")).toBeGreaterThan(injecting);
  const steps = driven.result.measurements.parts.flatMap((part) => part.steps.map((step) => step.id));
  expect(steps).not.toContain("save");
  expect(driven.result.timeline.runbookStartedAtMs).toBeGreaterThan(driven.result.timeline.injectedAtMs ?? Infinity);
});

test("a preparation that fails is the page's failure, and no fault is injected", async () => {
  const driven = await prepared("false");
  expect(driven.ledger.entries.some((one) => one.kind === "fault")).toBe(false);
  expect(driven.ledger.entries.some((one) => one.kind === "detection")).toBe(false);
  expect(outcomeOf(driven, "every-step-ran")).toBe("failed");
  expect(outcomeOf(driven, "converged")).toBe("inconclusive");
  expect(driven.result.outcome).toBe("failed");
});
