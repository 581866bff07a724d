/** Turns a program's own tests into calls with their expected results. */

import type { TestCase } from "../../assembler/assemble.ts";

interface Slot {
  readonly slot: bigint;
  readonly value: bigint;
}

export interface ProgramRun {
  /** Name of the test that the call is part of. */
  readonly name: string;
  /** Whether the call uses the state that the previous call left. */
  readonly continues: boolean;
  readonly isStaticCall: boolean;
  readonly calldata: readonly bigint[];
  /** Undefined for the usual one. */
  readonly sender: bigint | undefined;
  /** What is in the program's storage before the call besides what earlier calls left there. */
  readonly storage: readonly Slot[];
  /** What must be in its storage after the call. */
  readonly stored: readonly Slot[];
  readonly expected:
    | { readonly outcome: "return"; readonly data: readonly bigint[] | undefined }
    | { readonly outcome: "revert"; readonly data: readonly bigint[] | undefined }
    /** `code` is the code of the error that halts the program. */
    | { readonly outcome: "halt"; readonly code: string };
}

/**
 * The calls of a test; undefined for a test with other contracts or another environment than its sender, because only the program
 * itself is run here.
 */
function runsOfTest({ name, steps }: TestCase): ProgramRun[] | undefined {
  const runs: ProgramRun[] = [];
  let storage: Slot[] = [];
  let sender: bigint | undefined;
  const expect = (expected: ProgramRun["expected"]): void => {
    runs.push({ ...runs.pop()!, expected });
  };
  for (const step of steps) {
    switch (step.kind) {
      case "call": {
        const { calldata, isStatic: isStaticCall } = step;
        const expected = { outcome: "return", data: undefined } as const;
        const continues = runs.length > 0;
        runs.push({ name, continues, isStaticCall, calldata, sender, expected, storage, stored: [] });
        storage = [];
        break;
      }
      case "returns":
        expect({ outcome: "return", data: step.fields });
        break;
      case "reverts":
        expect({ outcome: "revert", data: step.message === "" ? [] : step.fields });
        break;
      case "halts":
        expect({ outcome: "halt", code: step.code });
        break;
      case "env":
        if (step.member !== "SENDER") return undefined;
        sender = step.value;
        break;
      case "storage":
        if (step.address !== undefined) return undefined;
        storage = [...storage, step];
        break;
      case "stored": {
        if (step.address !== undefined) return undefined;
        const last = runs.pop()!;
        runs.push({ ...last, stored: [...last.stored, step] });
        break;
      }
      // Only the project's own machine is asked for these.
      case "emitted":
      case "gas":
        break;
      default:
        return undefined;
    }
  }
  return runs;
}

/** The names of the tests that only run on the project's own machine: see {@link runsOfTest}. */
export function onlyHere(tests: readonly TestCase[]): string[] {
  return tests.filter((test) => runsOfTest(test) === undefined).map(({ name }) => name);
}

export function runsOf(tests: readonly TestCase[]): ProgramRun[] {
  return tests.flatMap((test) => runsOfTest(test) ?? []);
}
