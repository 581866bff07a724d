/**
 * Edits of programs whose analysis remembers what it found before: the result equals that of a fresh analysis. The programs select
 * one of several functions, as contracts do; the functions allocate, loop, branch, and call routines that they share.
 * `ARM_EDITS=5000` tries that many edits, from `ARM_FIRST` on; `ARM_SOURCES=FOLDER` edits the sources in a folder instead.
 */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { analyze, ArmMemo, type Analysis } from "../../analysis/analyze.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { assemble } from "../../assembler/assemble.ts";
import { encode } from "../../program/codec.ts";
import { checkAssembly, type Checked } from "../../project/check.ts";
import { randomHeapSource } from "../conformance/fuzz-heap-programs.ts";
import { randomInput } from "../conformance/fuzz-programs.ts";
import { assembleText } from "../support/assemble.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";
import { soundnessProblems } from "../support/soundness.ts";

const EDITS = Number(process.env.ARM_EDITS ?? 48);
const FIRST = Number(process.env.ARM_FIRST ?? 1);
const FOLDER = process.env.ARM_SOURCES;
/** How many edits a program gets, one after another. */
const EDITS_OF_PROGRAM = 12;

/** Cells that the program writes before it selects a function. */
const GLOBALS = Array.from({ length: 8 }, (_, k) => 50 + k);
const TAGS = ["u1", "u8", "u32", "u32", "u64", "ff"];

/** A constant; many are addresses in the frame, in the heap, or of another global cell. */
function setGlobal(random: RandomNumbers, cell: number): string {
  const tag = TAGS[random.below(TAGS.length)];
  const number = [
    random.below(3),
    50 + random.below(8),
    95 + random.below(9),
    1995 + random.below(40),
    2 ** 31,
  ][random.below(5)];
  return `SET [${cell}], ${tag}, #${tag === "u1" ? number % 2 : tag === "u8" ? number % 256 : number}`;
}

/** Instructions that use some global cell, each in another way. */
function useOfGlobal(random: RandomNumbers): string[] {
  const cell = GLOBALS[random.below(GLOBALS.length)];
  const input = `CAST [${40 + random.below(6)}], [30], u32`;
  const pointer = [`SET [35], u32, #${cell}`];
  const index = [...pointer, input, "SET [36], u32, #3", "AND [30], [36], [30]", "ADD [35], [30], [35]"];
  const uses = [
    [`MOV [${cell}], [23]`],
    [`ADD [${cell}], [2], [24]`],
    [`MOV [[${cell}]], [23]`],
    [`SET [[${cell}]], u8, #1`],
    [`SET [${cell}], u8, #1`],
    [...pointer, "MOV [[35]], [23]"],
    [...pointer, "SET [[35]], u8, #1"],
    [...index, "MOV [[35]], [23]"],
    [...index, "SET [[35]], u8, #1"],
    [...index, "MOV [35], [0]"],
    [`SET [36], u32, #${random.below(6)}`, `EMITPUBLICLOG [36], [${cell - 2}]`],
    [input, `EMITPUBLICLOG [30], [${cell - 2}]`],
    [`POSEIDON2 [${cell}], [70]`],
    [`POSEIDON2 [60], [${cell - 3}]`],
    [`CALLDATACOPY [2], [3], [${cell}]`],
    [input, `CALLDATACOPY [30], [3], [${cell - 3}]`],
    [`MOV [${cell}], [1]`],
    [`MOV [${cell}], [0]`, "MOV [sp+1], [23]", "MOV [[sp+2]], [24]"],
    [`SET [0], u32, #${cell - 1}`, "MOV [[sp+1]], [24]", "SET [0], u32, #100"],
    ["JUMPI [58], skip", `MOV [${cell}], [23]`, "skip:"],
    [`ADD [${cell}], [1], [1]`],
    ["SET [0], u8, #100", "MOV [sp+1], [23]"],
  ];
  return uses[random.below(uses.length)];
}

/** The seed of a program of which the analysis loses no memory: otherwise it records no results of functions. */
const RECORDED_SEED = 5;

/** A program that selects one of several functions by its input. */
function dispatchProgram(random: RandomNumbers): string[] {
  const functions = Array.from({ length: 5 + random.below(5) }, (_, index) => functionOf(random, index));
  const routines = functions.flatMap(({ lines }) =>
    lines.flatMap((line) => /^INTERNALCALL (\w+)$/.exec(line)?.[1] ?? []),
  );
  const lines = [
    ".target v5",
    "SET [0], u32, #100",
    "SET [1], u32, #2000",
    "SET [2], u32, #1",
    "SET [3], u32, #0",
    "SET [4], u32, #6",
    "CALLDATACOPY [4], [3], [40]",
    "MOV [1], [10]",
    "SET [5], u32, #3",
    "ADD [1], [5], [1]",
    "SET [[10]], u64, #1",
    // Some are copies: an edit may change what they hold, and not the instruction that writes them.
    ...GLOBALS.filter(() => random.below(8) > 0).flatMap((cell) =>
      random.below(2) === 0 ? [setGlobal(random, cell)] : [setGlobal(random, 59), `MOV [59], [${cell}]`],
    ),
    ...(random.below(2) === 0 ? ["EQ [50], [51], [58]"] : []),
  ];
  // The function that selects is a routine in contracts.
  if (random.below(2) === 0) lines.push("INTERNALCALL select", "RETURN [3], [4]", "select:");
  for (const { name } of functions)
    lines.push(`SET [30], ff, #${random.below(1000)}`, "EQ [40], [30], [31]", `JUMPI [31], ${name}`);
  // Contracts end with an assertion whose jump leads to some other block.
  const labels = functions.flatMap(({ lines }) => lines.flatMap((line) => /^(\w+):$/.exec(line)?.[1] ?? []));
  if (random.below(2) === 0)
    lines.push(
      random.below(2) === 0 ? "EQ [40], [41], [33]" : "SET [33], u1, #0",
      `JUMPI [33], ${labels[random.below(labels.length)]}`,
    );
  lines.push(random.below(2) === 0 ? "REVERT [3], [4]" : "RETURN [3], [4]");
  for (const { lines: body } of functions) {
    // A routine of another function is one that both share.
    for (const line of body) {
      const isCall = line.startsWith("INTERNALCALL") && routines.length > 0 && random.below(4) === 0;
      lines.push(isCall ? `INTERNALCALL ${routines[random.below(routines.length)]}` : line);
    }
  }
  return lines;
}

function functionOf(
  random: RandomNumbers,
  index: number,
): { readonly name: string; readonly lines: string[] } {
  const name = `f${index}`;
  const lines = randomHeapSource(random.below(1_000_000), "v5")
    .split("\n")
    .slice(1)
    // Most functions keep the frame and the heap that they find.
    .filter((line) => !/^SET \[[01]\],/.test(line) || random.below(4) === 0)
    .map((line) => line.replaceAll(/\bl(\d+)\b/g, `${name}_$1`));
  for (let use = random.below(3); use > 0; use--) {
    const at = random.below(lines.length + 1);
    lines.splice(at, 0, ...useOfGlobal(random).map((line) => line.replace("skip", `${name}_skip${use}`)));
  }
  return { name, lines: [`${name}:`, ...lines] };
}

/** Changes, exchanges, inserts or removes instructions that write global cells. */
function editedGlobals(random: RandomNumbers, lines: readonly string[]): string[] {
  const at = [...lines.keys()].filter((line) =>
    /^\s*SET\s+\[([5-9]\d|1\d\d)\],\s*\w+,\s*#\w+/.test(lines[line]),
  );
  const one = at[random.below(at.length)];
  const other = at[random.below(at.length)];
  const another = setGlobal(random, GLOBALS[random.below(GLOBALS.length)]);
  if (one === undefined) return lines.toSpliced(8, 0, another);
  const [, cell] = /\[(\d+)\]/.exec(lines[one])!;
  switch (random.below(5)) {
    case 0:
      return lines.with(one, lines[other]).with(other, lines[one]);
    case 1:
      return lines.toSpliced(one, 1);
    case 2:
      return lines.toSpliced(one, 0, another);
    default:
      return lines.with(one, setGlobal(random, Number(cell)));
  }
}

/** Changes, inserts, removes or repeats a line, most of them in a way that leaves a program. */
function edited(random: RandomNumbers, lines: readonly string[]): string[] {
  if (random.below(3) === 0) return editedGlobals(random, lines);
  const isStatement = (line: string): boolean => /^\s*[A-Z]/.test(line);
  let at = random.below(lines.length);
  for (let k = 0; k < lines.length && !isStatement(lines[at]); k++) at = (at + 1) % lines.length;
  const line = lines[at];
  switch (random.below(9)) {
    case 0:
    case 1:
      return lines.with(at, line.replace(/#(\w+)/, `#${random.below(300)}`));
    case 2:
      return lines.toSpliced(
        at,
        0,
        `SET [${20 + random.below(5)}], ${["u8", "u32", "ff"][random.below(3)]}, #9`,
      );
    case 3:
      return lines.toSpliced(at, 1);
    case 4:
      return lines.toSpliced(at, 0, line);
    case 5:
      return lines.with(
        at,
        line.replace(/\[(\d+)\]/, (_, cell) => `[${Number(cell) + random.below(3)}]`),
      );
    case 6:
      return lines.with(
        at,
        line
          .replace(/\bADD\b/, "MUL")
          .replace(/\bLT\b/, "LTE")
          .replace(/\bu32\b/, "u8"),
      );
    case 7: {
      const kind = ["expect", "assume"][random.below(2)];
      const place =
        random.below(2) === 0 ? `[${random.below(40)}]` : line.replace(/^[^[]*(\[+[^\]]*\]+).*/, "$1");
      return lines.toSpliced(
        at,
        0,
        `.${kind} ${place.startsWith("[") ? place : "[5]"}: ${["u32", "ff"][random.below(2)]}`,
      );
    }
    default:
      // Two changes far apart.
      return lines.with(at, line.replace(/#\w+/, "#1")).toSpliced(1 + random.below(8), 0, "SET [6], u8, #1");
  }
}

/** All that the analysis says. */
function saidOf(analysis: Analysis): unknown[] {
  const { code, engine } = analysis.internals;
  const said: unknown[] = [analysis.exhausted, engine.steps];
  for (const { index, pc, reachable, hidden } of analysis.instructions()) {
    said.push([index, pc, reachable, hidden]);
    for (const { position } of code.opOf[index]?.plan.memory ?? []) {
      said.push([
        analysis.tagsAt(index, position),
        analysis.valueAt(index, position),
        analysis.boundsAt(index, position),
        analysis.resolve(index, position),
        analysis.why(index, position),
        analysis.declaredAt(index, position),
      ]);
    }
  }
  const { facts } = engine;
  said.push([...engine.annotations.all.values()]);
  said.push(facts.passed, facts.branches, facts.used, facts.allUsed, [...facts.failures.keys()]);
  said.push([...facts.deadEnds].map(([op, pcs]) => [op?.number, pcs]));
  return said;
}

function assertSame(checked: Checked, fresh: Checked, about: string): void {
  assert.deepEqual(checked.diagnostics, fresh.diagnostics, about);
  if (!checked.analysis || !fresh.analysis) return assert.equal(checked.analysis, fresh.analysis);
  assert.deepEqual(saidOf(checked.analysis), saidOf(fresh.analysis), about);
}

/** Makes edits one after another, and sometimes takes one back. Returns how many results of arms were used again. */
function followEdits(seed: number, source: readonly string[], edits: number): number {
  const random = randomNumbers(seed * 69069 + 1);
  const memo = new ArmMemo();
  const options = { strict: true };
  const versions = [source];
  const program = (lines: readonly string[]): Checked["assembly"] =>
    assemble(parseSource("test.avm", `${lines.join("\n")}\n`));
  checkAssembly(program(source), { ...options, memo });
  for (let edit = 1; edit <= edits; edit++) {
    if (versions.length > 1 && random.below(4) === 0) versions.pop();
    else versions.push(edited(random, versions[versions.length - 1]));
    const assembly = program(versions[versions.length - 1]);
    const checked = checkAssembly(assembly, { ...options, memo });
    assertSame(checked, checkAssembly(assembly, options), `seed ${seed}, edit ${edit}`);
  }
  return memo.used;
}

/**
 * Analyses a program after edits of the constant in M[52], one after another. It selects one of eight functions, one of which contains
 * `use`.
 */
function holdsForConstants(
  use: readonly string[],
  constants: readonly string[],
  before: readonly string[] = [],
): void {
  const program = (constant: string): Checked["assembly"]["program"] =>
    assembleText(
      [
        "SET [0], u32, #100",
        "SET [2], u32, #1",
        "SET [3], u32, #0",
        "SET [4], u32, #2",
        "CALLDATACOPY [4], [3], [40]",
        "SET [50], ff, #1",
        "SET [51], ff, #1",
        `SET [48], ${constant}`,
        // The instruction that writes the cell stays the same.
        "MOV [48], [52]",
        "SET [53], ff, #1",
        ...before,
        ...Array.from({ length: 8 }, (_, k) => [
          `SET [30], ff, #${k}`,
          "EQ [40], [30], [31]",
          `JUMPI [31], f${k}`,
        ]).flat(),
        "REVERT [3], [2]",
        ...Array.from({ length: 8 }, (_, k) => [
          `f${k}:`,
          ...(k === 4 ? use : []),
          ...Array.from({ length: 30 }, () => "ADD [2], [2], [4]"),
          "RETURN [3], [2]",
        ]).flat(),
        "uses:",
        "MOV [52], [23]",
        "INTERNALRETURN",
      ].join("\n"),
    ).program;
  const memo = new ArmMemo();
  analyze(program("u32, #60"), { memo });
  for (const constant of constants) {
    const used = memo.used;
    const edited = program(constant);
    const analysis = analyze(edited, { memo });
    assert.deepEqual(saidOf(analysis), saidOf(analyze(edited)), constant);
    if (before.length === 0) assert.ok(memo.used >= used + 7, `${memo.used - used} results were used again`);
  }
}

describe("the analysis after an edit", () => {
  if (FOLDER !== undefined) {
    for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".avm"))) {
      it(`equals a fresh one: ${file}`, () => {
        const lines = readFileSync(path.join(FOLDER, file), "utf8").split("\n");
        assert.ok(followEdits(FIRST, lines, EDITS) > 0);
      });
    }
    return;
  }

  it("equals a fresh one", () => {
    let used = 0;
    for (let seed = FIRST; seed < FIRST + EDITS / EDITS_OF_PROGRAM; seed++)
      used += followEdits(seed, dispatchProgram(randomNumbers(seed)), EDITS_OF_PROGRAM);
    assert.ok(used > EDITS, `only ${used} results were used again`);
  });

  it("holds in runs of each function", () => {
    for (let seed = FIRST; seed < FIRST + EDITS / EDITS_OF_PROGRAM; seed++) {
      const lines = dispatchProgram(randomNumbers(seed));
      const selectors = lines.flatMap((line) => /^SET \[30\], ff, #(\d+)$/.exec(line)?.[1] ?? []);
      const random = randomNumbers(seed + 1);
      const inputs = selectors.map((selector) => [BigInt(selector), ...randomInput(random)]);
      const bytes = encode(assembleText(lines.join("\n")).program);
      assert.deepEqual(soundnessProblems(bytes, "v5", inputs).problems, [], `seed ${seed}`);
    }
  });

  it("uses results of functions without annotations in a program with some", () => {
    const lines = dispatchProgram(randomNumbers(RECORDED_SEED));
    const at = lines.lastIndexOf("f2:") + 1;
    const annotated = lines.toSpliced(at, 0, ".expect [0]: u32", ".assume [7]: u8");
    const memo = new ArmMemo();
    analyze(assembleText(annotated.join("\n")).program, { memo });
    const { program } = assembleText(annotated.toSpliced(at, 0, "SET [6], u8, #1").join("\n"));
    const again = analyze(program, { memo });
    assert.ok(memo.used > 3, `${memo.used} results were used again`);
    assert.deepEqual(saidOf(again), saidOf(analyze(program)));
  });

  it("forgets what was found under an annotation", () => {
    const lines = dispatchProgram(randomNumbers(RECORDED_SEED));
    for (const label of lines.filter((line) => /^f\d:$/.test(line))) {
      const at = lines.indexOf(label) + 1;
      const read = lines.toSpliced(at, 0, "CAST [40], [41], u32", "MOV [[41]], [7]", "MOV [7], [8]");
      const annotated = read.toSpliced(at + 2, 0, ".assume [7]: u64");
      const memo = new ArmMemo();
      analyze(assembleText(annotated.join("\n")).program, { memo });
      const { program } = assembleText(read.join("\n"));
      assert.deepEqual(saidOf(analyze(program, { memo })), saidOf(analyze(program)));
    }
  });

  it("follows an assertion that jumps into a loop of a function that isn't called", () => {
    const others = Array.from({ length: 10 }, (_, k) => `other${k}`);
    const lines = [
      "SET [30], u1, #0",
      "SET [3], u32, #0",
      "SET [4], u32, #2",
      "CALLDATACOPY [4], [3], [40]",
      "JUMPI [30], loop",
      ...others.flatMap((name, k) => [`SET [32], ff, #${k}`, "EQ [40], [32], [31]", `JUMPI [31], ${name}`]),
      "EQ [40], [41], [31]",
      "JUMPI [31], body",
      "REVERT [3], [4]",
      "loop:",
      ...Array.from({ length: 30 }, (_, k) => `SET [${50 + k}], u32, #${k}`),
      "JUMPI [30], end",
      "body:",
      "EQ [41], [40], [33]",
      "JUMPI [33], loop",
      "end:",
      "RETURN [3], [4]",
      ...others.flatMap((name) => [
        `${name}:`,
        ...Array.from({ length: 30 }, () => "ADD [4], [4], [5]"),
        "RETURN [3], [4]",
      ]),
    ];
    const { program } = assembleText(lines.join("\n"));
    assert.ok([...analyze(program).instructions()].every(({ reachable }) => reachable));
  });

  it("analyses only the function again in which an instruction was added", () => {
    const lines = dispatchProgram(randomNumbers(RECORDED_SEED));
    const memo = new ArmMemo();
    analyze(assembleText(lines.join("\n")).program, { memo });
    assert.equal(memo.used, 0);
    const at = lines.lastIndexOf("f2:") + 1;
    const { program } = assembleText(lines.toSpliced(at, 0, "SET [6], u8, #1").join("\n"));
    const first = analyze(program, { memo });
    const again = analyze(program, { memo });
    assert.ok(memo.used > 3, `${memo.used} results were used again`);
    assert.deepEqual(saidOf(again), saidOf(first));
  });

  describe("of a constant in a cell that functions may use", () => {
    const index = ["SET [35], u32, #50", "CAST [41], [30], u32", "SET [36], u32, #3", "AND [30], [36], [30]"];
    const uses: Record<string, readonly string[]> = {
      "as an operand": ["MOV [52], [23]"],
      "as a pointer": ["MOV [[52]], [23]"],
      "through a pointer": ["SET [35], u32, #52", "MOV [[35]], [23]"],
      "through one of several pointers": [...index, "ADD [35], [30], [35]", "MOV [[35]], [23]"],
      "in a range": ["SET [36], u32, #4", "EMITPUBLICLOG [36], [50]"],
      "in a range of unknown length": [...index, "EMITPUBLICLOG [30], [50]"],
      "in a range of fixed length": ["POSEIDON2 [50], [70]"],
      "in a frame": ["SET [0], u32, #50", "MOV [sp+2], [23]"],
      "as a pointer in a frame": ["SET [0], u32, #50", "MOV [[sp+2]], [23]"],
      "in a routine": ["INTERNALCALL uses"],
    };
    for (const [name, use] of Object.entries(uses)) {
      it(name, () => holdsForConstants(use, ["ff, #61", "u32, #60", "u8, #7"]));
    }

    it("in a comparison that was made before", () => {
      const comparison = ["CAST [41], [53], u32", "EQ [52], [53], [58]"];
      holdsForConstants(
        ["JUMPI [58], equal", "RETURN [3], [2]", "equal:", "MOV [53], [23]"],
        ["u32, #61", "u32, #60"],
        comparison,
      );
    });
  });

  it("analyses no function again if none uses a cell that wasn't written before", () => {
    const lines = dispatchProgram(randomNumbers(RECORDED_SEED));
    const at = lines.indexOf("SET [2], u32, #1");
    const versions = [lines, lines.toSpliced(at, 0, "SET [7], u8, #1"), lines];
    const memo = new ArmMemo();
    const used = versions.map((version) => {
      const before = memo.used;
      const { program } = assembleText(version.join("\n"));
      assert.deepEqual(saidOf(analyze(program, { memo })), saidOf(analyze(program)));
      return memo.used - before;
    });
    assert.ok(used[1] > 3);
    assert.equal(used[1], used[2]);
  });

  it("depends on which cells are named by their addresses", () => {
    const lines = dispatchProgram(randomNumbers(RECORDED_SEED));
    const at = lines.lastIndexOf("f2:") + 1;
    const memo = new ArmMemo();
    analyze(assembleText(lines.join("\n")).program, { memo });
    const { program } = assembleText(lines.toSpliced(at, 0, "MOV [2500], [42]").join("\n"));
    assert.deepEqual(saidOf(analyze(program, { memo })), saidOf(analyze(program)));
  });

  it("uses all results again if the last two edits are taken back", () => {
    const lines = dispatchProgram(randomNumbers(RECORDED_SEED));
    const memo = new ArmMemo();
    const used = (version: readonly string[]): number => {
      const before = memo.used;
      analyze(assembleText(version.join("\n")).program, { memo });
      return memo.used - before;
    };
    const edited = (version: readonly string[], name: string): string[] =>
      version.toSpliced(version.lastIndexOf(`${name}:`) + 1, 0, "SET [6], u8, #1");
    used(lines);
    const all = used(lines);
    const once = edited(lines, "f3");
    assert.ok(used(once) < all);
    const twice = edited(once, "f4");
    assert.ok(used(twice) < all);
    assert.equal(used(once), all);
    assert.equal(used(lines), all);
    // A cell that may be in the frame counts as used.
    const framed = (constant: number): string[] => lines.toSpliced(8, 0, `SET [120], u32, #${constant}`);
    used(framed(7));
    assert.ok(used(framed(8)) < all);
    assert.equal(used(framed(7)), all);
  });
});
