import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * One executed instruction, with the tags of its memory operands in wire order; a range has the tag of its first cell.
 */
export type RecordedStep = [pc: number, form: string, before: string[], after: string[]];

/** `test/fixtures/programs/*.json`; `test/fixtures/README.md` explains the fields. */
export interface RecordedProgram {
  name: string;
  description: string;
  bytecodeHex: string;
  /** Hexadecimal, like all values in the file. */
  calldata: string[];
  isStaticCall?: boolean;
  l2Gas?: number;
  contracts?: { address: string; bytecodeHex: string }[];
  expected: {
    outcome: "return" | "revert" | "exceptional";
    returnData: string[];
    error?: { class: string; message: string; pc: number };
    gasUsed: { l2: number; da: number };
    /** Number of executed instructions, including those of callees. */
    stepsTotal: number;
    /** The program's own steps; undefined for long runs. */
    steps?: RecordedStep[];
  };
}

const folder = path.resolve(import.meta.dirname, "../fixtures/programs");

export function recordedPrograms(): RecordedProgram[] {
  return readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")) as RecordedProgram);
}

/** Writes a recording with one line for each field and each step, so that diffs are readable. */
export function saveRecording({ expected: { steps, ...expected }, ...program }: RecordedProgram): void {
  const list = steps?.map((step) => "      " + JSON.stringify(step)).join(",\n");
  const text = `{\n${fields(program, "  ")},\n  "expected": {\n${fields(expected, "    ")}${
    list === undefined ? "" : `,\n    "steps": [\n${list}\n    ]`
  }\n  }\n}\n`;
  writeFileSync(path.join(folder, `${program.name}.json`), text);
}

function fields(record: object, indent: string): string {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${indent}${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(",\n");
}
