import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));

test.each(["campaign.ts", "campaign-catalogue.ts", "bench.ts"])(
  "%s starts nothing when it is asked for help or told what it does not know",
  async (script) => {
    const help = await execa(process.execPath, [`${here}${script}`, "--help"]);
    expect(help.stdout).toMatch(/^Usage: npm run [a-z:]+ -- \[/);
    const unknown = await execa(process.execPath, [`${here}${script}`, "--seedz", "3"], { reject: false });
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain("'--seedz'");
    expect(unknown.stderr).toContain("Usage: npm run ");
    expect(unknown.stdout).toBe("");
  },
);
