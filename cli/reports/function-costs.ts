/** Compares the size and gas of each public function of two contracts. */

import { analyze } from "../../analysis/analyze.ts";
import { gasReport, shownGas, type GasCost } from "../../analysis/reports/gas.ts";
import type { Contract } from "../../disassembler/contract.ts";
import { tableLines } from "../../disassembler/text-table.ts";
import { grouped } from "../../program/grouped.ts";

/** Size and gas of a public function in one contract. The gas includes the routines that it calls, and is null if the function is unreachable. */
export interface FunctionCost {
  /** Size of the code that only this function uses. */
  readonly bytes: number;
  readonly gas: GasCost | null;
}

/** Costs of a function in both contracts; null if the contract doesn't have it. */
export interface FunctionCosts {
  /** The canonical signature. */
  readonly name: string;
  readonly before: FunctionCost | null;
  readonly after: FunctionCost | null;
}

/** The functions whose size or gas differs, in the order of the code; removed functions last. */
export function compareFunctionCosts(before: Contract, after: Contract): FunctionCosts[] {
  const old = costsOf(before);
  const now = costsOf(after);
  return [...new Set([...now.keys(), ...old.keys()])]
    .map((name) => ({ name, before: old.get(name) ?? null, after: now.get(name) ?? null }))
    .filter((costs) => shown(costs.before).join() !== shown(costs.after).join());
}

function costsOf({ program, units }: Contract): Map<string, FunctionCost> {
  const functions = units.filter((unit) => unit.function !== undefined);
  if (functions.length === 0) return new Map();
  const { routines } = gasReport(
    analyze(program),
    functions.map(({ statement }) => statement),
  );
  const gasAt = new Map(routines.map(({ pc, l2, da }) => [pc, { l2, da }]));
  return new Map(
    functions.map((unit) => [
      unit.function!.signature,
      { bytes: unit.size, gas: gasAt.get(program.pcs[unit.statement]) ?? null },
    ]),
  );
}

/** Renders a table; empty if no cost differs. */
export function renderFunctionCosts(costs: readonly FunctionCosts[]): string {
  if (costs.length === 0) return "";
  const head = ["bytes", "L2 gas", "DA gas", "function"];
  const rows = costs.map(({ name, before, after }) => {
    const [old, now] = [shown(before), shown(after)];
    return [...old.map((text, column) => changed(text, now[column])), name];
  });
  return [...tableLines(head, rows), ""].join("\n");
}

/** Bytes, L2 and DA gas as text; a dash if it is missing. */
function shown(cost: FunctionCost | null): readonly [string, string, string] {
  if (!cost) return ["-", "-", "-"];
  const { bytes, gas } = cost;
  return [grouped(bytes), gas ? shownGas(gas.l2) : "-", gas ? shownGas(gas.da) : "-"];
}

function changed(before: string, after: string): string {
  return before === after ? after : `${before} → ${after}`;
}
