/** Reads the files that a launch configuration names, and prepares the run that the debugger records. */

import { assemble } from "../../assembler/assemble.ts";
import {
  LaunchError,
  knownMessages,
  orRefuse,
  type LaunchArguments,
  type Message,
  type Prepared,
} from "../../debugger/launch.ts";
import { hasErrors, type Diagnostic, messageAtLine } from "../../diagnostics/diagnostic.ts";
import type { AbiType } from "../../artifact/abi-types.ts";
import type { TargetName } from "../../isa/table.ts";
import type { Outcome } from "../../machine/outcome.ts";
import { checkAssembly, checkingAssembly } from "../../project/check.ts";
import { applySettings, calldataFor } from "../../running/call-settings.ts";
import { KEYS, settingsOf, targetOf, testOf } from "../../running/launch-settings.ts";
import { decodedResult } from "../../running/outcome-json.ts";
import { recordCall, recordTest } from "../../running/recorded-run.ts";
import { runnableAssembly, type Runnable } from "../../running/runnable.ts";
import { refusal, Session } from "../../running/session.ts";
import { isStandardInput } from "../files/input.ts";
import { renderOutcome } from "../reports/outcome.ts";
import { renderReport } from "../reports/text.ts";
import type { Style } from "../terminal/style.ts";
import { isDeployed, readState } from "./call.ts";
import { inputFile, isSource } from "./input-file.ts";
import { Projects } from "./project.ts";
import { deployedReader, readRunnable } from "./runnable.ts";
import { sourceOptions } from "./source-options.ts";
import { readSource } from "./source.ts";

const PLAIN: Style = (_, text) => text;

/** Prepares the run. Throws a `CommandError` or {@link LaunchError} if nothing can be run. */
export async function prepareLaunch(args: LaunchArguments): Promise<Prepared> {
  const { program } = args;
  if ([program, args.state].some((name) => name !== undefined && isStandardInput(name)))
    throw new LaunchError("the editor uses standard input, so it can't be a program or a world");
  const projects = new Projects();
  const target = orRefuse(targetOf(args.target));
  const { runnable, findMessages } = isSource(inputFile(program))
    ? await loadSource(program, projects, target)
    : await loadCode(args, projects, target);
  const refused = refusal(runnable.target);
  if (refused !== undefined) throw new LaunchError(refused);
  const prepared =
    args.test === undefined
      ? await prepareCall(args, projects, runnable)
      : await prepareTest(args.test, projects, runnable);
  return { ...prepared, findMessages };
}

interface LoadedProgram extends Pick<Prepared, "findMessages"> {
  readonly runnable: Runnable;
}

async function prepareCall(
  args: LaunchArguments,
  projects: Projects,
  runnable: Runnable,
): Promise<Pick<Prepared, "record">> {
  const given = settingsOf(args);
  const { calldata, returns } = orRefuse(calldataFor(runnable, given, KEYS));
  const session = new Session(runnable.target);
  if (args.state !== undefined) await readState(session, args.state, projects, runnable);
  const problem = applySettings(session, given, KEYS);
  if (problem !== undefined) throw new LaunchError(problem);
  if (!isDeployed(session, runnable)) session.deploy(session.settings.address, runnable);
  return {
    *record() {
      const recorded = yield* recordCall(session, calldata, args.static ?? false);
      if ("error" in recorded) return recorded;
      const { outcome, brokenTags, ...run } = recorded;
      return { ...run, summary: [...warnings(brokenTags, runnable), summaryOf(session, outcome, returns)] };
    },
  };
}

async function prepareTest(
  name: string,
  projects: Projects,
  program: Runnable,
): Promise<Pick<Prepared, "record">> {
  const test = orRefuse(testOf(program, name));
  const readDeployed = deployedReader(program, await projects.of(program.name), program.target);
  return {
    *record() {
      const recorded = yield* recordTest(test, { program, readDeployed });
      if ("error" in recorded) return recorded;
      const { failures, brokenTags, ...run } = recorded;
      const summary = failures.map(({ message, location }) => ({
        text: messageAtLine({ ...location, message }),
        isError: true,
      }));
      return {
        ...run,
        summary: [
          ...warnings(brokenTags, program),
          ...(summary.length > 0 ? summary : [{ text: `the test "${name}" passed`, isError: false }]),
        ],
      };
    },
  };
}

/** Writes that break a declared tag, as `avmasm run` reports them. */
function warnings(brokenTags: readonly Diagnostic[], { assembly }: Runnable): Message[] {
  if (brokenTags.length === 0) return [];
  const sources = new Map(assembly?.files.map((file) => [file.name, file]));
  return [{ text: renderReport(brokenTags, sources, PLAIN).trimEnd(), isError: true }];
}

function summaryOf(session: Session, outcome: Outcome, returns: AbiType | undefined): Message {
  const result = decodedResult(outcome, returns);
  return {
    text: renderOutcome(session, outcome, result, PLAIN).trimEnd(),
    isError: outcome.kind !== "return",
  };
}

async function loadSource(
  file: string,
  projects: Projects,
  target: TargetName | undefined,
): Promise<LoadedProgram> {
  const source = await readSource(inputFile(file));
  if ("error" in source) throw new LaunchError(`\`${file}\` can't be read: ${source.error}`);
  const options = await sourceOptions(inputFile(file), projects, { target });
  const assembly = assemble(source, options);
  const sources = new Map(assembly.files.map((found) => [found.name, found]));
  const reportOf = (diagnostics: readonly Diagnostic[]): string =>
    renderReport(
      diagnostics.filter(({ severity }) => severity === "error"),
      sources,
      PLAIN,
    );
  const runnable = runnableAssembly(assembly, source.name);
  if ("error" in runnable)
    throw new LaunchError(
      `it can't be assembled:\n${reportOf(checkAssembly(assembly, options).diagnostics)}`,
    );
  return {
    runnable,
    *findMessages() {
      const { diagnostics } = yield* checkingAssembly(assembly, options);
      return hasErrors(diagnostics) ? [{ text: reportOf(diagnostics), isError: true }] : [];
    },
  };
}

async function loadCode(
  args: LaunchArguments,
  projects: Projects,
  target: TargetName | undefined,
): Promise<LoadedProgram> {
  const choice = { target, ...(args.function !== undefined && { functionName: args.function }) };
  const runnable = await readRunnable(inputFile(args.program), projects, choice);
  if (!runnable) throw new LaunchError(`\`${args.program}\` can't be run`);
  return { runnable, findMessages: () => knownMessages([]) };
}
