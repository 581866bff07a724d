/** The calls that a program's own tests make, and what each has to come to. */

import type { TestCase } from "../../assembler/assemble.ts";

export interface ProgramRun {
  /** Of the test that it is part of. */
  readonly name: string;
  /** Goes on in the state that the run before it left. */
  readonly continues: boolean;
  readonly isStaticCall: boolean;
  readonly calldata: readonly bigint[];
  readonly expected:
    | { readonly outcome: "return"; readonly data: readonly bigint[] | undefined }
    | { readonly outcome: "revert"; readonly data: readonly bigint[] | undefined }
    /** With the code of what halts it. */
    | { readonly outcome: "halt"; readonly code: string };
}

/** Undefined for a test that sets up a world: what is run here is the program alone. */
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
