/** What a launch configuration names, read from files. */

import type { Assembly } from "../../assembler/assemble.ts";
import { callOf, targetOf, worldOf } from "../../debugger/call-arguments.ts";
import type { LaunchArguments, Message, Prepared } from "../../debugger/launch.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import type { TargetName } from "../../isa/table.ts";
import type { Code } from "../../machine/code.ts";
import { encode } from "../../program/codec.ts";
import { check } from "../../project/check.ts";
import { CommandError } from "../command.ts";
import { renderReport } from "../reports/text.ts";
import { chooseContract, isSource, readBytecodeArgument } from "./contract.ts";
import { Projects } from "./project.ts";
import { sourceOptions } from "./source-options.ts";
import { readSource } from "./source.ts";

interface Loaded {
  readonly target: TargetName;
  readonly bytes: Uint8Array;
  readonly assembly?: Assembly;
  readonly messages: readonly Message[];
}

/** Throws a {@link CommandError} or {@link LaunchError} if there is nothing that can be run. */
export async function prepareLaunch(args: LaunchArguments): Promise<Prepared> {
  if (typeof args.program !== "string" || args.program === "")
    throw new CommandError("`program` names no file: it is what is debugged");
  const asked = targetOf(args);
  const { target, bytes, assembly, messages } = isSource(args.program)
    ? await loadSource(args.program, asked)
    : await loadCode(args, asked);
  const world = worldOf(args, target);
  const code = world.codeOf(bytes);
  const sources: (readonly [Code, Assembly])[] = assembly ? [[code, assembly]] : [];
  return { world, sources, messages, call: { ...callOf(args), code } };
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
