import { expect, test } from "vitest";
import { endOf } from "./launch-in-container.ts";

test.each([
  [0, { exitCode: 0, signal: null }],
  [7, { exitCode: 7, signal: null }],
  [127, { exitCode: 127, signal: null }],
  [137, { exitCode: null, signal: "SIGKILL" }],
  [143, { exitCode: null, signal: "SIGTERM" }],
  [255, { exitCode: 255, signal: null }],
])("the exit code %i of docker exec says how the program ended", (code, end) => {
  expect(endOf(code)).toEqual(end);
});
