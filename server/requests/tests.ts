/**
 * `avm/tests` and `avm/runTests`: lists the tests of a workspace, and runs the tests of a file. They run in the server,
 * on the texts in the editor, with pauses in which it answers other messages.
 */

import type { Range } from "vscode-languageserver-types";
import type { Location } from "../../diagnostics/diagnostic.ts";
import type { TestCase } from "../../assembler/assemble.ts";
import { Coverage } from "../../running/coverage.ts";
import { runnableAssembly, type NotRunnable, type Runnable } from "../../running/runnable.ts";
import { refusal } from "../../running/session.ts";
import { StepBudget } from "../../running/step-budget.ts";
import type { TestResult } from "../../running/test-run.ts";
import { runSuite } from "../../running/test-suite.ts";
import { checkAssembly } from "../../project/check.ts";
import { rangeOf, type Document } from "../documents/document.ts";
import { testsIn } from "../language/tests.ts";
import type { Snapshot } from "../language/snapshot.ts";

export interface TestsOfFile {
  readonly uri: string;
  readonly tests: readonly { readonly name: string; readonly range: Range }[];
}

export interface RunTestsParams {
  readonly textDocument: { readonly uri: string };
  /** Names of the tests to run; absent for all. */
  readonly names?: readonly string[];
  readonly coverage?: boolean;
}

export interface TestPlace {
  readonly uri: string;
  readonly range: Range;
}

export interface RanTest {
  readonly name: string;
  readonly failures: readonly {
    readonly message: string;
    readonly expected: string;
    readonly found: string;
    readonly place: TestPlace;
    readonly related: readonly { readonly message: string; readonly place: TestPlace }[];
  }[];
  readonly gas: { readonly l2: number; readonly da: number };
  readonly steps: number;
  readonly durationMs: number;
}

export interface RanTests {
  readonly tests: readonly RanTest[];
  /** Writes with another tag than the `.cell` declares; absent if there are none. */
  readonly brokenTags?: readonly { readonly message: string; readonly place: TestPlace }[];
  /** For each file: lines from 0 with their number of runs, and the same for routines. */
  readonly coverage?: readonly {
    readonly uri: string;
    readonly lines: readonly (readonly [line: number, hits: number])[];
    readonly routines: readonly { readonly name: string; readonly line: number; readonly hits: number }[];
  }[];
}

/** Why no test was run. */
export interface NotRun {
  readonly error: string;
}

/** The session's services that a test run needs. */
export interface TestHost {
  /** Reads a contract that a test deploys. */
  readonly readDeployed: (path: string, from: string) => Runnable | NotRunnable;
  /** How many instructions the project allows to the tests of one run. */
  readonly maxSteps?: number | undefined;
  /** Lets other messages be answered. False if the client doesn't wait for the rest any more. */
  readonly pause: () => Promise<boolean>;
}

/** Time that a test runs before the server answers other messages. */
const SLICE_MS = 5;

/** The tests of a document; undefined if it has none. */
export function testsOf(document: Document): TestsOfFile | undefined {
  const tests = testsIn(document.file).map(({ name, line, end }) => ({
    name,
    range: {
      start: { line, character: 0 },
      end: rangeOf(document, { line: end, start: 0, end: document.file.lines[end].text.length }).end,
    },
  }));
  return tests.length === 0 ? undefined : { uri: document.uri, tests };
}

export async function runTests(
  snapshot: Snapshot,
  { names, coverage: wantsCoverage }: Omit<RunTestsParams, "textDocument">,
  { readDeployed, maxSteps, pause }: TestHost,
): Promise<RanTests | NotRun> {
  const { document } = snapshot;
  const isOwn = ({ location }: TestCase): boolean => location.source === document.uri;
  const assemblies = snapshot.programs(document).flatMap((program) => program.fullAssembly() ?? []);
  const assembly = assemblies.find(({ tests }) => tests.some(isOwn)) ?? assemblies.at(0);
  if (!assembly) return { error: "the file isn't open" };
  const program = runnableAssembly(assembly, document.uri);
  if ("error" in program) {
    const first = assembly.diagnostics.find(({ severity }) => severity === "error");
    return { error: first ? `it can't be assembled: ${first.message}` : program.error };
  }
  const refused = refusal(program.target);
  if (refused !== undefined) return { error: refused };
  const wanted = Array.isArray(names) ? new Set<unknown>(names) : undefined;
  const tests = assembly.tests.filter((test) => isOwn(test) && (wanted?.has(test.name) ?? true));
  const coverage = wantsCoverage ? new Coverage() : undefined;
  const known = snapshot.fullAnalysis();
  const analysis = known?.program === assembly.program ? known : checkAssembly(assembly).analysis!;
  const budget = new StepBudget();
  budget.addTests(tests.length, { maxSteps });
  const now = (): number => performance.now();
  const suite = runSuite({ tests, program, analysis, readDeployed, coverage, budget, now });
  const documents = new Map(
    snapshot.programs(document).flatMap(({ files }) => files.map((one) => [one.uri, one])),
  );
  const placeOf = (location: Location): TestPlace => placeIn(documents, location);
  const ran: RanTest[] = [];
  let sliceStart = performance.now();
  let next = suite.next();
  for (; !next.done; next = suite.next()) {
    if (next.value) ran.push(shownResult(next.value, placeOf));
    else if (performance.now() - sliceStart < SLICE_MS) continue;
    if (!(await pause())) return { tests: ran };
    sliceStart = performance.now();
  }
  const brokenTags = next.value.brokenTags.map(({ message, ...location }) => ({
    message,
    place: placeOf(location),
  }));
  return {
    tests: ran,
    ...(brokenTags.length > 0 && { brokenTags }),
    ...(coverage && { coverage: coverage.report().map(shownCoverage) }),
  };
}

function shownResult(result: TestResult, placeOf: (location: Location) => TestPlace): RanTest {
  const { name, failures, gas, steps, durationMs } = result;
  return {
    name,
    failures: failures.map(({ message, expected, found, location, related }) => ({
      ...{ message, expected, found, place: placeOf(location) },
      related: related.map((one) => ({ message: one.message, place: placeOf(one) })),
    })),
    ...{ gas, steps, durationMs },
  };
}

function placeIn(documents: ReadonlyMap<string, Document>, { source, span }: Location): TestPlace {
  const document = documents.get(source);
  const start = { line: span.line, character: 0 };
  return { uri: source, range: document ? rangeOf(document, span) : { start, end: start } };
}

function shownCoverage({ name, lines, routines }: ReturnType<Coverage["report"]>[number]) {
  return {
    uri: name,
    lines,
    routines: routines.map(([routine, { line, hits }]) => ({ name: routine, line, hits })),
  };
}
