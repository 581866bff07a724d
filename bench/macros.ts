/** Benchmark of macros: a program with 10,000 calls, compared with the same program without macros. */

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { WORK_FOLDER, runInTurns, runOnce } from "./measure.ts";
import { ratio, times, type Options, type Section } from "./section.ts";
import { avmasm } from "./tools.ts";

/**
 * The lines of the macro's body with these operands and labels: parameters give the definition, values give an
 * expansion.
 */
function body(dst: string, next: string, src: string, tag: string, number: string, label: string): string[] {
  return [
    `        SET     ${dst}, ${tag}, #${number}`,
    `        ADD     ${dst}, ${src}, ${dst}`,
    `        MUL     ${dst}, ${src}, ${dst}`,
    `        SUB     ${dst}, ${src}, ${dst}`,
    `        LT      ${dst}, ${src}, ${next}`,
    `        JUMPI   ${next}, ${label}`,
    `        ADD     ${src}, ${dst}, ${src}`,
    `        XOR     ${src}, ${dst}, ${dst}`,
    `${label}:`,
    `        MOV     ${dst}, [sp+3]`,
    `        OR      ${src}, ${dst}, ${src}`,
  ];
}

export function macros({ quick, say }: Options): Section {
  // The quick run has as many, because it also checks that so many calls still assemble.
  const calls = 10_000;
  const rounds = quick ? 3 : 9;
  say(`${calls.toLocaleString("en")} calls, ${rounds} rounds`);
  const called = [
    ".macro WORK dst, src, number, tag=u32",
    ...body("dst", "dst+1", "src", "tag", "number", ".skip"),
    ".endm",
  ];
  const expanded: string[] = [];
  for (let call = 0; call < calls; call++) {
    const dst = 10 + (call % 40);
    const src = `[${60 + (call % 40)}]`;
    called.push(`        WORK    [${dst}], ${src}, ${call}`);
    expanded.push(...body(`[${dst}]`, `[${dst + 1}]`, src, "u32", String(call), `skip${call}`));
  }
  const build = (name: string, lines: readonly string[]): { file: string; output: string } => {
    const file = path.join(WORK_FOLDER, `${name}.avm`);
    writeFileSync(file, `${[...lines, "        RETURN  [1], [2]"].join("\n")}\n`);
    return { file, output: path.join(WORK_FOLDER, `${name}.bin`) };
  };
  const files = [build("calls", called), build("expanded", expanded)];
  const commands = files.map(({ file, output }) => avmasm("build", "--no-check", file, "-o", output));
  for (const command of commands) runOnce(command);
  if (!readFileSync(files[0].output).equals(readFileSync(files[1].output)))
    throw new Error("the macros don't assemble to what they expand to");
  const [withCalls, without] = runInTurns(commands, rounds);
  return {
    name: "macros",
    title: "Macros",
    about:
      `Time to build a program with ${calls.toLocaleString("en")} calls of a macro that has ten instructions and a local label, and the same ` +
      "program without macros. Whole processes, measured in turns.",
    header: ["", "time", ""],
    rows: [
      ["without macros", times(without.wall), ratio(1)],
      ["with calls", times(withCalls.wall), ratio(withCalls.wall.median / without.wall.median)],
    ],
    data: { withCalls, without },
  };
}
