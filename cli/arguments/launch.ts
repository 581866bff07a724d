/** What a launch configuration names, read from files. */

import { parseNumber } from "../../assembler/expressions/literals.ts";
import type { LaunchArguments, Message, Prepared } from "../../debugger/launch.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import { parseTarget } from "../../isa/instruction-set.ts";
import { TARGETS, type TargetName } from "../../isa/table.ts";
import { FIELD_MODULUS } from "../../isa/tags.ts";
import type { Code } from "../../machine/code.ts";
import { World, refusalOf, type Environment } from "../../machine/world.ts";
import { check } from "../../project/check.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import { chooseContract, readBytecodeArgument } from "./contract.ts";
import { Projects } from "./project.ts";
import { sourceOptions } from "./source-options.ts";
import { readSource } from "./source.ts";
import { CommandError } from "../command.ts";
import { renderReport } from "../reports/text.ts";
import { encode } from "../../program/codec.ts";

interface Loaded {
  readonly target: TargetName;
  readonly bytes: Uint8Array;
  readonly assembly?: Assembly;
  readonly messages: readonly Message[];
}

/** Throws a {@link CommandError} if there is nothing that can be run. */
export async function prepareLaunch(args: LaunchArguments): Promise<Prepared> {
  if (typeof args.program !== "string" || args.program === "")
    throw new CommandError("`program` names no file: it is what is debugged");
  const asked = args.target === undefined ? undefined : targetNamed(args.target);
  const { target, bytes, assembly, messages } = isSource(args.program)
    ? await loadSource(args.program, asked)
    : await loadCode(args, asked);
  const refusal = refusalOf(target);
  if (refusal !== undefined) throw new CommandError(refusal);
  const world = new World({ target, environment: environmentOf(args.env ?? {}) });
  const code = world.codeOf(bytes);
  const gas = gasOf(args.gas);
  const sources: (readonly [Code, Assembly])[] = assembly ? [[code, assembly]] : [];
  return {
    world,
    sources,
    messages,
    call: {
      code,
      calldata: calldataOf(args.calldata ?? []),
      isStatic: args.static ?? false,
      ...(args.sender !== undefined && { sender: fieldOf("sender", args.sender) }),
      ...(args.address !== undefined && { address: fieldOf("address", args.address) }),
      ...(gas && { gas }),
    },
  };
}

function isSource(file: string): boolean {
  return file.toLowerCase().endsWith(".avm");
}

async function loadSource(file: string, asked: TargetName | undefined): Promise<Loaded> {
  const source = await readSource(file);
  if ("error" in source) throw new CommandError(`\`${file}\` can't be read: ${source.error}`);
  const options = await sourceOptions(file, new Projects(), { target: asked });
  const { assembly, diagnostics } = check(source, options);
  const sources = new Map(assembly.files.map((found) => [found.name, found]));
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const report = renderReport(errors, sources, (_, text) => text);
  if (hasErrors(assembly.diagnostics)) throw new CommandError(`it can't be assembled:\n${report}`);
  const messages = errors.length > 0 ? [{ text: report, isError: true }] : [];
  const { program } = assembly;
  return { target: program.set.target, bytes: encode(program), assembly, messages };
}

async function loadCode(args: LaunchArguments, target: TargetName | undefined): Promise<Loaded> {
  const input = await readBytecodeArgument(args.program);
  const choice = { ...(args.function !== undefined && { function: args.function }), target };
  const { contract } = chooseContract(args.program, input, choice);
  const { program } = contract.model;
  return { target: program.set.target, bytes: encode(program), messages: [] };
}

function targetNamed(name: string): TargetName {
  const target = parseTarget(name);
  if (!target)
    throw new CommandError(`there is no target \`${name}\`; the targets are ${TARGETS.join(", ")}`);
  return target;
}

function environmentOf(given: Readonly<Record<string, string | number>>): Partial<Environment> {
  const known = Object.keys(new World().environment);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const member = name.toUpperCase();
      if (!known.includes(member)) {
        const suggestion = didYouMean(nearest(member, known));
        throw new CommandError(`\`env\`: there is no \`${name}\` to set${suggestion}`);
      }
      return [member, fieldOf(name, value)];
    }),
  );
}

function calldataOf(given: NonNullable<LaunchArguments["calldata"]>): bigint[] {
  const values = typeof given === "string" ? given.split(",").filter((part) => part.trim() !== "") : given;
  return values.map((value) => fieldOf("calldata", value));
}

/** A number as text or JSON has it; negative ones count from the field's modulus. */
function fieldOf(what: string, value: string | number): bigint {
  const text = String(value).trim();
  const isNegative = text.startsWith("-");
  const number = parseNumber(isNegative ? text.slice(1) : text);
  if (typeof number !== "bigint") throw new CommandError(`\`${what}\`: \`${text}\` is not a number`);
  if (number >= FIELD_MODULUS)
    throw new CommandError(`\`${what}\`: \`${text}\` is no field: it is too large`);
  return isNegative && number > 0n ? FIELD_MODULUS - number : number;
}

function gasOf(given: LaunchArguments["gas"]): { l2?: number; da?: number } | undefined {
  if (given === undefined) return undefined;
  const found = /^(\d{1,10})(?:,(\d{1,10}))?$/.exec(String(given).replaceAll(/[\s_]/g, ""));
  if (!found) throw new CommandError(`\`gas\`: \`${given}\` is neither L2 nor L2,DA gas`);
  return { l2: Number(found[1]), ...(found[2] && { da: Number(found[2]) }) };
}
