/** `run`: calls a program and returns the outcome. */

import { callByName, callBySignature, type CallData } from "../running/call-data.ts";
import { watchDeclaredTags } from "../running/declared-tags.ts";
import { setEnvironment } from "../running/environment.ts";
import { decodedValue, runReport, type RunReport } from "../running/outcome-json.ts";
import type { Runnable } from "../running/runnable.ts";
import { refusal, Session } from "../running/session.ts";
import { together, Trace, type TracedStep } from "../running/trace.ts";
import { readParsedWorld, worldOf } from "../running/world-file.ts";
import { InputError } from "./errors.ts";
import { checkOptions, fieldOf, SOURCE_OPTIONS, type OptionKinds } from "./options.ts";
import { ProgramReader } from "./programs.ts";
import { diagnosticsOf } from "./sources.ts";
import type { Outcome, ProgramLike, RunOptions, StackFrame, Step, World } from "./types.ts";
import { effectsByKind } from "../running/effects.ts";

const RUN_OPTIONS: OptionKinds<RunOptions> = {
  ...SOURCE_OPTIONS,
  calldata: "array",
  function: "string",
  call: "string",
  args: "array",
  sender: "field",
  address: "field",
  static: "boolean",
  gas: "object",
  env: "object",
  world: "object",
  onStep: "function",
};

/** The AVM holds the remaining gas in a u32. */
const MAX_GAS = 0xffff_ffff;

export function runProgram(program: ProgramLike, options: RunOptions): Outcome {
  checkOptions("run", options, RUN_OPTIONS);
  const { target, function: functionName, onStep } = options;
  const programs = new ProgramReader(options, {
    target,
    ...(functionName !== undefined && { functionName }),
  });
  const runnable = programs.readMain("run", program);
  if ("error" in runnable) throw new InputError(`run: the program can't be read: ${runnable.error}`);
  const refused = refusal(runnable.target);
  if (refused !== undefined) throw new InputError(`run: ${refused}`);
  const { calldata, returns } = callOf(runnable, options);
  const session = new Session(runnable.target);
  if (options.world) applyWorld(session, options.world, programs);
  applySettings(session, options);
  const { address } = session.settings;
  const isDeployed = session.placesAt(address)?.runnable === runnable;
  if (!isDeployed) session.deploy(address, runnable);
  const trace = onStep && new Trace(session, (step) => onStep(stepOf(step)));
  const declared = watchDeclaredTags(runnable, (code) => session.runnableOf(code) === runnable);
  const observer = together([...(declared ? [declared] : []), ...(trace ? [trace] : [])]);
  const outcome = session.call(calldata, options.static ?? false, address, observer);
  if ("error" in outcome) throw new InputError(`run: ${outcome.error}`);
  const { debugLogs, halt, revert, gas, steps } = runReport(session, outcome);
  const result = decodedValue(outcome, returns);
  return {
    target: runnable.target,
    outcome: outcome.kind,
    returnData: outcome.returnData,
    returnDataSize: outcome.returnDataSize,
    ...(result !== undefined && { result }),
    gas,
    steps,
    debugLogs: debugLogs.map((log) => ({ ...log, fields: log.fields.map(BigInt) })),
    ...(halt && { halt: { ...halt, stack: framesOf(halt) } }),
    ...(revert && { revert: { ...revert, stack: framesOf(revert) } }),
    effects: effectsByKind(outcome.effects, (value) => value),
    warnings: diagnosticsOf(declared?.take() ?? []),
    world: worldOf(session, (one) => programs.programOf(one)),
  };
}

function callOf(runnable: Runnable, { calldata, call, args, function: name }: RunOptions): CallData {
  if (call === undefined && name === undefined) {
    if (args !== undefined) throw new TypeError("run: `args` are those of a `function` or `call`");
    const fields = (calldata ?? []).map((value, index) => fieldOf("run", `calldata[${index}]`, value));
    return { calldata: fields, returns: undefined };
  }
  if (call !== undefined && name !== undefined)
    throw new TypeError("run: `call` and `function` both name the function; give only one of them");
  if (calldata !== undefined)
    throw new TypeError("run: `calldata` is all that is passed; a function takes `args`");
  const values = { values: args ?? [] };
  const found =
    call === undefined ? callByName(runnable, name!, values) : callBySignature(runnable, call, values);
  if (!("error" in found)) return found;
  throw found.isUsage ? new TypeError(`run: ${found.error}`) : new InputError(`run: ${found.error}`);
}

function applyWorld(session: Session, world: World, programs: ProgramReader): void {
  const problems = readParsedWorld(world as Readonly<Record<string, unknown>>, session, {
    described: "a program",
    read: (value) => programs.read(value),
  });
  if (problems.length > 0) throw new InputError(`run: \`world\`: ${problems.join("; ")}`);
}

function applySettings({ world, settings }: Session, { env = {}, sender, address, gas }: RunOptions): void {
  for (const [name, value] of Object.entries(env)) {
    const problem = setEnvironment(world, settings, name, fieldOf("run", `env.${name}`, value));
    if (problem !== undefined) throw new TypeError(`run: \`env\`: ${problem}`);
  }
  if (sender !== undefined) settings.sender = fieldOf("run", "sender", sender);
  if (address !== undefined) settings.address = fieldOf("run", "address", address);
  if (!gas) return;
  checkOptions("run: gas", gas, { l2: "field", da: "field" });
  settings.gas = {
    l2: limitOf("l2", gas.l2 ?? settings.gas.l2),
    da: limitOf("da", gas.da ?? settings.gas.da),
  };
}

function limitOf(kind: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= MAX_GAS) return value;
  throw new TypeError(`run: \`gas.${kind}\` is a number from 0 to ${MAX_GAS}, found ${String(value)}`);
}

function framesOf({ stack }: NonNullable<RunReport["halt"] | RunReport["revert"]>): StackFrame[] {
  return stack.map((frame) => ({ ...frame, address: BigInt(frame.address) }));
}

function stepOf(step: TracedStep): Step {
  return { ...step, file: step.file ?? null, line: step.line ?? null };
}
