/** Prepares runs for a debugger without a process of its own, from the texts in the editor. */

import type { LaunchArguments, Message, Prepared } from "../../debugger/launch.ts";
import { messageAtLine, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { knownMessages, LaunchError, orRefuse } from "../../debugger/launch.ts";
import { applySettings, calldataFor } from "../../running/call-settings.ts";
import { KEYS, settingsOf, targetOf, testOf } from "../../running/launch-settings.ts";
import { recordCall, recordTest } from "../../running/recorded-run.ts";
import { runnableAssembly, runnableBytecode, type Runnable } from "../../running/runnable.ts";
import { refusal, Session as World } from "../../running/session.ts";
import { shownFields } from "../../running/values.ts";
import { readWorld } from "../../running/world-file.ts";
import { bytesOfBase64 } from "../../artifact/encodings.ts";
import { checkAssembly } from "../../project/check.ts";
import type { TargetName } from "../../isa/table.ts";
import type { Session } from "../session/session.ts";
import { grouped } from "../../program/grouped.ts";

/** Arguments that a client adds to a launch configuration before it sends it to the server. */
export interface ServerLaunchArguments extends LaunchArguments {
  /** The program's bytes as base64, unless it is a source. */
  readonly content?: string;
  /** The text of the file that `state` names. */
  readonly stateText?: string;
}

/** Prepares the run. Throws a {@link LaunchError} if nothing can be run. */
export function prepareLaunch(session: Session, args: ServerLaunchArguments): Prepared {
  const { program } = args;
  const target = orRefuse(targetOf(args.target));
  const { runnable, messages } =
    args.content === undefined
      ? source(session, program, target)
      : { runnable: code(args, target), messages: [] };
  const refused = refusal(runnable.target);
  if (refused !== undefined) throw new LaunchError(refused);
  const record = args.test === undefined ? call(session, runnable, args) : test(session, runnable, args.test);
  return { record, findMessages: () => knownMessages(messages) };
}

interface Source {
  readonly runnable: Runnable;
  readonly messages: readonly Message[];
}

function source(session: Session, uri: string, target: TargetName | undefined): Source {
  const snapshot = session.snapshot(uri);
  const own = snapshot?.programs(snapshot.document).find(({ files }) => files[0] === snapshot.document);
  const assembly = (own ?? snapshot)?.fullAssembly();
  if (!assembly) throw new LaunchError("the program isn't open in the editor");
  if (target !== undefined && target !== assembly.program.set.target) return sourceFor(session, uri, target);
  const errors = (own ?? snapshot)!
    .allDiagnostics()
    .filter(({ severity }) => severity === "error")
    .map(messageAtLine)
    .join("\n");
  const runnable = runnableAssembly(assembly, uri);
  if ("error" in runnable) throw new LaunchError(`it can't be assembled:\n${errors}`);
  return { runnable, messages: errors === "" ? [] : [{ text: `${errors}\n`, isError: true }] };
}

/** A source for another target than the editor's. */
function sourceFor(session: Session, uri: string, target: TargetName): Source {
  const runnable = session.runnableFor(uri, target);
  const { assembly } = runnable;
  const errors = assembly
    ? checkAssembly(assembly).diagnostics.filter(({ severity }) => severity === "error")
    : [];
  const text = errors.map(messageAtLine).join("\n");
  if ("error" in runnable) throw new LaunchError(`it can't be assembled for ${target}:\n${text}`);
  return { runnable, messages: text === "" ? [] : [{ text: `${text}\n`, isError: true }] };
}

function code(
  { program, content, function: name }: ServerLaunchArguments,
  target: Runnable["target"] | undefined,
) {
  const bytes = bytesOfBase64(content!);
  const runnable =
    "error" in bytes
      ? bytes
      : runnableBytecode(program, bytes, { target, ...(name !== undefined && { functionName: name }) });
  if ("error" in runnable) throw new LaunchError(`\`${program}\` can't be run: ${runnable.error}`);
  return runnable;
}

function call(session: Session, runnable: Runnable, args: ServerLaunchArguments): Prepared["record"] {
  const given = settingsOf(args);
  const { calldata } = orRefuse(calldataFor(runnable, given, KEYS));
  const world = new World(runnable.target);
  if (args.stateText !== undefined) {
    const { program } = args;
    const problems = readWorld(args.stateText, world, {
      described: "the path of a program",
      read: (path) =>
        typeof path === "string"
          ? session.readDeployed(program, runnable.target, args.state ?? program, path)
          : undefined,
    });
    if (problems.length > 0) throw new LaunchError(`\`${args.state ?? "state"}\`: ${problems.join("; ")}`);
  } else if (args.state !== undefined) throw new LaunchError(`\`${args.state}\` can't be read`);
  const problem = applySettings(world, given, KEYS);
  if (problem !== undefined) throw new LaunchError(problem);
  const { address } = world.settings;
  if (!world.placesAt(address)) world.deploy(address, runnable);
  return function* () {
    const found = yield* recordCall(world, calldata, args.static ?? false);
    if ("error" in found) return found;
    const { outcome, brokenTags, ...recorded } = found;
    const { kind, returnData, returnDataSize, failure, gas } = outcome;
    const data = shownFields(returnData, returnDataSize);
    const end = {
      return: `returned ${data}`,
      revert: failure ? world.describeFailure(failure, returnDataSize) : "reverted",
      halt: failure ? `halt[${failure.code}]: ${failure.message}` : "halted",
    }[kind];
    const text = `${end}\ngas: ${grouped(gas.l2)} L2, ${grouped(gas.da)} DA`;
    return { ...recorded, summary: [...brokenTags.map(warning), { text, isError: kind !== "return" }] };
  };
}

function test(session: Session, program: Runnable, name: string): Prepared["record"] {
  const found = orRefuse(testOf(program, name));
  return function* () {
    const run = yield* recordTest(found, {
      program,
      readDeployed: (path, from) => session.readDeployed(program.name, program.target, from, path),
    });
    if ("error" in run) return run;
    const { failures, brokenTags, ...recorded } = run;
    return {
      ...recorded,
      summary: [
        ...brokenTags.map(warning),
        ...(failures.length === 0
          ? [{ text: `the test "${name}" passed`, isError: false }]
          : failures.map(({ message }) => ({ text: message, isError: true }))),
      ],
    };
  };
}

function warning(broken: Diagnostic): Message {
  return { text: `warning: ${messageAtLine(broken)}`, isError: true };
}
