/** What a change costs the public functions of a contract: size and gas of each on both sides. */

import { analyze } from "../../analysis/analyze.ts";
import { gasReport, shownGas, type GasCost } from "../../analysis/reports/gas.ts";
import type { Contract } from "../../disassembler/contract.ts";
import { tableLines } from "../../disassembler/text-table.ts";

/** A public function on one side; its gas has all that it calls, and is null if no run gets there. */
export interface FunctionCost {
  /** Of the code that is this function's alone. */
  readonly bytes: number;
  readonly gas: GasCost | null;
}

/** A function on the two sides; null where it isn't there. */
export interface FunctionCosts {
  /** Its canonical signature. */
  readonly name: string;
  readonly before: FunctionCost | null;
  readonly after: FunctionCost | null;
}

/** The functions of two contracts whose size or gas differs, in the order of the code, those that went last. */
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

/** The table for a person; empty if no function costs anything else than before. */
export function renderFunctionCosts(costs: readonly FunctionCosts[]): string {
  if (costs.length === 0) return "";
  const head = ["bytes", "L2 gas", "DA gas", "function"];
  const rows = costs.map(({ name, before, after }) => {
    const [old, now] = [shown(before), shown(after)];
    return [...old.map((text, column) => changed(text, now[column])), name];
  });
  return [...tableLines(head, rows), ""].join("\n");
}

/** Bytes, L2 and DA gas as text; a dash where there is none. */
function shown(cost: FunctionCost | null): readonly [string, string, string] {
  if (!cost) return ["-", "-", "-"];
  const { bytes, gas } = cost;
  return [bytes.toLocaleString("en"), gas ? shownGas(gas.l2) : "-", gas ? shownGas(gas.da) : "-"];
}

function changed(before: string, after: string): string {
  return before === after ? after : `${before} → ${after}`;
}
