/** Reads bytecode, artifacts and sources that are arguments of commands. */

import { withLabels } from "../../assembler/output/labels.ts";
import { tooMuchCode } from "../../artifact/artifact.ts";
import { MAX_CODE_BYTES } from "../../artifact/limits.ts";
import { readBytecode, type BytecodeInput } from "../../artifact/input.ts";
import { releaseDoubt } from "../../artifact/release.ts";
import {
  chooseFunction,
  describeProgram,
  describeCode,
  describeFunction,
  type Contract,
} from "../../disassembler/contract.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import type { TargetName } from "../../isa/table.ts";
import { assemble, type Assembly } from "../../assembler/assemble.ts";
import { sizeOf } from "../../program/program.ts";
import { CommandError, UsageError, unreadable, orUnreadable } from "../command.ts";
import { readInput, STANDARD_INPUT } from "../files/input.ts";
import { isSource, type InputFile } from "./input-file.ts";
import { Projects } from "./project.ts";
import { sourceOptions } from "./source-options.ts";
import { printMessage } from "../files/output.ts";
import { printDiagnostics } from "../reports/diagnostics.ts";
import { readSource } from "./source.ts";
import { printableLine } from "../terminal/text.ts";

export interface ContractChoice {
  /** The function of an artifact that is meant. */
  readonly function?: string | undefined;
  readonly target?: TargetName | undefined;
  /** Whether lines of Noir are interleaved. */
  readonly source?: boolean;
  readonly "allow-outside"?: boolean;
}

/** Reads a file or standard input; its content decides what it is, except that `.bin` is always bytecode. Throws {@link CommandError}. */
export async function readBytecodeArgument(
  file: InputFile,
  hint = isSource(file) ? "; `avmasm build` assembles source text" : "",
): Promise<BytecodeInput> {
  const bytes = orUnreadable(file, await readInput(file.argument));
  const input = readBytecode(bytes, file.name.endsWith(".bin"));
  if ("error" in input) throw unreadable(file, input.error + hint);
  return input;
}

/** Describes the code of such an input. Throws {@link CommandError}. */
export function chooseContract(
  file: InputFile,
  input: BytecodeInput,
  options: ContractChoice,
): { readonly contract: Contract; readonly title: string } {
  if (input.kind === "code") {
    if (options.function !== undefined) {
      throw new UsageError(
        `\`${file.name}\` is bytecode, not an artifact: it has no functions to choose from`,
      );
    }
    return { contract: describeCode(input.bytes, options), title: printableLine(file.name) };
  }
  const { artifact } = input;
  const chosen = chooseFunction(artifact, options.function);
  if ("error" in chosen) throw new CommandError(`\`${file.name}\`: ${chosen.error}; \`--list\` shows them`);
  const doubt = options.target === undefined ? releaseDoubt(artifact.release) : undefined;
  if (doubt !== undefined) printMessage(`\`${file.name}\`: ${doubt}`);
  const contract = orUnreadable(file, describeFunction(artifact, chosen, options));
  return { contract, title: `${chosen.name} of ${artifact.name}` };
}

/** Assembles source text (`.avm`). Returns undefined after reporting its errors. Throws {@link CommandError}. */
async function assembleArgument(
  file: InputFile,
  { target, "allow-outside": allowOutside }: ContractChoice,
): Promise<Assembly | undefined> {
  const source = orUnreadable(file, await readSource(file));
  const assembly = assemble(source, await sourceOptions(file, new Projects({ allowOutside }), { target }));
  if (!hasErrors(assembly.diagnostics)) return assembly;
  printDiagnostics(assembly.diagnostics, assembly.files);
  return undefined;
}

/**
 * Reads a contract from source text, bytecode or an artifact; with source text, its assembly too. Returns undefined after
 * reporting errors in source text. Throws {@link CommandError}.
 */
export async function readContractArgument(
  file: InputFile,
  options: ContractChoice,
): Promise<{ contract: Contract; title: string; assembly?: Assembly } | undefined> {
  if (!isSource(file))
    return chooseContract(file, await readBytecodeArgument(file, mayBeSource(file)), options);
  if (options.function !== undefined) {
    throw new UsageError(
      `\`${file.name}\` is source text, not an artifact: it has no functions to choose from`,
    );
  }
  const assembly = await assembleArgument(file, options);
  if (!assembly) return undefined;
  if (sizeOf(assembly.program) > MAX_CODE_BYTES) throw unreadable(file, tooMuchCode().error);
  return { contract: describeProgram(withLabels(assembly)), title: printableLine(file.name), assembly };
}

/** The hint for standard input that is no bytecode but could be source text. Empty for other inputs. */
export function mayBeSource({ name }: InputFile): string {
  return name === STANDARD_INPUT ? "; of source text say `--stdin-name NAME.avm`" : "";
}
