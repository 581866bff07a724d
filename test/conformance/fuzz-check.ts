import { analyze, type Analysis } from "../../analysis/analyze.ts";
import { CATALOGUE } from "../../diagnostics/catalogue.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { tagCode } from "../../isa/tags.ts";
import { decode } from "../../program/codec.ts";
import { runOnOracle, type OracleStep } from "./oracle/oracle.ts";

export interface Verdict {
  /** Statements of the analysis that a run contradicts. */
  readonly problems: string[];
  readonly steps: number;
  /** Number of operands whose inferred tags are exactly those met in these runs, and number of all operands met. */
  readonly exact: number;
  readonly slots: number;
  readonly definite: boolean;
  readonly halted: boolean;
}

/** Runs a program on Aztec's AVM with several inputs, and compares the runs with the analysis. */
export async function checkProgram(
  bytecode: Uint8Array,
  inputs: readonly (readonly bigint[])[],
  analysis: Analysis = analyze(decode(instructionSet("v4"), bytecode)),
): Promise<Verdict> {
  const problems: string[] = [];
  const byPc = new Map([...analysis.instructions()].map((instruction) => [instruction.pc, instruction]));
  const definite = new Set(
    analysis.findings
      .filter(({ verdict, code }) => verdict === "definite" && CATALOGUE[code].severity === "error")
      .map(({ pc }) => pc),
  );
  const met = new Map<number, number>();
  let steps = 0;
  let halted = false;
  for (const calldata of inputs) {
    const run = await runOnOracle(bytecode, { calldata, trace: true, l2Gas: 400_000 });
    halted ||= run.outcome === "exceptional";
    for (const step of run.steps ?? []) {
      if (step.depth > 0) continue;
      steps++;
      compare(step);
    }
  }
  let exact = 0;
  for (const [key, tags] of met) {
    const instruction = byPc.get(Math.floor(key / 16))!;
    if (analysis.tagsAt(instruction.index, key % 16) === tags) exact++;
  }
  return {
    problems: [...new Set(problems)],
    steps,
    exact,
    slots: met.size,
    definite: definite.size > 0,
    halted,
  };

  function compare(step: OracleStep): void {
    const { pc, form, operands, error } = step;
    const instruction = byPc.get(pc);
    if (!instruction?.reachable) {
      problems.push(`${pc} ${form} ran, and is called unreachable`);
      return;
    }
    if (error === undefined && definite.has(pc) && !endsBehind(pc))
      problems.push(`${pc} ${form} went well, and is called a definite error`);
    const memory = instruction.form.fields.filter(({ operand }) => operand.kind === "memory");
    operands.forEach(({ address, access, before, after }, k) => {
      const { operand, index } = memory[k];
      const writes = operand.kind === "memory" && operand.access === "write";
      if (error !== undefined && writes) return;
      if (!access.includes(writes ? "w" : "r")) return;
      const tag = 1 << tagCode(writes ? after : before);
      const inferred = analysis.tagsAt(instruction.index, index);
      if ((inferred & tag) === 0)
        problems.push(`${pc} ${form} ${operand.name} is ${writes ? after : before}, which isn't inferred`);
      met.set(pc * 16 + index, (met.get(pc * 16 + index) ?? 0) | tag);
      const cell = analysis.resolve(instruction.index, index);
      const fits =
        cell?.kind === "cell"
          ? cell.address === address
          : cell?.kind === "cells"
            ? cell.addresses.includes(address)
            : cell?.kind === "range"
              ? cell.low <= address && address <= cell.high
              : true;
      if (!fits)
        problems.push(`${pc} ${form} ${operand.name} is at ${address}, not at ${JSON.stringify(cell)}`);
    });
  }

  /** True if the error is about the missing code after the instruction, which itself succeeds. */
  function endsBehind(pc: number): boolean {
    return analysis.findings.some(
      ({ code, pc: at }) =>
        at === pc && ["end-of-code", "jump-out-of-code", "undecodable-code"].includes(code),
    );
  }
}
