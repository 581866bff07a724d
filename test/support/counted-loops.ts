/** Random programs with counted loops over arrays, as compilers write them, and with everything that may keep rounds from being alike. */

import type { RandomNumbers } from "./random.ts";

const TAGS = ["u1", "u8", "u16", "u32", "u64", "u128", "ff"];
/** The cells of the loop: counters, pointers and numbers. All are near the arrays that start at 90 or above. */
const SCALARS = [10, 11, 12, 13, 14, 15, 16, 17];
const COUNTER = 20;
/** Two cells whose numbers come from the caller. */
const UNKNOWN = 35;
const OTHER = 36;
const POINTERS = [30, 31, 32];

/**
 * @param annotated whether an annotation in each loop makes the analysis execute it by instruction
 */
export function countedLoops(random: RandomNumbers, annotated: boolean): string {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)];
  const often = (percent: number): boolean => random.below(100) < percent;
  let labels = 0;
  const procedures = { copy: false, store: false, fail: false, check: false };
  const relative = often(50);
  const sp = relative ? 60 : 0;
  const cell = (address: number): string => (relative ? `[sp+${address}]` : `[${address}]`);
  const scalar = (): string => cell(pick(SCALARS));
  const place = (): number => (often(12) ? random.below(90) : 95 + random.below(60)) + sp;
  const note = annotated ? [".expect [2]: u32"] : [];

  /** One statement of a loop's body, as a few lines. */
  const part = (counter: string, bound: string, depth: number): string[] => {
    const pointer = cell(pick(POINTERS));
    const x = scalar();
    const y = scalar();
    const label = `l${labels++}`;
    switch (random.below(24)) {
      case 0:
      case 1:
        return [`LT ${counter}, ${bound}, [5]`, `JUMPI [5], ${label}`, "JUMP trap", `${label}:`];
      case 2:
        return [`LTE ${counter}, ${x}, [5]`, `JUMPI [5], ${label}`, `MOV [2], ${y}`, `${label}:`];
      case 3:
      case 4:
        return [`ADD ${cell(30)}, ${counter}, ${cell(33)}`, `MOV ${x}, [${cell(33)}]`];
      case 5:
      case 6:
        return [`ADD ${cell(31)}, ${counter}, ${cell(33)}`, `MOV [${cell(33)}], ${x}`];
      case 7:
        return [
          `MOV ${x}, [${pointer}]`,
          `${pick(["ADD", "ADD", "SUB"])} ${pointer}, ${cell(pick([40, 41]))}, ${pointer}`,
        ];
      case 8:
        return [`MOV [${pointer}], ${x}`, `ADD ${pointer}, ${cell(pick([40, 41]))}, ${pointer}`];
      case 9:
        procedures.copy = true;
        return [`MOV ${pointer}, [7]`, "INTERNALCALL copy", `MOV [8], ${pointer}`];
      case 10:
        procedures.store = true;
        return [`ADD ${pointer}, ${counter}, [7]`, `MOV ${x}, [8]`, "INTERNALCALL store"];
      case 11:
        return [
          `MOV [1], ${cell(34)}`,
          `ADD [1], ${cell(pick([40, 41]))}, [1]`,
          `MOV ${counter}, [${cell(34)}]`,
        ];
      case 12:
        return [`${pick(["ADD", "SUB", "MUL"])} ${counter}, ${cell(pick([40, 41, 42]))}, ${x}`];
      case 13:
        return often(70)
          ? [`CAST ${pick([counter, x])}, ${y}, ${pick(TAGS)}`]
          : pick([[`CAST ${counter}, ${y}, ff`, `EMITNOTEHASH ${y}`], [`NOT ${counter}, ${y}`]]);
      case 14:
        return [`SET ${x}, ${pick(TAGS)}, #${random.below(200)}`];
      case 15: {
        // Different in one round.
        return [`EQ ${counter}, ${cell(43)}, [5]`, `JUMPI [5], ${label}`, `MOV [2], ${x}`, `${label}:`];
      }
      case 16:
        return often(60)
          ? [`MOV ${x}, ${y}`]
          : [`JUMPI [21], ${label}`, ...part(counter, bound, 2), `${label}:`];
      case 17:
        return [
          `MOV ${counter}, [8]`,
          `${pick(["ADD", "MUL", "XOR", "AND", "SHL", "DIV"])} [8], ${cell(pick([40, 41, 42]))}, ${x}`,
        ];
      case 20:
      case 21: {
        // A check whose result isn't known, and which halts.
        const a = pick([cell(OTHER), cell(OTHER), x, counter]);
        const halt = pick(["JUMP trap", "INTERNALCALL fail", "INTERNALCALL fail", "REVERT [2], [5]"]);
        procedures.fail ||= halt.includes("fail");
        const before = often(40)
          ? [pick([`ADD ${counter}, ${counter}, [8]`, `MOV ${counter}, ${y}`, `MOV ${x}, [${pointer}]`])]
          : [];
        return [
          `${pick(["LT", "LTE"])} ${a}, ${cell(UNKNOWN)}, [5]`,
          `JUMPI [5], ${label}`,
          ...before,
          halt,
          `${label}:`,
        ];
      }
      case 22:
        procedures.check = true;
        return [`MOV ${pick([counter, x])}, [7]`, "INTERNALCALL check", `MOV [8], ${y}`];
      case 23:
        return [`MOV ${cell(UNKNOWN)}, [${pointer}]`, `ADD ${pointer}, ${cell(40)}, ${pointer}`];
      case 18:
        return depth < 1 ? loop(depth + 1) : [`MOV ${x}, [${cell(30)}]`];
      default:
        return [
          `ADD ${cell(30)}, ${counter}, ${cell(33)}`,
          `ADD ${cell(31)}, ${counter}, ${cell(34)}`,
          `MOV [${cell(33)}], ${x}`,
          `MOV ${x}, [${cell(34)}]`,
        ];
    }
  };

  const loop = (depth: number): string[] => {
    const number = labels++;
    const rounds = depth > 0 ? 1 + random.below(12) : 4 + random.below(56);
    const counter = cell(COUNTER + depth);
    const bound = cell(24 + depth);
    const lines = [
      `SET ${counter}, u32, #${often(80) ? 0 : random.below(9)}`,
      `SET ${bound}, u32, #${rounds}`,
    ];
    lines.push(
      `loop${number}:`,
      `LT ${counter}, ${bound}, [6]`,
      `JUMPI [6], body${number}`,
      `JUMP out${number}`,
    );
    lines.push(`body${number}:`, ...note);
    for (let k = 1 + random.below(5); k > 0; k--) lines.push(...part(counter, bound, depth));
    lines.push(
      `ADD ${counter}, ${cell(often(90) ? 40 : 41)}, ${counter}`,
      `JUMP loop${number}`,
      `out${number}:`,
    );
    return lines;
  };

  const lines = [
    `SET [0], u32, #${sp}`,
    `SET [1], u32, #${often(80) ? 400 : 150}`,
    "SET [2], u32, #1",
    "SET [3], u32, #0",
    "SET [4], u32, #40",
    "CALLDATACOPY [2], [3], [19]",
    "CAST [19], [21], u1",
    "MOV [2], [7]",
    "MOV [2], [8]",
    `SET ${cell(40)}, u32, #1`,
    `SET ${cell(41)}, u32, #${often(80) ? 2 + random.below(2) : 4294967295}`,
    `SET ${cell(42)}, u32, #${random.below(300)}`,
    `SET ${cell(43)}, u32, #${random.below(60)}`,
  ];
  if (often(50)) {
    const start = place();
    const end = start + 20 + random.below(40);
    const tag = pick(TAGS);
    for (let at = start; at < end; at++)
      lines.push(`SET [${at}], ${often(90) ? tag : pick(TAGS)}, #${often(90) ? 1 : random.below(100)}`);
  }
  if (often(40)) lines.push(`SET [9], u32, #${40 + random.below(30)}`, `CALLDATACOPY [9], [3], [${place()}]`);
  for (const one of SCALARS)
    lines.push(`SET ${cell(one)}, ${often(60) ? "u32" : pick(TAGS)}, #${random.below(120)}`);
  for (const one of [...POINTERS, 33, 34])
    lines.push(`SET ${cell(one)}, u32, #${often(95) ? place() : 4294967290}`);
  lines.push(`CAST [19], ${cell(UNKNOWN)}, ${often(80) ? "u32" : pick(TAGS)}`);
  lines.push("CALLDATACOPY [2], [2], [18]", `CAST [18], ${cell(OTHER)}, u32`);
  const loops = [...loop(0), ...(often(30) ? loop(0) : [])];
  // In a routine that returns, it is known which code certainly halts.
  const called = often(60);
  lines.push(...(called ? ["INTERNALCALL work"] : loops));
  for (let k = 0; k < 8; k++) lines.push(`MOV [${90 + sp + random.below(80)}], [9]`);
  for (const one of SCALARS) lines.push(`MOV ${cell(one)}, [9]`);
  lines.push("RETURN [2], [9]", "trap:", "REVERT [3], [9]");
  if (called) lines.push("work:", ...loops, "INTERNALRETURN");
  if (procedures.copy)
    lines.push(
      "copy:",
      "MOV [[7]], [5]",
      "EQ [5], [5], [5]",
      "JUMPI [5], same",
      "MOV [3], [8]",
      "same:",
      "MOV [7], [8]",
      "INTERNALRETURN",
    );
  if (procedures.store) lines.push("store:", "MOV [8], [[7]]", "INTERNALRETURN");
  if (procedures.fail) lines.push("fail:", "MOV [1], [5]", "MOV [6], [[5]]", "REVERT [2], [5]");
  if (procedures.check)
    lines.push(
      "check:",
      `LTE [7], ${cell(UNKNOWN)}, [5]`,
      "MOV [5], [8]",
      "JUMPI [5], checked",
      "ADD [7], [7], [9]",
      "REVERT [2], [9]",
      "checked:",
      "INTERNALRETURN",
    );
  return lines.join("\n");
}
