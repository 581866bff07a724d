/** Benchmark of whole processes, from the start to the written file, compared with assemblers for other machines. */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { program, type Language } from "./inputs.ts";
import { WORK_FOLDER, runInTurns, runOnce, type Command, type Measured } from "./measure.ts";
import { digits, ratio, times, type Options, type Section } from "./section.ts";
import { OTHER_ASSEMBLERS, REFERENCE, avmasm } from "./tools.ts";

/** A source file has at most 500,000 lines; one statement is in each. */
const MOST_STATEMENTS = 400_000;

interface Contestant {
  readonly name: string;
  readonly most: number;
  readonly command: (statements: number) => Command;
}

/** Measurements by the name of the tool, then by size. */
type Results = Map<string, Map<number, Measured>>;

export function wholeProcess({ quick, say }: Options): Section {
  const sizes = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000, MOST_STATEMENTS];
  const rounds = (size: number) => (quick ? 3 : size >= MOST_STATEMENTS ? 3 : size >= 100_000 ? 5 : 9);
  const versions = new Map(OTHER_ASSEMBLERS.map((tool) => [tool, tool.version()]));
  const contestants: Contestant[] = [
    ...OURS.filter(({ command }) => isCommand(command(0).args[1])),
    ...OTHER_ASSEMBLERS.filter((tool) => versions.get(tool) !== undefined).map(
      ({ name, most, language, command }) => ({
        name,
        most,
        command: (size: number) => command(inputFor(language, size), path.join(WORK_FOLDER, "output")),
      }),
    ),
  ];
  const results: Results = new Map(contestants.map(({ name }) => [name, new Map()]));
  for (const size of sizes) {
    say(`${size.toLocaleString("en")} statements, ${rounds(size)} rounds`);
    runOnce(avmasm("build", "--no-check", inputFor("avm", size), "-o", bytecodeFor(size)));
    const runnable = contestants.filter(({ most }) => size <= most);
    const measured = runInTurns(
      runnable.map(({ command }) => command(size)),
      rounds(size),
    );
    for (const [index, { name }] of runnable.entries()) results.get(name)!.set(size, measured[index]);
  }
  const installed = OTHER_ASSEMBLERS.flatMap((tool) => {
    const version = versions.get(tool);
    return version === undefined ? [] : [`${tool.name} ${version}`];
  });
  const missing = OTHER_ASSEMBLERS.filter((tool) => versions.get(tool) === undefined);
  return {
    name: "whole-process",
    title: "Whole processes",
    about:
      "Time of the whole process, until the output file is written. All inputs have one statement on each line, a label on every tenth " +
      "line, and jumps. Median (smallest–largest), and the ratio to GNU as. Memory is the peak at the largest size. `build` and `check` run " +
      "the tag checker. The other assemblers have no such checker, so `build --no-check` is comparable with them.",
    header: ["", ...sizes.map((size) => `${size.toLocaleString("en")} statements`), "memory"],
    rows: contestants.map(({ name }) => [
      name,
      ...sizes.map((size) => cell(results, name, size)),
      memory(results, name),
    ]),
    notes: [
      ...(installed.length > 0 ? [`Versions: ${installed.join(", ")}.`] : []),
      ...missing.map(({ name, install }) => `${name} was not installed: \`${install}\`.`),
      ...growthNote(results, sizes),
    ],
    data: Object.fromEntries([...results].map(([name, bySize]) => [name, Object.fromEntries(bySize)])),
  };
}

const OURS: readonly Contestant[] = [
  ours("avmasm build --no-check", (size) => [
    "build",
    "--no-check",
    inputFor("avm", size),
    "-o",
    path.join(WORK_FOLDER, "output"),
  ]),
  ours("avmasm build", (size) => ["build", inputFor("avm", size), "-o", path.join(WORK_FOLDER, "output")]),
  ours("avmasm check", (size) => ["check", inputFor("avm", size)]),
  ours("avmasm disasm", (size) => ["disasm", bytecodeFor(size), "-o", path.join(WORK_FOLDER, "output")]),
  ours("avmasm tags", (size) => ["tags", bytecodeFor(size)]),
  // `--check` writes nothing, so that the input stays the same; status 1 means that it would change something.
  ours("avmasm fmt --check", (size) => ["fmt", "--check", inputFor("avm", size)]),
];

function ours(name: string, args: (size: number) => string[]): Contestant {
  // More bytecode than these statements give is neither read nor checked.
  const most = /--no-check|fmt/.test(name) ? Infinity : 100_000;
  return { name, most, command: (size) => ({ ...avmasm(...args(size)), statuses: [0, 1] }) };
}

/** True if the built `avmasm` has a command of this name; a build of an older commit may lack it. */
function isCommand(name: string): boolean {
  try {
    runOnce(avmasm(name, "--help"));
    return true;
  } catch {
    return false;
  }
}

const written = new Set<string>();

function inputFor(language: Language, size: number): string {
  const file = path.join(WORK_FOLDER, `${size}.${language}`);
  if (!written.has(file)) writeFileSync(file, program(language, size));
  written.add(file);
  return file;
}

function bytecodeFor(size: number): string {
  return path.join(WORK_FOLDER, `${size}.bin`);
}

function cell(results: Results, name: string, size: number): string {
  const measured = results.get(name)?.get(size);
  if (!measured) return "";
  const reference = results.get(REFERENCE)?.get(size);
  const compared =
    reference && name !== REFERENCE ? ` ${ratio(measured.wall.median / reference.wall.median)}` : "";
  return `${times(measured.wall)}${compared}`;
}

function memory(results: Results, name: string): string {
  const last = [...results.get(name)!.values()].at(-1)?.memory;
  return last ? `${digits(last.median)} MiB` : "";
}

/** Notes how much longer a ten times larger input takes, without the start of the process. */
function growthNote(results: Results, sizes: readonly number[]): string[] {
  const bySize = results.get(OURS[0].name)!;
  const start = bySize.get(sizes[0])!.wall.median;
  const [before, last] = sizes.slice(-2);
  if (before === sizes[0]) return [];
  const growth = (bySize.get(last)!.wall.median - start) / (bySize.get(before)!.wall.median - start);
  const statements = `${before.toLocaleString("en")} to ${last.toLocaleString("en")}`;
  return [
    `Growth of \`${OURS[0].name}\` from ${statements} statements, without the time of ${sizes[0].toLocaleString("en")} statements: ${ratio(growth)}.`,
  ];
}
