/** Measures the parts of a program, against the size limit of a published contract. */

import { BYTES_PER_FIELD, MAX_BYTECODE_BYTES, MAX_BYTECODE_FIELDS } from "../isa/limits.ts";
import type { TargetName } from "../isa/table.ts";
import { sizeOf } from "../program/program.ts";
import { fieldsOf } from "../artifact/artifact.ts";
import type { Contract } from "./contract.ts";
import { tableLines } from "./text-table.ts";
import type { LabelledProgram } from "./labelled-program.ts";
import { grouped } from "../program/grouped.ts";

export interface SizeReport {
  readonly target: TargetName;
  readonly bytes: number;
  /** Number of field elements that are published. */
  readonly fields: number;
  readonly limit: { readonly bytes: number; readonly fields: number };
  /** Largest first. Together they cover all of the code. */
  readonly parts: readonly SizePart[];
}

export interface SizePart {
  readonly name: string;
  readonly kind: "start" | "function" | "routine" | "trap" | "label";
  /** Byte offset of its first statement. */
  readonly pc: number;
  readonly bytes: number;
  /** Number of field elements that its bytes fill, rounded to two decimal places. */
  readonly fields: number;
}

/** Measures a contract's functions and routines. */
export function measureContract({ program, units }: Contract): SizeReport {
  return report(
    program.set.target,
    sizeOf(program),
    units.map(({ name, kind, statement, size, function: contractFunction }) =>
      part(contractFunction?.signature ?? name, kind, program.pcs[statement], size),
    ),
  );
}

/** Measures the code between the global labels of a program. A declared function has its signature as name. */
export function measureProgram({ program, labels, functions }: LabelledProgram): SizeReport {
  const names = new Map<number, string>([[0, "start"]]);
  for (const { name, statement } of labels) {
    // If several labels are at one place, the last one names the code.
    if (!name.includes(".")) names.set(program.pcs[statement], name);
  }
  const signatures = new Map([...functions].map(([at, { signature }]) => [program.pcs[at], signature]));
  for (const [pc, signature] of signatures) names.set(pc, signature);
  const offsets = [...names.keys()].sort((a, b) => a - b);
  const end = sizeOf(program);
  const parts = offsets.map((pc, index) => {
    const name = names.get(pc)!;
    const kind = signatures.has(pc) ? "function" : name === "start" ? "start" : "label";
    return part(name, kind, pc, (offsets[index + 1] ?? end) - pc);
  });
  return report(
    program.set.target,
    end,
    parts.filter(({ bytes }) => bytes > 0),
  );
}

function part(name: string, kind: SizePart["kind"], pc: number, bytes: number): SizePart {
  return { name, kind, pc, bytes, fields: Math.round((100 * bytes) / BYTES_PER_FIELD) / 100 };
}

function report(target: TargetName, bytes: number, parts: SizePart[]): SizeReport {
  return {
    target,
    bytes,
    fields: fieldsOf(bytes),
    limit: { bytes: MAX_BYTECODE_BYTES, fields: MAX_BYTECODE_FIELDS },
    parts: parts.sort((a, b) => b.bytes - a.bytes || a.pc - b.pc),
  };
}

/** Renders the report as a table. */
export function renderSizes({ target, bytes, fields, limit, parts }: SizeReport, title: string): string {
  const share = (value: number) => `${((100 * value) / Math.max(1, bytes)).toFixed(1)}%`;
  const rows = parts.map((part) => [
    grouped(part.bytes),
    part.fields.toFixed(1),
    share(part.bytes),
    part.name,
  ]);
  const head = ["bytes", "fields", "share", "name"];
  const used = ((100 * fields) / limit.fields).toFixed(1);
  const over = fields > limit.fields ? "; that is too much to publish" : "";
  return [
    `${title} (${target}): ${grouped(bytes)} of ${grouped(limit.bytes)} bytes, ` +
      `${grouped(fields)} of ${grouped(limit.fields)} fields (${used}%)${over}`,
    "",
    ...tableLines(head, rows),
    "",
  ].join("\n");
}
