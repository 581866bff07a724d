/** Reads the files that a launch configuration names, and prepares the run that the debugger records. */

import { setImmediate } from "node:timers/promises";
import { assemble } from "../../assembler/assemble.ts";
import { LaunchError, type LaunchArguments, type Message, type Prepared } from "../../debugger/launch.ts";
import { hasErrors, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import { parseTarget } from "../../isa/instruction-set.ts";
import { TARGETS, type TargetName } from "../../isa/table.ts";
import type { Outcome } from "../../machine/outcome.ts";
import { assemblyDiagnostics, checkingAssembly } from "../../project/check.ts";
import { runSlice, type Paused } from "../../program/cooperative.ts";
import { recordCall, recordTest } from "../../running/recorded-run.ts";
import { runnableAssembly, type Runnable } from "../../running/runnable.ts";
import { refusal, Session } from "../../running/session.ts";
import { isStandardInput } from "../files/input.ts";
import { renderOutcome } from "../reports/outcome.ts";
import { renderReport } from "../reports/text.ts";
import type { Style } from "../terminal/style.ts";
import { applySettings, askedFor, isDeployed, readState } from "./call.ts";
import { inputFile, isSource } from "./input-file.ts";
import { Projects } from "./project.ts";
import { neighbourReader, readRunnable } from "./runnable.ts";
import { sourceOptions } from "./source-options.ts";
import { readSource } from "./source.ts";

const PLAIN: Style = (_, text) => text;

/** Prepares the run. Throws a `CommandError` or {@link LaunchError} if nothing can be run. */
export async function prepareLaunch(args: LaunchArguments): Promise<Prepared> {
  const { program } = args;
  if (typeof program !== "string" || program === "")
    throw new LaunchError("`program` names no file: it is what is debugged");
  if ([program, args.state].some((name) => name !== undefined && isStandardInput(name)))
    throw new LaunchError("standard input is the editor's: it is no program, and no world");
  const projects = new Projects();
  const target = targetOf(args);
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
  const values = valuesOf(args);
  const asked = askedFor(runnable, values, (args.args ?? []).map(textOf));
  const session = new Session(runnable.target);
  if (args.state !== undefined) await readState(session, args.state, projects, runnable);
  applySettings(session, values);
  if (!isDeployed(session, runnable)) session.deploy(session.settings.address, runnable);
  return {
    record: () => {
      const { outcome, brokenTags, ...recorded } = recordCall(session, asked.calldata, args.static ?? false);
      return { ...recorded, summary: [...warnings(brokenTags, runnable), summaryOf(session, outcome)] };
    },
  };
}

async function prepareTest(
  name: string,
  projects: Projects,
  program: Runnable,
): Promise<Pick<Prepared, "record">> {
  const tests = program.assembly?.tests ?? [];
  const test = tests.find((one) => one.name === name);
  if (!test) {
    const suggestion = didYouMean(
      nearest(
        name,
        tests.map((one) => one.name),
      ),
    );
    throw new LaunchError(`\`${program.name}\` has no test \`${name}\`${suggestion}`);
  }
  const neighbour = neighbourReader(program.name, await projects.of(program.name), program.target);
  return {
    record: () => {
      const { failures, brokenTags, ...recorded } = recordTest(test, { program, neighbour });
      const summary = failures.map(({ message, location }) => ({
        text: `${location.source}:${location.span.line + 1}: ${message}`,
        isError: true,
      }));
      return {
        ...recorded,
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

function summaryOf(session: Session, outcome: Outcome): Message {
  return {
    text: renderOutcome(session, outcome, undefined, PLAIN).trimEnd(),
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
  if ("error" in runnable || hasErrors(assembly.diagnostics))
    throw new LaunchError(`it can't be assembled:\n${reportOf(assemblyDiagnostics(assembly, options))}`);
  return {
    runnable,
    findMessages: async () => {
      const { diagnostics } = await inTurns(checkingAssembly(assembly, options));
      return hasErrors(diagnostics) ? [{ text: reportOf(diagnostics), isError: true }] : [];
    },
  };
}

/** Does work while the debugger goes on answering the editor: its requests are read between two slices of the work. */
async function inTurns<Result>(work: Paused<Result>): Promise<Result> {
  let ended = runSlice(work);
  for (; !ended; ended = runSlice(work)) await setImmediate();
  return ended.result;
}

async function loadCode(
  args: LaunchArguments,
  projects: Projects,
  target: TargetName | undefined,
): Promise<LoadedProgram> {
  const choice = { target, ...(args.function !== undefined && { functionName: args.function }) };
  const runnable = await readRunnable(inputFile(args.program), projects, choice);
  if (!runnable) throw new LaunchError(`\`${args.program}\` can't be run`);
  return { runnable, findMessages: () => Promise.resolve([]) };
}

function targetOf({ target }: LaunchArguments): TargetName | undefined {
  const named = target === undefined ? undefined : parseTarget(target);
  if (target !== undefined && !named)
    throw new LaunchError(`there is no target \`${target}\`; the targets are ${TARGETS.join(", ")}`);
  return named;
}

/** The configuration as options of `avmasm run`. */
function valuesOf({ calldata, sender, address, gas, env, function: name }: LaunchArguments) {
  const fields = typeof calldata === "string" ? calldata : calldata?.map(textOf).join(",");
  return {
    ...(fields !== undefined && fields.trim() !== "" && { calldata: fields }),
    ...(sender !== undefined && { sender: textOf(sender) }),
    ...(address !== undefined && { address: textOf(address) }),
    ...(gas !== undefined && { gas: textOf(gas) }),
    ...(env && { env: Object.entries(env).map(([member, value]) => `${member}=${value}`) }),
    ...(name !== undefined && { function: name }),
  };
}

/** An argument as the command line takes it: strings unchanged, everything else as JSON. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
