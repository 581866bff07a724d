/** Small source files that ask for much work: a downloaded folder may contain such files. */

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const lines = (count: number, line: (index: number) => string): string =>
  numbers(count).map(line).join("\n") + "\n";
const nested = (open: (index: number) => string, close: string, depth: number): string =>
  lines(depth, open) + lines(depth, () => close);

/** A program that runs the text only under a condition the checker can't decide, and then returns. */
const program = (text: string): string => `        SET [10], u32, #20000
        SET [11], u32, #0
        CALLDATACOPY [10], [11], [100]
        CAST [100], [1], u1
${text}        RETURN [11], [11]
`;

/** 20 values, each with or without a sign; every number gives another combination. */
const signs = (number: number): string =>
  numbers(20)
    .map((bit) => ((number >> bit) & 1 ? "1" : "+1"))
    .join(", ");

/**
 * Sets of files; the first file is checked. The pattern is what the check must print; undefined if it only has to end
 * in time.
 */
export const HOSTILE_FILES: Readonly<
  Record<string, [files: Readonly<Record<string, string>>, says: RegExp | undefined]>
> = {
  "20 files that each include the next one twice": [
    Object.fromEntries(
      numbers(20).map((index) => [
        `f${index}.avm`,
        index < 19 ? `.include "f${index + 1}.avm"\n`.repeat(2) : "        SET [0], u32, #1\n",
      ]),
    ),
    /limit-exceeded/,
  ],
  "a long file that is included again and again": [
    { "a.avm": '.include "b.avm"\n'.repeat(1000), "b.avm": lines(20_000, () => ";") },
    /limit-exceeded/,
  ],
  "repetitions of nothing": [
    { "a.avm": ".rept 1000, i\n.rept 1000, j\n.rept 1000, k\n.endr\n.endr\n.endr\n" },
    /limit-exceeded/,
  ],
  "a macro that doubles at each of 60 levels": [
    {
      "a.avm": `${lines(60, (index) => `.macro m${index}\n        m${index + 1}\n        m${index + 1}\n.endm`)}.macro m60\n.endm\n        m0\n`,
    },
    /limit-exceeded/,
  ],
  "100,000 conditions that are never ended, and as many ends of macros": [
    { "a.avm": `${".if 1\n".repeat(100_000)}${".endm\n".repeat(100_000)}` },
    /unmatched-end/,
  ],
  "10,000 misspelt starts of macros, and 200,000 parts of conditions": [
    { "a.avm": `${".macr a\n".repeat(10_000)}${".else\n".repeat(200_000)}` },
    /unmatched-end/,
  ],
  "100,000 repetitions that are never ended in macros that are": [
    { "a.avm": `${".macro a\n.rept 2\n".repeat(100_000)}${".endm\n".repeat(100_000)}` },
    /unclosed-block/,
  ],
  "1,200 conditions inside each other": [
    { "a.avm": nested(() => ".if 1", ".endif", 1_200) },
    /limit-exceeded/,
  ],
  "50,000 conditions inside each other": [
    { "a.avm": nested(() => ".if 1", ".endif", 50_000) },
    /limit-exceeded/,
  ],
  "50,000 repetitions inside each other": [
    { "a.avm": nested(() => ".rept 1", ".endr", 50_000) },
    /limit-exceeded/,
  ],
  "50,000 macros inside each other": [
    { "a.avm": nested((index) => `.macro m${index}`, ".endm", 50_000) },
    /^$/,
  ],
  "conditions that never end": [{ "a.avm": lines(1_000, () => ".if 1") }, /unclosed-block/],
  "a chain of 50,000 constants": [
    {
      "a.avm": `${lines(50_000, (index) => `.const c${index} = c${index + 1}`)}.const c50000 = 1\n        SET [0], u32, #c0\n`,
    },
    /limit-exceeded/,
  ],
  "constants that double at each of 400 steps": [
    {
      "a.avm": `${lines(400, (index) => `.const c${index} = c${index + 1} - c${index + 1}`)}.const c400 = 1\n        SET [0], u32, #c0\n`,
    },
    undefined,
  ],
  "two undefined names of 60,000 characters": [
    {
      "a.avm": `        SET [0], u32, #${"a".repeat(60_000)}\n        SET [0], u32, #${"b".repeat(60_000)}\n.const ${"c".repeat(60_000)} = 1\n`,
    },
    /undefined-name/,
  ],
  "200 long names that are alike": [
    {
      "a.avm":
        lines(100, (index) => `.const ${"x".repeat(300)}${index} = 1`) +
        lines(100, (index) => `        SET [0], u32, #${"x".repeat(301)}${index}`),
    },
    /undefined-name/,
  ],
  "2,000 misspelt names among 2,000": [
    {
      "a.avm":
        lines(2_000, (index) => `.const name_${index} = 1`) +
        lines(2_000, (index) => `        SET [0], u32, #nme_${index}`),
    },
    /undefined-name/,
  ],
  "490,000 labels": [{ "a.avm": lines(490_000, (index) => `l${index}:`) }, undefined],
  "a million labels": [{ "a.avm": lines(1_000_000, (index) => `l${index}:`) }, /^$/],
  "20,000 branches to the next line": [
    { "a.avm": program(lines(20_000, (index) => `        JUMPI [1], l${index}\nl${index}:`)) },
    undefined,
  ],
  "20,000 branches back to one label": [
    { "a.avm": program(`top:\n${lines(20_000, () => "        JUMPI [1], top")}`) },
    undefined,
  ],
  "2,000 branches back to one label, each by a cell of its own": [
    {
      "a.avm": program(
        `${lines(2_000, (index) => `        CAST [${index + 100}], [${index + 100}], u1`)}top:\n${lines(2_000, (index) => `        JUMPI [${index + 100}], top`)}`,
      ),
    },
    undefined,
  ],
  "4,000 branches back by cells that were never written": [
    { "a.avm": `top:\n${lines(4_000, (index) => `        JUMPI [${index + 100}], top`)}` },
    /\d+ errors?/,
  ],
  "10,000 branches to anywhere": [
    {
      "a.avm": program(lines(10_000, (index) => `l${index}:    JUMPI [1], l${(index * 7919) % 10_000}`)),
    },
    undefined,
  ],
  "4,000 comparisons with a branch back half of the way": [
    {
      "a.avm": program(
        lines(4_000, (index) => `l${index}:    EQ [20], [20], [1]\n        JUMPI [1], l${index >> 1}`),
      ),
    },
    undefined,
  ],
  "10,000 ways out, each with a cell of its own": [
    {
      "a.avm": program(
        lines(
          10_000,
          (index) =>
            `        JUMPI [1], l${index}\n        SET [${index + 30}], u32, #1\n        RETURN [11], [${index + 30}]\nl${index}:`,
        ),
      ),
    },
    undefined,
  ],
  "20,000 external calls": [
    { "a.avm": program(lines(20_000, () => "        CALL [10], [10], [10], [10], [10]")) },
    undefined,
  ],
  "10,000 calls, each of a routine of its own": [
    {
      "a.avm": `${program(lines(10_000, (index) => `        INTERNALCALL f${index}`))}${lines(10_000, (index) => `f${index}: INTERNALRETURN`)}`,
    },
    undefined,
  ],
  "1,000 routines that call each other": [
    {
      "a.avm": `${program("        INTERNALCALL f0\n")}${lines(1_000, (index) => `f${index}: JUMPI [1], g${index}\n        INTERNALCALL f${(index + 1) % 1_000}\ng${index}: INTERNALCALL f${(index * 7919) % 1_000}\n        INTERNALRETURN`)}`,
    },
    undefined,
  ],
  "2,000 routines that run on into the next": [
    {
      "a.avm": `${program(lines(2_000, (index) => `        INTERNALCALL f${index}`))}${lines(2_000, (index) => `f${index}: JUMPI [1], f0`)}        INTERNALRETURN\n`,
    },
    undefined,
  ],
  "5,000 wrong tags": [
    {
      "a.avm": lines(
        5_000,
        (index) =>
          `        SET [${index}], u${8 << (index % 4)}, #1\n        ADD [${(index * 31) % 5_000}], [${index}], [${(index * 17) % 5_000}]`,
      ),
    },
    /tag-mismatch/,
  ],
  "15,000 misspelt names among 15,000": [
    {
      "a.avm":
        lines(15_000, (index) => `.const name_${index} = 1`) +
        lines(15_000, (index) => `        SET [0], u32, #nme_${index}`),
    },
    /undefined-name/,
  ],
  "100,000 mistakes": [
    { "a.avm": lines(100_000, (index) => `        FROB${index % 7} [0]`) },
    /unknown-mnemonic/,
  ],
  "20,000 includes of one empty file": [
    { "a.avm": '.include "b.avm"\n'.repeat(20_000), "b.avm": "" },
    /limit-exceeded/,
  ],
  "50,000 names of one cell": [
    {
      "a.avm": `${lines(50_000, (index) => `.cell c${index} = [1] : u32`)}${lines(1_000, (index) => `        SET c${index}, u32, #1`)}        JUMP #0\n`,
    },
    undefined,
  ],
  "50,000 equal constants": [
    {
      "a.avm": `${lines(50_000, (index) => `.const c${index} = 1`)}${lines(5_000, (index) => `        SET [1], u32, #c${index}`)}        JUMP #0\n`,
    },
    undefined,
  ],
  "tables of 5,000 rows": [
    { "a.avm": `        JUMP #0\n${lines(5_000, () => `.byte ${"1, ".repeat(30)}1`)}` },
    undefined,
  ],
  "a string of 900,000 characters": [
    { "a.avm": `        JUMP #0\n.ascii "${"x".repeat(900_000)}"\n` },
    undefined,
  ],
  "a line of 1,100,000 characters": [{ "a.avm": `; ${"x".repeat(1_100_000)}\n` }, /limit-exceeded/],
  "a line of 300,000 values": [
    { "a.avm": `.byte 1${", 1".repeat(299_999)}\n` },
    /a line has at most 200000 tokens/,
  ],
  "20,000 lines that all look different": [
    { "a.avm": lines(20_000, (index) => `.byte ${signs(index)}`) },
    /from here on only lines that look like ones above are read/,
  ],
  "3,000 routines that call the next one twice": [
    {
      "a.avm": `        INTERNALCALL f0\n        JUMP #0\n${lines(3_000, (index) => `f${index}:\n        INTERNALCALL f${index + 1}\n        INTERNALCALL f${index + 1}\n        INTERNALRETURN`)}f3000: INTERNALRETURN\n`,
    },
    undefined,
  ],
  "10,000 reads through cells that were never written": [
    { "a.avm": lines(10_000, (index) => `        MOV [${index}], [[${index + 1}]]`) },
    /uninitialised-address/,
  ],
  "100,000 parentheses": [
    { "a.avm": `        SET [0], u32, #${"(".repeat(100_000)}1${")".repeat(100_000)}\n` },
    /limit-exceeded/,
  ],
  "100,000 signs": [{ "a.avm": `        SET [0], u32, #${"-".repeat(100_000)}1\n` }, /limit-exceeded/],
  "100,000 operators": [{ "a.avm": `        SET [0], u32, #${"1+".repeat(100_000)}1\n` }, /limit-exceeded/],
  "100,000 ways out of a condition": [
    { "a.avm": `.if 0\n${lines(100_000, () => ".elif 0")}.endif\n` },
    undefined,
  ],
  "30,000 tests": [{ "a.avm": lines(30_000, (index) => `.test "t${index}"\n.endtest`) }, undefined],
  "15,000 selectors": [
    { "a.avm": lines(15_000, (index) => `        SET [1], u32, #selector("f${index}(u32)")`) },
    /hashes too much/,
  ],
  "30,000 functions with one label": [
    { "a.avm": `${lines(30_000, (index) => `.function "f${index}(a: u32)", f`)}f: INTERNALRETURN\n` },
    /hashes too much/,
  ],
  "a chain of 20,000 structs": [
    {
      "a.avm": `${lines(20_000, (index) => `.struct s${index} = "(a: s${index + 1})"`)}.struct s20000 = "(a: u32)"\n`,
    },
    /structs are at most 32 deep/,
  ],
  "structs that double at each of 400 steps": [
    {
      "a.avm": `${lines(400, (index) => `.struct s${index} = "(a: s${index + 1}, b: s${index + 1})"`)}.struct s400 = "(a: u32)"\n`,
    },
    /structs are at most 32 deep/,
  ],
  "20,000 unknown types among 20,000 structs": [
    { "a.avm": lines(20_000, (index) => `.struct s${index} = "(a: x${index})"`) },
    /unknown-type/,
  ],
  "70,000 codes to ignore on one line": [
    { "a.avm": `        NOT [1], [1] ; avm-ignore: ${"dead-store, ".repeat(70_000)}\n` },
    undefined,
  ],
  "50,000 comments that ignore what doesn't exist": [
    { "a.avm": lines(50_000, (index) => `; avm-ignore: dead-stor${index}`) },
    /unknown-suppression/,
  ],
  "a macro with 20,000 defaults, each the one before": [
    {
      "a.avm": `.macro M p0, ${numbers(20_000)
        .map((index) => `p${index + 1}=p${index}`)
        .join(", ")}\n.endm\n        M 1\n`,
    },
    undefined,
  ],
  "50,000 directives that don't exist": [
    { "a.avm": lines(50_000, (index) => `.ascii${index} "abc"`) },
    /unknown-directive/,
  ],
  "50,000 ends of blocks that don't exist": [
    { "a.avm": `.macro M\n${lines(50_000, (index) => `.enx${index}`)}.endm\n` },
    undefined,
  ],
  "50,000 lines of brackets": [{ "a.avm": lines(50_000, () => "  )(") }, /syntax-error/],
  "50,000 conditions about names that don't exist": [
    { "a.avm": `.const x = 1\n${lines(50_000, (index) => `.if undefined_${index}\n.endif`)}` },
    /undefined-name/,
  ],
  "100,000 calls of a macro with 250 defaults": [
    {
      "a.avm": `.macro M p0=1, ${numbers(250)
        .map((index) => `p${index + 1}=p${index}`)
        .join(", ")}\n.endm\n${lines(100_000, () => " M")}`,
    },
    /more than 130,000 lines in macros/,
  ],
  "a macro whose last call is cut off between a jump and its label": [
    {
      "a.avm": `.macro M\n JUMP .x\n${lines(7, () => " MOV [1], [2]")}.x:\n.endm\n${lines(14_445, () => " M")}`,
    },
    /^(?![^]*not defined)[^]*more than 130,000 lines in macros/,
  ],
  "20,000 macros, each called once": [
    { "a.avm": lines(20_000, (index) => `.macro m${index}\n.byte 1\n.endm\n m${index}`) },
    undefined,
  ],
  "a line of 1,000,000 control characters": [{ "a.avm": "\0".repeat(1_000_000) }, /unexpected-character/],
  "a line of 1,000,000 dots": [{ "a.avm": ".".repeat(1_000_000) }, /unexpected-character/],
  "2,000 lines of control characters and blanks": [
    { "a.avm": lines(2_000, () => "\0 ".repeat(200)) },
    /unexpected-character/,
  ],
  "60,000 emoji": [{ "a.avm": "\u{1f469}\u200d\u{1f467} ".repeat(60_000) }, /unexpected-character/],
  "an include that fails, in 90 repetitions inside each other": [
    { "a.avm": nested(() => ".rept 2", ".endr", 90).replace(".endr", '.include "missing.avm"\n.endr') },
    /limit-exceeded/,
  ],
  "an expectation in 95 repetitions inside each other": [
    { "a.avm": nested(() => ".rept 2", ".endr", 95).replace(".endr", "        .expect [4]: u16\n.endr") },
    /limit-exceeded/,
  ],
  "a mistake in 90 repetitions inside each other": [
    { "a.avm": nested(() => ".rept 2", ".endr", 90).replace(".endr", "        OR [[1]], [5], [[0]]\n.endr") },
    /limit-exceeded/,
  ],
  "a mistake in macros that double at each of 90 levels": [
    {
      "a.avm": `${lines(90, (index) => `.macro m${index} p\n        m${index + 1} p\n        m${index + 1} p\n.endm`)}.macro m90 p\n        OR [p], [5], [[p]]\n.endm\n        m0 3\n`,
    },
    /limit-exceeded/,
  ],
  "a loop that moves its frame over all of memory, and writes 400 cells of it each time": [
    {
      "a.avm": `        SET [0], u32, #0\n        SET [1], u32, #26000\ntop:\n${lines(400, (index) => `        MOV [sp+${64 * index + 32}], [sp+${64 * index + 64}]`)}        ADD [0], [1], [0]\n        JUMP top\n`,
    },
    undefined,
  ],
  "400,000 branches to anywhere": [
    {
      "a.avm": lines(
        400_000,
        (index) => `l${index}:    JUMPI [${index % 65_536}], l${(index * 7919) % 400_000}`,
      ),
    },
    /it is checked, measured and run only if it has at most 650783/,
  ],
  "81,000 branches to anywhere, each by a cell of its own": [
    {
      "a.avm": lines(
        81_000,
        (index) => `l${index}:    JUMPI [${(index * 31) % 65_536}], l${(index * 7919) % 81_000}`,
      ),
    },
    undefined,
  ],
  "a macro of 90,000 lines that read cells which nothing writes": [
    {
      "a.avm": `.macro M\n${"        ADD [1], [2], [3]\n".repeat(90_000)}.endm\n        M\n        JUMP #0\n`,
    },
    /^(?:[^]*nothing writes it){2}(?![^]*nothing writes it)/,
  ],
  "90,000 nullifiers that are emitted one after the other": [
    { "a.avm": `        SET [1], ff, #1\n${"        EMITNULLIFIER [1]\n".repeat(90_000)}        JUMP #0\n` },
    undefined,
  ],
  "50,000 expectations before one instruction": [
    { "a.avm": `${lines(50_000, (index) => `.expect [${index}]: u32`)}        JUMP #0\n` },
    /expectation-failed/,
  ],
  "50,000 assumptions before one instruction": [
    { "a.avm": `${lines(50_000, (index) => `.assume [${index}]: u32`)}        JUMP #0\n` },
    /more than 10,000 `\.assume` and `\.expect`/,
  ],
  "490,000 comments that ignore nothing": [
    { "a.avm": lines(490_000, () => "; avm-ignore: dead-store") },
    /unused-suppression/,
  ],
  "a repetition of includes": [
    { "a.avm": '.rept 50000, i\n.include "b.avm"\n.endr\n', "b.avm": "\n" },
    /limit-exceeded/,
  ],
  "490,000 line ends of three kinds": [
    { "a.avm": `${"\r\n\r\n\n".repeat(163_000)}        FROB\n` },
    /unknown-mnemonic/,
  ],
  "490,000 carriage returns": [
    { "a.avm": `${"\r".repeat(490_000)}        FROB` },
    /^a\.avm:490001:9: .*unknown-mnemonic/,
  ],
  "300,000 lines of byte order marks": [{ "a.avm": "\ufeff\n".repeat(300_000) }, /unexpected-character/],
  "30 MB of names of 900,000 characters": [
    {
      "a.avm": lines(
        15,
        (index) =>
          `.const ${"a".repeat(900_000)}${index} = 1\n        SET [1], u32, #${"a".repeat(900_000)}${index}x`,
      ),
    },
    /undefined-name/,
  ],
  "10 MB of messages of assertions": [
    { "a.avm": lines(12, () => `.assert 0, "${"x".repeat(900_000)}"`) },
    /assertion-failed/,
  ],
  "a test with a world of 200,000 slots": [
    {
      "a.avm": `        JUMP #0\n.test "t"\n${lines(200_000, (index) => `.storage 1, ${index}, ${index}`)}.call\n.endtest\n`,
    },
    undefined,
  ],
  "a call of a test with 90,000 fields": [
    { "a.avm": `        JUMP #0\n.test "t"\n.call ${numbers(90_000).join(", ")}\n.endtest\n` },
    undefined,
  ],
  "100,000 conditions that begin on lines which can't be read": [
    {
      "a.avm": `${lines(100_000, () => "x > 1")}${lines(100_000, () => ".else")}${lines(100_000, () => ".endif")}`,
    },
    undefined,
  ],
  "comments that are never closed": [{ "a.avm": "/* ".repeat(200_000) }, /unclosed-comment/],
};
