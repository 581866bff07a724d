/** Turns a program's own tests into calls with their expected results. */

import type { TestCase } from "../../assembler/assemble.ts";

export interface ProgramRun {
  /** Name of the test that the call is part of. */
  readonly name: string;
  /** Whether the call uses the state that the previous call left. */
  readonly continues: boolean;
  readonly isStaticCall: boolean;
  readonly calldata: readonly bigint[];
  readonly expected:
    | { readonly outcome: "return"; readonly data: readonly bigint[] | undefined }
    | { readonly outcome: "revert"; readonly data: readonly bigint[] | undefined }
    /** `code` is the code of the error that halts the program. */
    | { readonly outcome: "halt"; readonly code: string };
}

/** The calls of a test; undefined for a test that sets up a world, because only the program itself is run here. */
function runsOfTest({ name, steps }: TestCase): ProgramRun[] | undefined {
  const runs: ProgramRun[] = [];
  const expect = (expected: ProgramRun["expected"]): void => {
    runs.push({ ...runs.pop()!, expected });
  };
  for (const step of steps) {
    switch (step.kind) {
      case "call": {
        const { calldata, isStatic: isStaticCall } = step;
        const expected = { outcome: "return", data: undefined } as const;
        runs.push({ name, continues: runs.length > 0, isStaticCall, calldata, expected });
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
      case "stored":
      case "emitted":
      case "gas":
        break;
      default:
        return undefined;
    }
  }
  return runs;
}

export function runsOf(tests: readonly TestCase[]): ProgramRun[] {
  return tests.flatMap((test) => runsOfTest(test) ?? []);
}
