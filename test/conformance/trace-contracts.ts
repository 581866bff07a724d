import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { readBytecode } from "../../artifact/input.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import type { TargetName } from "../../isa/table.ts";
import { tagCode, type Tag, type TagSet } from "../../isa/tags.ts";
import type { Analysis } from "../../analysis/analyze.ts";
import { decode } from "../../program/codec.ts";
import type { Program } from "../../program/program.ts";
import { artifactsOf } from "./corpus-packages.ts";

/** `test/fixtures/traces/*.json`; `test/fixtures/README.md` explains the fields. */
export interface Trace {
  readonly contract: string;
  readonly target: TargetName;
  readonly package: string;
  readonly artifact: string;
  readonly function: string;
  readonly size: number;
  readonly sha256: string;
  readonly pcs: Tags;
}

/** The tags met, by pc: the wire form and its memory operands in wire order. */
export type Tags = Readonly<Record<string, readonly [form: string, ...operands: OperandTags[]]>>;

interface OperandTags {
  readonly before?: readonly Tag[];
  readonly after?: readonly Tag[];
}

const folder = path.resolve(import.meta.dirname, "../fixtures/traces");

export function traces(): Trace[] {
  return readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Trace);
}

/** Loads the program that was traced. The first call fetches its package. */
export async function programOf(trace: Trace): Promise<Program> {
  const [, name, version] = /^(@?[^@]+)@(.+)$/.exec(trace.package)!;
  const files = await artifactsOf({ name, version, target: trace.target });
  const file = files.find((one) => one.file === path.basename(trace.artifact));
  if (!file) throw new Error(`${trace.package} has no ${trace.artifact}`);
  const input = readBytecode(await file.bytes());
  if ("error" in input || input.kind !== "artifact") throw new Error(`${trace.artifact} is no artifact`);
  const entry = input.artifact.functions.find((one) => one.name === trace.function);
  if (!entry) throw new Error(`${trace.artifact} has no function ${trace.function}`);
  const code = entry.bytecode();
  if ("error" in code) throw new Error(code.error);
  const digest = createHash("sha256").update(code).digest("hex");
  if (digest !== trace.sha256) throw new Error(`${trace.artifact} isn't the one that was traced`);
  return decode(instructionSet(trace.target), code);
}

export interface Comparison {
  /** Number of operands that were read or written. */
  slots: number;
  /** Number of operands whose inferred tags are exactly those met. */
  exact: number;
  /** Instructions that ran but are inferred as unreachable. */
  unreached: string[];
  /** Tags that were met but not inferred. */
  missing: string[];
  /** Operands for which more tags are inferred than were met. */
  wide: string[];
}

/** Compares the tags that were met with the inferred ones: before the instruction for a read, after it for a write. */
export function compareTags(analysis: Analysis, met: Tags): Comparison {
  const result: Comparison = { slots: 0, exact: 0, unreached: [], missing: [], wide: [] };
  const byPc = new Map([...analysis.instructions()].map((instruction) => [instruction.pc, instruction]));
  for (const [pc, [form, ...operands]] of Object.entries(met)) {
    const instruction = byPc.get(Number(pc));
    if (!instruction?.reachable) {
      result.unreached.push(`${pc} ${form}`);
      continue;
    }
    const memory = instruction.form.fields.filter(({ operand }) => operand.kind === "memory");
    memory.forEach(({ operand, index }, k) => {
      const writes = operand.kind === "memory" && operand.access === "write";
      // The recording has no operands for an instruction that halted.
      const recorded = operands.at(k);
      const tags = writes ? recorded?.after : recorded?.before;
      if (!tags) return;
      const inferred: TagSet = analysis.tagsAt(instruction.index, index);
      const wanted = tags.reduce((set, tag) => set | (1 << tagCode(tag)), 0);
      result.slots++;
      if (wanted === inferred) result.exact++;
      const text = `${pc} ${form} ${operand.name}: met ${tags.join()}`;
      if (wanted & ~inferred) result.missing.push(text);
      else if (wanted !== inferred) result.wide.push(text);
    });
  }
  return result;
}
