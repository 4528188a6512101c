import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { watchInterrupts } from "./interrupts.ts";

test("the first interrupt ends in order, the second at once", () => {
  const source = new EventEmitter();
  let nowMs = 0;
  using interrupts = watchInterrupts(source, () => nowMs);
  source.emit("SIGINT", "SIGINT");
  expect([interrupts.soft.aborted, interrupts.hard.aborted]).toEqual([true, false]);
  nowMs = 1000;
  source.emit("SIGTERM", "SIGTERM");
  expect(interrupts.hard.aborted).toBe(true);
});

test("one key press that arrives twice, from the terminal and from npm, counts once", () => {
  const source = new EventEmitter();
  let nowMs = 0;
  using interrupts = watchInterrupts(source, () => nowMs);
  source.emit("SIGINT", "SIGINT");
  nowMs = 5;
  source.emit("SIGINT", "SIGINT");
  expect([interrupts.soft.aborted, interrupts.hard.aborted]).toEqual([true, false]);
});

test("disposing gives the signals back", () => {
  const source = new EventEmitter();
  watchInterrupts(source)[Symbol.dispose]();
  expect(source.eventNames()).toEqual([]);
});
