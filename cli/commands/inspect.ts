/** `avmasm inspect`: prints functions, selectors, sizes and hashes of a contract before it is published. */

import { declaredArtifactOf } from "../../assembler/output/artifact.ts";
import { readBytecode } from "../../artifact/input.ts";
import { makerOf, releaseDoubt, releaseOfJson } from "../../artifact/release.ts";
import { chooseFunction, describeFunction } from "../../disassembler/contract.ts";
import {
  inspectArtifact,
  inspectCode,
  renderInspection,
  type Inspection,
} from "../../disassembler/inspection.ts";
import type { Unit } from "../../disassembler/naming.ts";
import { DEFAULT_TARGET, type TargetName } from "../../isa/table.ts";
import { encode } from "../../program/codec.ts";
import { mayBeSource, readContractArgument } from "../arguments/contract.ts";
import { inputFiles, isSource, type InputFile } from "../arguments/input-file.ts";
import { STDIN_NAME, TARGET, TEXT_OR_JSON } from "../arguments/options.ts";
import { defineCommand, unreadable, orUnreadable } from "../command.ts";
import { readInput } from "../files/input.ts";
import { print, printMessage } from "../files/output.ts";
import { printable, printableLine } from "../terminal/text.ts";

export const command = defineCommand({
  description: [
    "Prints facts about a contract: its functions with selectors and sizes, the size of its public bytecode and the largest size that can be published, the bytecode commitment, the root of its private functions, the artifact hash and the class id.",
    "FILE is source text (.avm), bytecode, or the artifact of an Aztec contract. Bytecode alone doesn't contain all of these facts. The text leaves missing ones out; the JSON has null.",
  ],
  operands: { name: "FILE", min: 1, max: 1 },
  options: {
    format: TEXT_OR_JSON,
    target: TARGET,
    "stdin-name": STDIN_NAME,
  },
  async run(operands, values) {
    const { format = "text", target } = values;
    const [file] = inputFiles(operands, values);
    const inspected = isSource(file) ? await inspectSource(file, target) : await inspectFile(file, target);
    if (!inspected) return 1;
    const { inspection, title, doubts } = inspected;
    for (const doubt of doubts) printMessage(`\`${file.name}\`: ${doubt}`);
    print(
      format === "json"
        ? `${JSON.stringify(inspection, null, 2)}\n`
        : printable(renderInspection(inspection, title)),
    );
    return 0;
  },
});

interface Inspected {
  readonly inspection: Inspection;
  readonly title: string;
  readonly doubts: readonly string[];
}

async function inspectSource(
  file: InputFile,
  target: TargetName | undefined,
): Promise<Inspected | undefined> {
  const read = await readContractArgument(file, { target });
  if (!read) return undefined;
  const { contract, title, assembly } = read;
  const { program } = contract;
  const artifact = assembly && declaredArtifactOf(assembly);
  if (!artifact) return { inspection: inspectCode(encode(program), program.set.target), title, doubts: [] };
  const doubts: string[] = [];
  const inspection = orUnreadable(
    file,
    inspectArtifact(artifact, program.set.target, contract.units, doubts),
  );
  return { inspection, title, doubts };
}

async function inspectFile(file: InputFile, target: TargetName | undefined): Promise<Inspected> {
  const bytes = orUnreadable(file, await readInput(file.argument));
  const input = readBytecode(bytes, file.name.endsWith(".bin"));
  if ("error" in input) {
    if (input.contract === undefined) throw unreadable(file, input.error + mayBeSource(file));
    return inspectJson(file, input.contract, [], target);
  }
  if (input.kind === "code") {
    const inspection = inspectCode(input.bytes, target ?? DEFAULT_TARGET);
    return { inspection, title: printableLine(file.name), doubts: [] };
  }
  const { artifact } = input;
  const dispatch = chooseFunction(artifact);
  const contract = "error" in dispatch ? undefined : describeFunction(artifact, dispatch, { target });
  if (contract && "error" in contract) throw unreadable(file, contract.error);
  return inspectJson(file, artifact.json, contract?.units ?? [], target);
}

function inspectJson(
  file: InputFile,
  json: unknown,
  units: readonly Unit[],
  target: TargetName | undefined,
): Inspected {
  const release = releaseOfJson(json);
  const doubt = target === undefined ? releaseDoubt(release) : undefined;
  const doubts = doubt === undefined ? [] : [doubt];
  const inspection = orUnreadable(file, inspectArtifact(json, target ?? release.nearest, units, doubts));
  const maker = makerOf(release);
  return {
    inspection,
    title: `${inspection.name ?? "unnamed"}${maker === undefined ? "" : `, ${maker}`}`,
    doubts,
  };
}
