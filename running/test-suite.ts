/**
 * Runs the tests of one file, each in a world of its own, and compares every run with the inferred tags. It is a generator: the
 * caller decides when the next test runs, so the server answers messages in between.
 */

import type { Analysis } from "../analysis/analyze.ts";
import type { TestCase } from "../assembler/assemble.ts";
import type { Code } from "../machine/code.ts";
import { Profile } from "../machine/profile.ts";
import { ObservedTags } from "../machine/observed-tags.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Coverage } from "./coverage.ts";
import { watchDeclaredTags } from "./declared-tags.ts";
import { CodePlaces } from "./code-places.ts";
import type { Runnable } from "./runnable.ts";
import type { StepBudget } from "./step-budget.ts";
import { instructionsOf, tagViolations, type Instructions, type TagViolation } from "./tag-check.ts";
import { runningTest, type TestFailure, type TestResult, type TestSetting } from "./test-run.ts";

export interface TestSuite extends Pick<TestSetting, "program" | "readDeployed" | "now"> {
  readonly tests: readonly TestCase[];
  readonly analysis: Analysis;
  /** Counts the executed lines; undefined if coverage isn't requested. */
  readonly coverage: Coverage | undefined;
  /** The budget of instructions, to which these tests were added. */
  readonly budget: StepBudget;
}

/** The result after all tests of a file have run. */
export interface SuiteEnd {
  readonly programs: readonly Runnable[];
  /** Writes that break a declared tag. */
  readonly brokenTags: readonly Diagnostic[];
}

/** Yields each result, and undefined for a pause in a long test. */
export function* runSuite({
  tests,
  analysis,
  coverage,
  budget,
  ...setting
}: TestSuite): Generator<TestResult | undefined, SuiteEnd> {
  const { program } = setting;
  const decoded = new Map<Runnable, Code>();
  const observed = new ObservedTags();
  const profile = new Profile();
  const isOwn = (code: Code): boolean => code === decoded.get(program);
  const declared = watchDeclaredTags(program, isOwn);
  const observers = [observed, ...(declared ? [declared] : []), ...(coverage ? [profile] : [])];
  const checker = new TagChecker(program, analysis, observed);
  for (const test of tests) {
    const result = yield* runningTest(test, { ...setting, decoded, observers }, budget);
    const failures = checker.newFailures(decoded.get(program), result);
    yield failures.length === 0 ? result : { ...result, failures: [...result.failures, ...failures] };
  }
  const programs = new Set([program, ...decoded.keys()]);
  for (const one of programs) coverage?.add(one, decoded.get(one), profile);
  return { programs: [...programs], brokenTags: declared?.take() ?? [] };
}

/** Reports each tag that was observed and not inferred, once, in the first test in which it occurs. */
class TagChecker {
  private readonly program: Runnable;
  private readonly analysis: Analysis;
  private readonly observed: ObservedTags;
  private readonly known = new Set<string>();
  private instructions: Instructions | undefined;

  constructor(program: Runnable, analysis: Analysis, observed: ObservedTags) {
    this.program = program;
    this.analysis = analysis;
    this.observed = observed;
  }

  newFailures(code: Code | undefined, { location }: TestResult): TestFailure[] {
    if (!code) return [];
    const grown = this.observed.takeGrown(code);
    if (grown.size === 0) return [];
    this.instructions ??= instructionsOf(this.analysis);
    const found = tagViolations(this.analysis, code, this.observed, grown, this.instructions);
    const violations = found.filter((violation) => {
      const key = JSON.stringify(violation);
      const isNew = !this.known.has(key);
      this.known.add(key);
      return isNew;
    });
    return violations.map((violation) => this.failure(violation, location));
  }

  private failure(violation: TagViolation, location: TestResult["location"]): TestFailure {
    const { pc, opcode, operand, observed, inferred } = violation;
    const place = new CodePlaces(this.program).at(pc);
    const known = inferred.length === 0 ? "no tag" : inferred.join(", ");
    const isTold = (this.analysis.program.annotations?.length ?? 0) > 0;
    const why = isTold
      ? "an `.assume` of the program may be wrong; if none is, this is a bug in avmasm: please report it with the program"
      : "this is a bug in avmasm: please report it with the program and this message";
    return {
      message: `\`${operand}\` of ${opcode} at pc ${pc} was ${observed.join(", ")}, and ${known} was inferred; ${why}`,
      expected: known,
      found: observed.join(", "),
      location: place?.location ?? location,
      related: place ? [{ ...location, message: "in this test" }, ...place.around] : [],
    };
  }
}
