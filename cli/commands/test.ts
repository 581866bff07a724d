/** `avmasm test`: runs the `.test` blocks of sources. */

import { existsSync } from "node:fs";
import { checkAssembly, check } from "../../project/check.ts";
import { Coverage } from "../../running/coverage.ts";
import { runnableAssembly } from "../../running/runnable.ts";
import { refusal } from "../../running/session.ts";
import { StepBudget } from "../../running/step-budget.ts";
import type { TestResult } from "../../running/test-run.ts";
import { runSuite } from "../../running/test-suite.ts";
import { namesOf, type InputFile } from "../arguments/input-file.ts";
import { ALLOW_OUTSIDE, STDIN_NAME, TARGET } from "../arguments/options.ts";
import { Projects } from "../arguments/project.ts";
import { deployedReader } from "../arguments/runnable.ts";
import { readSource } from "../arguments/source.ts";
import { sourceOptions } from "../arguments/source-options.ts";
import { testFiles } from "../arguments/source-files.ts";
import { UsageError, defineCommand, unreadable } from "../command.ts";
import { checkOutputs, print, printError, writeOutput } from "../files/output.ts";
import { printDiagnostics } from "../reports/diagnostics.ts";
import { gasTable, readBaseline, writeBaseline, type Baseline } from "../reports/gas-table.ts";
import { reportTests, TEST_FORMATS, type NotTested, type TestedFile } from "../reports/tests.ts";
import { styleFor } from "../terminal/style.ts";
import { printable } from "../terminal/text.ts";
import { readTextFile } from "../arguments/text-file.ts";

export const command = defineCommand({
  description: [
    'Runs the tests in each FILE, and in the sources of each FOLDER that have tests. A test is the lines from `.test "name"` to `.endtest`. Each test runs in its own world.',
    "Every run is also compared with the tags that the checker infers. If a cell has a tag that wasn't inferred, the test fails. Errors of the checker are printed, but the tests run anyway.",
    "The exit status is 0 if all tests passed, 1 if one failed, if a file has errors, or if there is no test.",
  ],
  operands: { name: "FILE|FOLDER", min: 1, max: Infinity },
  options: {
    filter: { type: "string", value: "TEXT", summary: "run only tests whose name contains TEXT" },
    format: { type: "string", choices: TEST_FORMATS, summary: "the format of the results; text by default" },
    coverage: {
      type: "string",
      value: "lcov.info",
      summary: "write the coverage: which lines the tests ran",
    },
    gas: { type: "boolean", summary: "print the gas of each test" },
    "gas-baseline": {
      type: "string",
      value: "FILE",
      summary: "compare the gas with FILE; write FILE if it doesn't exist",
    },
    "max-steps": {
      type: "string",
      value: "N",
      summary: "how many instructions all tests may run together",
    },
    target: TARGET,
    "stdin-name": STDIN_NAME,
    "allow-outside": ALLOW_OUTSIDE,
  },
  async run(operands, values) {
    const { filter, format = "text", coverage, gas, "gas-baseline": baselineFile } = values;
    const files = testFiles(operands, values, [baselineFile]);
    checkOutputs(
      [coverage, baselineFile].filter((name) => name !== undefined),
      namesOf(files),
    );
    const baseline = baselineFile === undefined ? undefined : await readBaselineFile(baselineFile);
    const projects = new Projects({ allowOutside: values["allow-outside"] });
    const covered = coverage === undefined ? undefined : new Coverage();
    const tested: TestedFile[] = [];
    const notTested: NotTested[] = [];
    const budget = new StepBudget(readSteps(values["max-steps"]));
    for (const file of files) {
      const result = await testFile(file, projects, { target: values.target, filter, covered, budget });
      if ("message" in result) notTested.push(result);
      else if (result.tests.length > 0) tested.push(result);
    }
    const style = styleFor("stdout");
    print(reportTests(format, { tested, notTested }, style));
    if (gas || baselineFile !== undefined) {
      const table = gasTable(tested, baseline);
      if (format === "text") print(table);
      else printError(table);
    }
    if (coverage !== undefined && covered) await writeOutput(coverage, covered.lcov());
    if (baselineFile !== undefined && !baseline) await writeOutput(baselineFile, writeBaseline(tested));
    const all = tested.flatMap(({ tests }) => tests);
    if (all.length === 0 && notTested.length === 0) printError(noTests(files, filter));
    if (notTested.some(({ errors }) => errors.length === 0)) return 2;
    const isGreen = all.length > 0 && notTested.length === 0;
    return isGreen && all.every(({ failures }) => failures.length === 0) ? 0 : 1;
  },
});

function noTests(files: readonly InputFile[], filter: string | undefined): string {
  if (filter !== undefined) return printable(`avmasm: no test has \`${filter}\` in its name\n`);
  return files.length === 1
    ? printable(`avmasm: \`${files[0].name}\` has no tests\n`)
    : "avmasm: there are no tests in these files\n";
}

async function readBaselineFile(file: string): Promise<Baseline | undefined> {
  if (!existsSync(file)) return undefined;
  const baseline = readBaseline(await readTextFile(file));
  if (baseline) return baseline;
  throw unreadable({ name: file }, "it isn't what `--gas-baseline` writes");
}

interface Choice {
  readonly target: Parameters<typeof sourceOptions>[2]["target"];
  readonly filter: string | undefined;
  readonly covered: Coverage | undefined;
  readonly budget: StepBudget;
}

/** Runs the tests of a file, or prints why they can't run. Throws {@link CommandError}. */
async function testFile(
  file: InputFile,
  projects: Projects,
  { target, filter, covered, budget }: Choice,
): Promise<TestedFile | NotTested> {
  const source = await readSource(file);
  if ("error" in source) return refused(file, `can't be read: ${source.error}`);
  const checked = check(source, await sourceOptions(file, projects, { target }));
  const { assembly, diagnostics, analysis } = checked;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const warnings = diagnostics.filter(({ code }) => code === "test-without-call");
  printDiagnostics([...errors, ...warnings], assembly.files);
  const program = runnableAssembly(assembly, source.name);
  if ("error" in program) return { file: file.name, message: program.error, errors };
  const sources = new Map(assembly.files.map((parsed) => [parsed.name, parsed]));
  // Tests in an included file run when that file itself is tested.
  const own = assembly.tests.filter(({ location }) => location.source === source.name);
  const chosen = own.filter(
    ({ name }) => filter === undefined || name.toLowerCase().includes(filter.toLowerCase()),
  );
  if (chosen.length === 0) return { file: file.name, sources, tests: [] };
  const reason = refusal(program.target);
  if (reason !== undefined) return refused(file, `can't be tested: ${reason}`);
  const project = await projects.of(file.name);
  budget.addTests(chosen.length, project);
  const readDeployed = deployedReader(file, project, program.target);
  const suite = runSuite({
    ...{ tests: chosen, program, readDeployed, coverage: covered, budget, now: milliseconds },
    analysis: analysis ?? checkAssembly(assembly).analysis!,
  });
  const tests: TestResult[] = [];
  let next = suite.next();
  for (; !next.done; next = suite.next()) if (next.value) tests.push(next.value);
  const { programs, brokenTags } = next.value;
  printDiagnostics(brokenTags, assembly.files);
  for (const runnable of programs) {
    if (runnable === program) continue;
    for (const parsed of runnable.assembly?.files ?? []) sources.set(parsed.name, parsed);
  }
  return { file: file.name, sources, tests };
}

function refused({ name: file }: InputFile, message: string): NotTested {
  printError(printable(`avmasm: \`${file}\` ${message}\n`));
  return { file, message, errors: [] };
}

function readSteps(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const steps = /^[0-9][0-9_]*$/.test(text) ? Number(text.replaceAll("_", "")) : NaN;
  if (Number.isSafeInteger(steps) && steps > 0) return steps;
  throw new UsageError(`\`--max-steps\` takes a number of instructions, at least 1; found \`${text}\``);
}

/** A clock, in milliseconds. To load `performance` would take longer than most tests. */
function milliseconds(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
