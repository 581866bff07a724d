/** `avmasm run`: runs a program, and tells what comes of it. */

import { dirname, isAbsolute, relative, resolve } from "node:path";
import { decodeFields, encodeArguments, jsonOfValue } from "../../artifact/abi-values.ts";
import type { AbiType, AbiVariable } from "../../artifact/abi-types.ts";
import { DISPATCH } from "../../artifact/contract-functions.ts";
import { parseSignature } from "../../artifact/signature.ts";
import { functionSelector } from "../../artifact/selector.ts";
import type { Outcome } from "../../machine/outcome.ts";
import { setEnvironment } from "../../running/environment.ts";
import { GasProfile } from "../../running/gas-profile.ts";
import { runReport } from "../../running/outcome-json.ts";
import { functionNamed, type Runnable } from "../../running/runnable.ts";
import { Session } from "../../running/session.ts";
import { together, Trace } from "../../running/trace.ts";
import { parseField, parseInteger } from "../../running/values.ts";
import { readWorld, writeWorld } from "../../running/world-file.ts";
import { nameOf } from "../arguments/contract.ts";
import { ALLOW_OUTSIDE, TARGET, TEXT_OR_JSON } from "../arguments/options.ts";
import { Projects } from "../arguments/project.ts";
import { neighbourReader, readRunnable } from "../arguments/runnable.ts";
import { CommandError, UsageError, defineCommand } from "../command.ts";
import { decodeText } from "../files/decode.ts";
import { readInput } from "../files/input.ts";
import { checkOutputs, print, writeOutput } from "../files/output.ts";
import { renderOutcome } from "../reports/outcome.ts";
import { styleFor } from "../terminal/style.ts";
import { printableJson } from "../terminal/text.ts";

export const command = defineCommand({
  description: [
    "Runs FILE on a machine that behaves as Aztec's does, to the last unit of gas, and tells what it returned, or why not and where, what it cost and what it changed. FILE is a source, bytecode, or the artifact of a contract; - is a source on standard input.",
    'The calldata is fields (`--calldata 1,0x2a,-1`), or a function and its arguments: `--call "name(types)"` names one by its signature, `--function NAME` one of an artifact. The arguments stand last, behind `--`, one for each parameter: a number, true, text, or JSON for arrays and structs.',
    "Errors of the checker are printed and keep nothing from running. The exit status is 0 after a return, 1 after a revert or a halt.",
  ],
  operands: { name: "FILE", min: 1, max: 1 },
  rest: "ARG...",
  options: {
    calldata: { type: "string", value: "V,...", summary: "the fields that are passed" },
    call: {
      type: "string",
      value: '"name(types)"',
      summary: "the function that is called, by its signature",
    },
    function: {
      type: "string",
      short: "f",
      value: "NAME",
      summary: "the function of an artifact that is called",
    },
    sender: { type: "string", value: "A", summary: "who calls; 42 by default" },
    address: { type: "string", value: "A", summary: "where the program is deployed; 0x1234 by default" },
    static: { type: "boolean", summary: "in a call that may change nothing" },
    gas: { type: "string", value: "L2[,DA]", summary: "the limits; 6000000,196512 by default" },
    env: { type: "string", value: "NAME=V", multiple: true, summary: "what GETENVVAR gives for a member" },
    state: { type: "string", value: "WORLD.json", summary: "the world before: docs/running.md" },
    "save-state": { type: "string", value: "OUT.json", summary: "write the world as it is afterwards" },
    trace: { type: "string", value: "FILE", summary: "write every step, a JSON object a line" },
    profile: {
      type: "string",
      value: "FILE",
      summary: "write who used the gas: a .cpuprofile, or else folded stacks",
    },
    format: TEXT_OR_JSON,
    target: TARGET,
    "allow-outside": ALLOW_OUTSIDE,
  },
  async run([file], values, args) {
    const { target, trace, profile, format = "text", "save-state": saved } = values;
    const { "allow-outside": allowOutside, function: functionName } = values;
    if (
      values.calldata !== undefined &&
      (args.length > 0 || values.call !== undefined || functionName !== undefined)
    ) {
      throw new UsageError(
        "`--calldata` is all that is passed; with a function, arguments stand behind `--`",
      );
    }
    if (values.call !== undefined && functionName !== undefined) {
      throw new UsageError("`--call` and `--function` both say which function; one of them will do");
    }
    const outputs = [trace, profile, saved].filter((name) => name !== undefined);
    checkOutputs(
      outputs,
      [file, values.state].filter((name) => name !== undefined && name !== "-") as string[],
    );
    const projects = new Projects({ allowOutside });
    const runnable = await readRunnable(file, projects, {
      target,
      ...(functionName !== undefined && { functionName }),
    });
    if (!runnable) return 1;
    const asked = askedFor(runnable, values, args);
    const session = new Session(runnable.target);
    if (values.state !== undefined) await readState(session, values.state, projects, runnable);
    applySettings(session, values);
    const { address } = session.settings;
    if (!isDeployed(session, runnable)) session.deploy(address, runnable);
    const traced: string[] = [];
    const gasProfile = profile === undefined ? undefined : new GasProfile(session);
    const observer = together([
      ...(trace === undefined ? [] : [new Trace(session, (line) => traced.push(line))]),
      ...(gasProfile ? [gasProfile] : []),
    ]);
    const outcome = session.call(asked.calldata, values.static, address, observer);
    const result = resultOf(outcome, asked.returns);
    if (trace !== undefined) await writeOutput(trace, traced.join(""));
    if (profile !== undefined && gasProfile) {
      await writeOutput(
        profile,
        profile.endsWith(".cpuprofile") ? gasProfile.cpuProfile() : gasProfile.foldedStacks(),
      );
    }
    if (saved !== undefined) await writeOutput(saved, writeWorld(session, pathFrom(saved)));
    print(
      format === "json"
        ? `${printableJson(runReport(session, outcome, result), 2)}\n`
        : renderOutcome(session, outcome, result, styleFor("stdout")),
    );
    return outcome.kind === "return" ? 0 : 1;
  },
});

interface Asked {
  readonly calldata: readonly bigint[];
  /** What the function returns; undefined if nothing says it. */
  readonly returns: AbiType | undefined;
}

/** What is passed to the program. Throws {@link CommandError}. */
function askedFor(
  runnable: Runnable,
  {
    calldata,
    call,
    function: name,
  }: { calldata?: string | undefined; call?: string | undefined; function?: string | undefined },
  args: readonly string[],
): Asked {
  if (call !== undefined) {
    const signature = parseSignature(call);
    if ("error" in signature) throw new UsageError(`\`--call\`: ${signature.error}`);
    const fields = encode(`\`${signature.name}\``, signature.parameters, args);
    return {
      calldata: [BigInt(functionSelector(signature.canonical)), ...fields],
      returns: signature.returns ?? returnsOf(runnable, signature.name),
    };
  }
  if (name !== undefined) return functionCall(runnable, name, args);
  if (args.length > 0) {
    throw new UsageError(
      "arguments behind `--` need `--call` or `--function`; fields are given with `--calldata`",
    );
  }
  return { calldata: calldata === undefined ? [] : fieldsOf("--calldata", calldata), returns: undefined };
}

function functionCall({ artifact, name: file }: Runnable, name: string, args: readonly string[]): Asked {
  if (!artifact) {
    throw new UsageError(
      `\`${nameOf(file)}\` is no artifact: \`--call "name(types)"\` names a function by its signature`,
    );
  }
  if (name === DISPATCH) return { calldata: args.map((text) => fieldOf("--", text)), returns: undefined };
  const found = functionNamed(artifact, name);
  if ("error" in found) throw new CommandError(`\`${nameOf(file)}\`: ${found.error}`);
  if (!found.parameters || found.selector === undefined) {
    throw new CommandError(
      `\`${name}\` has a parameter of a type that isn't known; \`--calldata\` passes fields`,
    );
  }
  const fields = encode(`\`${name}\``, found.parameters, args);
  const hasOwnCode = artifact.functions.some((candidate) => candidate.name === name);
  const isDispatched = artifact.functions.some((candidate) => candidate.name === DISPATCH) && !hasOwnCode;
  return {
    calldata: isDispatched ? [BigInt(found.selector), ...fields] : fields,
    returns: found.returnTypes?.at(0),
  };
}

/** What an artifact says that a function returns. */
function returnsOf({ artifact }: Runnable, name: string): AbiType | undefined {
  const found = artifact && functionNamed(artifact, name);
  return found && !("error" in found) ? found.returnTypes?.at(0) : undefined;
}

function encode(what: string, parameters: readonly AbiVariable[], args: readonly string[]): bigint[] {
  const fields = encodeArguments(parameters, args);
  if ("error" in fields) throw new UsageError(`${what}: ${fields.error}`);
  return fields;
}

/** What was returned, for JSON. */
function resultOf({ kind, returnData }: Outcome, returns: AbiType | undefined): unknown {
  if (kind !== "return" || !returns) return undefined;
  const value = decodeFields(returns, returnData);
  return value === undefined ? undefined : jsonOfValue(value);
}

function fieldsOf(option: string, text: string): bigint[] {
  return text.split(",").map((part) => fieldOf(option, part));
}

function fieldOf(option: string, text: string): bigint {
  const field = parseField(text);
  if (typeof field === "bigint") return field;
  throw new UsageError(`\`${option}\`: ${field.error}`);
}

/** What the command line says of the surroundings, over what the world's file says. */
function applySettings(
  { world, settings }: Session,
  values: {
    sender?: string | undefined;
    address?: string | undefined;
    gas?: string | undefined;
    env?: readonly string[] | undefined;
  },
): void {
  for (const given of values.env?.flatMap((text) => text.split(",")) ?? []) {
    const [name, text] = splitOnce(given, "=");
    if (text === undefined)
      throw new UsageError(`\`--env\` takes a member and its value: \`--env SENDER=42\`; found \`${given}\``);
    const value = parseInteger(text);
    if (value === undefined) throw new UsageError(`\`--env ${name}\`: \`${text}\` is not a number`);
    const problem = setEnvironment(world, settings, name, value);
    if (problem !== undefined) throw new UsageError(`\`--env\`: ${problem}`);
  }
  if (values.sender !== undefined) settings.sender = fieldOf("--sender", values.sender);
  if (values.address !== undefined) settings.address = fieldOf("--address", values.address);
  if (values.gas !== undefined) settings.gas = gasOf(values.gas, settings.gas);
}

const MAX_GAS = 0xffff_ffffn;

function gasOf(text: string, known: { l2: number; da: number }): { l2: number; da: number } {
  const parts = text.split(",").map((part) => parseInteger(part));
  if (parts.length > 2 || parts.some((part) => part === undefined || part < 0n || part > MAX_GAS)) {
    throw new UsageError(
      `\`--gas\` takes one limit or two, from 0 to ${MAX_GAS}: \`--gas 6000000,196512\`; found \`${text}\``,
    );
  }
  const [l2, da] = parts as bigint[];
  return { l2: Number(l2), da: parts.length > 1 ? Number(da) : known.da };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

async function readState(session: Session, file: string, projects: Projects, main: Runnable): Promise<void> {
  const bytes = await readInput(file);
  const text = "error" in bytes ? bytes : decodeText(bytes);
  if (typeof text !== "string") throw new CommandError(`\`${file}\` can't be read: ${text.error}`);
  const project = await projects.of(file);
  const read = neighbourReader(file, project, session.world.target);
  const problems = await readWorld(text, session, (path) =>
    Promise.resolve(isSame(resolve(dirname(file), path), main.name) ? main : read(path, file)),
  );
  if (problems.length > 0) throw new CommandError(`\`${file}\`: ${problems.join("; ")}`);
}

function isSame(path: string, name: string): boolean {
  return name !== "-" && resolve(name) === path;
}

function isDeployed(session: Session, runnable: Runnable): boolean {
  return session.placesAt(session.settings.address)?.runnable === runnable;
}

/** How a world's file names a program: from its own folder. */
function pathFrom(file: string): (name: string) => string {
  const folder = file === "-" ? "." : dirname(file);
  return (name) => (isAbsolute(name) ? name : relative(folder, name) || name);
}
