/** Histories from the literature, and every small history against a search that tries all orders. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RegisterHistory, RegisterOperation, Value } from "./history.ts";
import { shortest } from "./explain.ts";
import { linearizability } from "./search.ts";

/**
 * Operations in short, one a word: `w1@0-10` writes 1 between 0 and 10, `r1@3-4` reads it, `r-@3-4` finds nothing, `w-`
 * deletes, `w1?@0` was never answered, `w1&y2@0-5` writes two registers at once, `y:r2@6-7` reads the second one.
 */
function history(text: string, initial: Readonly<Record<string, Value>> = { x: null, y: null }): RegisterHistory {
  const operations = text.split(" ").map((word, id): RegisterOperation => {
    const [, register = "x", kind, value = "", unanswered, times = ""] =
      /^(?:(\w):)?([rw])([^?@]+)(\?)?@(.*)$/.exec(word) ?? [];
    const [call, end] = times.split("-");
    const optional = unanswered !== undefined;
    const of = (one: string): Value => (one === "-" ? null : one);
    const [own = "", other] = value.split("&y");
    const writes = [
      { key: register, value: of(own) },
      ...(other === undefined ? [] : [{ key: "y", value: of(other) }]),
    ];
    return {
      id,
      callMs: Number(call),
      returnMs: optional ? Infinity : Number(end),
      optional,
      act: kind === "r" ? { kind: "read", key: register, value: of(value) } : { kind: "write", writes },
    };
  });
  return { operations, initial: new Map(Object.entries(initial)) };
}

describe("a register", () => {
  test.each<readonly [string, string]>([
    ["nothing read", "w1@0-10 w2@2-4"],
    // Porcupine, porcupine_test.go, TestRegisterModel.
    ["a read beside a write sees it, another one before not yet", "w100@0-100 r100@25-75 r-@30-60"],
    // Herlihy and Wing, Linearizability (1990), in the words of registers: overlapping writes in either order.
    ["overlapping writes take effect in the order that the read shows", "w1@0-10 w2@5-15 r1@16-18"],
    ["a write takes effect before its answer", "w1@0-10 r1@2-3 r1@4-5"],
    ["a write of unknown outcome takes effect late", "w1@0-1 w2?@2 r1@5-6 r2@9-10"],
    ["or never", "w1@0-1 w2?@2 r1@5-6 r1@9-10"],
    ["a delete of unknown outcome takes effect late", "w1@0-1 w-?@2 r1@5-6 r-@9-10"],
    ["equal times are no order", "w1@0-5 r-@5-6"],
  ])("is in order: %s", (_what, text) => {
    expect(linearizability(history(text))).toBe("linearizable");
  });

  test.each<readonly [string, string]>([
    // Porcupine, the same test: the second read begins after the first one has seen the new value.
    ["a read goes back after another one saw the new value", "w200@0-100 r200@10-30 r-@40-90"],
    ["a read misses what was answered", "w1@0-10 r-@11-12"],
    ["a read finds what was overwritten", "w1@0-1 w2@2-3 r1@4-5"],
    ["a value is read before it is written", "r1@0-1 w1@2-3"],
    ["two readers disagree on the order of overlapping writes", "w1@0-10 w2@0-10 r1@11-12 r2@13-14 r1@15-16"],
    ["a deleted value is back", "w1@0-1 w-@2-3 r1@4-5"],
    ["a write of unknown outcome takes effect twice", "w1@0-1 w2?@2 r2@5-6 r1@7-8 r2@9-10"],
    ["nobody wrote it", "w1@0-1 r7@2-3"],
  ])("is not: %s", (_what, text) => {
    expect(linearizability(history(text))).toBe("not-linearizable");
  });

  test("held something unknown at first: one value that nobody writes, and only one", () => {
    expect(linearizability(history("r7@0-1 r7@2-3", {}))).toBe("linearizable");
    expect(linearizability(history("r-@0-1 w1@2-3 r1@4-5", {}))).toBe("linearizable");
    expect(linearizability(history("r7@0-1 r8@2-3", {}))).toBe("not-linearizable");
    expect(linearizability(history("r1@0-1 w1@2-3", {}))).toBe("not-linearizable");
    expect(linearizability(history("w1@0-1 r7@2-3", {}))).toBe("not-linearizable");
  });

  test("beside another one of the same transaction: half of it is seen, though each register is in order", () => {
    const torn = "w1&y2@0-10 r1@1-2 y:r-@3-4";
    expect(linearizability(history(torn))).toBe("not-linearizable");
    expect(linearizability(history("w1@0-10 r1@1-2"))).toBe("linearizable");
    expect(linearizability(history("y:w2@0-10 y:r-@3-4"))).toBe("linearizable");
    expect(linearizability(history("w1&y2@0-10 r-@1-2 y:r2@3-4"))).toBe("linearizable");
  });

  test("that would take too long is not decided", () => {
    expect(linearizability(history("w1@0-9 w2@0-9 r1@10-11"), 1)).toBe("undecided");
  });
});

/** Tries every order of every choice of the optional operations. */
function byAllOrders({ operations, initial }: RegisterHistory): boolean {
  const goOn = (left: readonly RegisterOperation[], state: ReadonlyMap<string, Value>): boolean => {
    if (left.every((one) => one.optional)) return true;
    return left.some((one) => {
      const rest = left.filter((other) => other !== one);
      if (rest.some((other) => !other.optional && other.returnMs < one.callMs)) return false;
      const { act } = one;
      if (act.kind === "read") return (state.get(act.key) ?? null) === act.value && goOn(rest, state);
      return goOn(rest, new Map([...state, ...act.writes.map(({ key, value }) => [key, value] as const)]));
    });
  };
  return goOn(operations, initial);
}

const value = fc.constantFrom<Value>("1", "2", null);
const key = fc.constantFrom("x", "y");
const act: fc.Arbitrary<RegisterOperation["act"]> = fc.oneof(
  fc.record({ kind: fc.constant("read" as const), key, value }),
  fc.record({ kind: fc.constant("write" as const), writes: fc.record({ key, value }).map((one) => [one]) }),
  fc.record({
    kind: fc.constant("write" as const),
    writes: fc.tuple(value, value).map(([one, other]) => [
      { key: "x", value: one },
      { key: "y", value: other },
    ]),
  }),
);
const small: fc.Arbitrary<RegisterHistory> = fc
  .array(fc.record({ act, callMs: fc.nat(12), lastsMs: fc.nat(6), unanswered: fc.boolean() }), { maxLength: 7 })
  .map((drawn) => ({
    operations: drawn.map(({ act: drawnAct, callMs, lastsMs, unanswered }, id) => {
      const optional = unanswered && drawnAct.kind === "write";
      return { id, act: drawnAct, callMs, returnMs: optional ? Infinity : callMs + lastsMs, optional };
    }),
    initial: new Map([
      ["x", null],
      ["y", null],
    ]),
  }));

test("says what a search through all orders says", () => {
  const said = { yes: 0, no: 0 };
  fc.assert(
    fc.property(small, (one) => {
      const expected = byAllOrders(one);
      said[expected ? "yes" : "no"]++;
      expect(linearizability(one)).toBe(expected ? "linearizable" : "not-linearizable");
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(said.yes, said.no)).toBeGreaterThan(100);
});

test("knowing less accuses no more: a write without its answer", () => {
  fc.assert(
    fc.property(small, fc.nat(), (one, which) => {
      fc.pre(linearizability(one) === "linearizable");
      const operations = one.operations.map((operation, index) =>
        index === which % one.operations.length && operation.act.kind === "write"
          ? { ...operation, optional: true, returnMs: Infinity }
          : operation,
      );
      expect(linearizability({ ...one, operations })).toBe("linearizable");
    }),
  );
});

describe("the shortest explanation", () => {
  test("leaves out what it does not need", () => {
    const long = history("w1@0-1 r1@1.5-1.6 w2@2-3 w3@4-5 r2@6-7 r3@8-9 w4@10-11 r4@12-13");
    expect(shortest(long).map((one) => one.id)).toEqual([2, 3, 4]);
  });

  test("is not linearizable itself, whatever it was made from", () => {
    fc.assert(
      fc.property(small, (one) => {
        fc.pre(linearizability(one) === "not-linearizable");
        const left = shortest(one);
        expect(left.length).toBeLessThanOrEqual(one.operations.length);
        expect(linearizability({ ...one, operations: left })).toBe("not-linearizable");
      }),
    );
  });
});
