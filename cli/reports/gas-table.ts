/** The gas that tests took: a table, a baseline file, and a comparison with one. */

import { isObject } from "../../artifact/json.ts";
import { tableLines } from "../../disassembler/text-table.ts";
import type { TestedFile } from "./tests.ts";
import { printableLine } from "../terminal/text.ts";
import { grouped } from "../../program/grouped.ts";

/** Gas by file, then by name of the test. */
export type Baseline = Readonly<
  Record<string, Readonly<Record<string, { readonly l2: number; readonly da: number }>>>
>;

export function writeBaseline(tested: readonly TestedFile[]): string {
  const baseline = Object.fromEntries(
    tested.map(({ file, tests }) => [
      file,
      Object.fromEntries(tests.map(({ name, gas: { l2, da } }) => [name, { l2, da }])),
    ]),
  );
  return `${JSON.stringify(baseline, null, 2)}\n`;
}

/** Parses a baseline file. Undefined if the text isn't one. */
export function readBaseline(text: string): Baseline | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isBaseline(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isBaseline(value: unknown): value is Baseline {
  return (
    isObject(value) &&
    Object.values(value).every(
      (tests) =>
        isObject(tests) &&
        Object.values(tests).every(
          (gas) => isObject(gas) && typeof gas.l2 === "number" && typeof gas.da === "number",
        ),
    )
  );
}

/** Renders one row for each test, and with a baseline the change. */
export function gasTable(tested: readonly TestedFile[], baseline: Baseline | undefined): string {
  const header = ["L2 gas", ...(baseline ? ["change"] : []), "DA gas", "steps", "test"];
  const rows = tested.flatMap(({ file, tests }) =>
    tests.map(({ name, gas, steps }) => [
      grouped(gas.l2),
      ...(baseline ? [change(gas.l2, baseline[file]?.[name]?.l2)] : []),
      grouped(gas.da),
      grouped(steps),
      printableLine(`${file}: ${name}`),
    ]),
  );
  if (rows.length === 0) return "";
  return `\n${tableLines(header, rows).join("\n")}\n${baseline ? summary(tested, baseline) : ""}`;
}

function change(now: number, before: number | undefined): string {
  if (before === undefined) return "new";
  if (now === before) return "=";
  const percent =
    before === 0 ? "" : ` (${now > before ? "+" : ""}${((100 * (now - before)) / before).toFixed(1)}%)`;
  return `${now > before ? "+" : "-"}${grouped(Math.abs(now - before))}${percent}`;
}

function summary(tested: readonly TestedFile[], baseline: Baseline): string {
  const changes = tested.flatMap(({ file, tests }) =>
    tests.flatMap(({ name, gas }) => {
      const before = baseline[file]?.[name];
      return before ? [gas.l2 - before.l2] : [];
    }),
  );
  const dearer = changes.filter((by) => by > 0).length;
  const cheaper = changes.filter((by) => by < 0).length;
  return `\n${dearer} dearer, ${cheaper} cheaper than the baseline\n`;
}
