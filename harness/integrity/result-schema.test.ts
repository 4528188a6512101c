import { expect, test } from "vitest";
import { healthyLedger } from "../../fixtures/ledgers/build.ts";
import { judge, parseResult, resultJsonSchema, serializeResult } from "./index.ts";

// `npx vitest run harness/integrity/result-schema.test.ts -u` writes it anew after a wanted change.
test("the published JSON Schema is that of the code", async () => {
  await expect(`${JSON.stringify(resultJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(
    "../../docs/result.schema.json",
  );
});

test("a result that is not what the schema says is refused", () => {
  const json = serializeResult(judge(healthyLedger()));
  expect(() => parseResult(json.replace('"passed"', '"splendid"'))).toThrow(/outcome/);
  expect(() => parseResult(json.replace('"relapses"', '"lapses"'))).toThrow(/relapses/);
});
