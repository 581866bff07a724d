/**
 * What the editor changes leaves programs as they are, judged by their bytes, and where code is removed by running them:
 * every refactoring that is offered at any token of programs at random, of those with every corner of the language and of
 * the examples; and every name given to every definition of the latter two.
 *
 *   tsx test/server/edit-property.ts [--count 100] [--seed N] [--share 1] [--kinds names,corners,dead-code,examples]
 *   tsx test/server/edit-property.ts --example NAME.avm [--seed N] [--share 1] [--part 1/4]
 */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { CodeAction } from "vscode-languageserver-types";
import type { Assembly } from "../../assembler/assemble.ts";
import { runnableAssembly } from "../../running/runnable.ts";
import { Session as Runs } from "../../running/session.ts";
import { codeActions } from "../../server/features/code-action.ts";
import { cornerProgram } from "../support/corner-programs.ts";
import { root } from "../support/command.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";
import { bytesOfAssembly, compiler } from "./compiled.ts";
import { edited, MAIN, open, ownFiles, uriOf } from "./fixture.ts";
import { generateProgram, type GeneratedProgram } from "./generated-programs.ts";
import { renameEverything } from "./rename-property.ts";

/** How often each kind of action was tried. */
export type Counts = Record<string, number>;

export interface PropertyOptions {
  /** Programs of each kind. */
  readonly count: number;
  readonly seed: number;
  /** The part of the places of refactorings that is tried. */
  readonly share: number;
  /** The part of the pairs of names that is tried in programs at random, and in the examples. */
  readonly renamings: number;
  readonly exampleRenamings: number;
  /** Those of {@link KINDS} that are tried; all by default. */
  readonly kinds?: readonly string[];
  /** The one example that is tried, by its path in examples/; all by default. */
  readonly example?: string;
  /** Of all that is tried only every `of`th, from the `index`th: the parts of a long run make up the whole. */
  readonly part?: { readonly index: number; readonly of: number };
}

const KINDS: Readonly<Record<string, (random: RandomNumbers) => GeneratedProgram>> = {
  names: generateProgram,
  corners: (random) => cornerProgram(random),
  "dead-code": withDeadCode,
};

/** All examples, or the one of a name, by name. */
function examples(only?: string): [string, GeneratedProgram][] {
  const folder = path.join(root, "examples");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".avm"),
  );
  assert.ok(only === undefined || names.includes(only), `no example ${only}: one of ${names.join(", ")}`);
  return names
    .filter((name) => only === undefined || name === only)
    .map((name) => [name, { main: readFileSync(path.join(folder, name), "utf8"), files: {} }]);
}

/** Programs at random with code that no run reaches. */
function withDeadCode(random: RandomNumbers): GeneratedProgram {
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)];
  const labels = ["a", "b", "c", "d"];
  const statement = (): string =>
    pick([
      `        SET [${random.below(4) + 5}], u32, #${random.below(9)}`,
      "        ADD [5], [6], [6]",
      "        .byte 1, 2",
      "        INC",
      "        .rept 2, i\n        SET [10+i], u32, #i\n        .endr",
    ]);
  const end = (): string =>
    pick([
      `        JUMP ${pick(labels)}`,
      "        RETURN [1], [5]",
      "        REVERT [1], [6]",
      `        JUMPI [2], ${pick(labels)}`,
      "        JUMP #6",
    ]);
  const block = (label: string): string[] => [
    `${label}:`,
    ...Array.from({ length: random.below(3) }, statement),
    ...(random.below(4) > 0 ? [end()] : []),
    ...Array.from({ length: random.below(3) }, statement),
  ];
  const lines = [
    ".macro INC\n        ADD [5], [1], [5]\n        .endm",
    "        SET [1], u32, #1",
    "        SET [2], u1, #1",
    "        SET [3], u32, #0",
    "        SET [5], u32, #0",
    "        SET [6], u32, #0",
    ...labels.flatMap(block),
    ...(random.below(2) ? [`.const SIZE = size(${pick(labels)})`, "        SET [7], u32, #SIZE"] : []),
    "        RETURN [1], [5]",
  ];
  return { main: `${lines.join("\n")}\n`, files: {} };
}

/** What a program does: how it ends, with which data, and what it took. */
function runOf(assembly: Assembly): string {
  const runnable = runnableAssembly(assembly, MAIN);
  if ("error" in runnable) return runnable.error;
  const runs = new Runs(runnable.target);
  runs.settings.gas = { l2: 20_000, da: 20_000 };
  runs.deploy(1n, runnable);
  const outcome = runs.call([], false, 1n);
  if ("error" in outcome) return outcome.error;
  const { kind, returnData, gas, steps, failure } = outcome;
  return [kind, returnData.join(), gas.l2, gas.da, steps, failure?.kind === "halt" ? failure.code : ""].join(
    " ",
  );
}

/** Tries what is offered at the tokens of a program. */
function tryActions(program: GeneratedProgram, where: string, isTried: () => boolean, counts: Counts): void {
  const compile = compiler();
  const before = compile(program);
  const bytes = bytesOfAssembly(before);
  if (bytes === undefined) return;
  const texts: Record<string, string> = { "main.avm": program.main, ...program.files };
  const { session } = open(program.main, { files: program.files, library: true });
  const snapshot = session.snapshot(MAIN)!;
  for (const document of ownFiles(snapshot, Object.keys(texts))) {
    for (const [line, row] of document.file.lines.entries()) {
      for (let token = 0; token < row.tokenCount; token++) {
        if (!isTried()) continue;
        const position = { line, character: row.startOf(token) };
        const at = { ...snapshot, document };
        const offered = codeActions(
          at,
          { start: position, end: position },
          { only: ["refactor", "quickfix"] },
        );
        for (const action of offered.filter(({ title }) => !title.endsWith("(a guess)"))) {
          const after = compile(changed(program, texts, action));
          const what = `${where}: "${action.title}" at ${document.uri}:${line + 1}: ${row.text}\n${program.main}`;
          const isRemoval = action.kind === "quickfix";
          if (isRemoval) {
            assert.ok(bytesOfAssembly(after) !== undefined, what);
            assert.equal(runOf(after), runOf(before), what);
          } else assert.equal(bytesOfAssembly(after), bytes, what);
          const kind = isRemoval ? action.title.split(" ")[0] : action.kind!;
          counts[kind] = (counts[kind] ?? 0) + 1;
        }
      }
    }
  }
  session.dispose();
}

function changed(
  program: GeneratedProgram,
  texts: Readonly<Record<string, string>>,
  { edit }: CodeAction,
): GeneratedProgram {
  const change = (file: string): string => edited(texts[file], edit!.changes![uriOf(file)] ?? []);
  const known = new Set(Object.keys(texts).map(uriOf));
  for (const uri of Object.keys(edit!.changes!)) assert.ok(known.has(uri), uri);
  return {
    main: change("main.avm"),
    files: Object.fromEntries(Object.keys(program.files).map((file) => [file, change(file)])),
  };
}

export function editPrograms(options: PropertyOptions): Counts {
  const {
    count,
    seed,
    share,
    renamings,
    exampleRenamings,
    example,
    part = { index: 0, of: 1 },
    kinds = [...Object.keys(KINDS), "examples"],
  } = options;
  const random = randomNumbers(seed);
  const counts: Counts = {};
  let places = 0;
  const isTried = (wanted: number): boolean =>
    random.below(100_000) < wanted * 100_000 && places++ % part.of === part.index;
  for (let number = 0; number < count; number++) {
    for (const [kind, make] of Object.entries(KINDS)) {
      if (!kinds.includes(kind)) continue;
      const program = make(random);
      const where = `${kind} ${number} of seed ${seed}`;
      tryActions(program, where, () => isTried(share), counts);
      if (kind !== "dead-code") rename(program, where, renamings);
    }
  }
  for (const [name, program] of kinds.includes("examples") ? examples(example) : []) {
    tryActions(program, name, () => isTried(share), counts);
    rename(program, name, exampleRenamings);
  }
  return counts;

  function rename(program: GeneratedProgram, where: string, share: number): void {
    const { made, refused } = renameEverything(program, where, () => isTried(share));
    counts.renamed = (counts.renamed ?? 0) + made;
    counts.refused = (counts.refused ?? 0) + refused;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values: flags } = parseArgs({
    options: {
      count: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      share: { type: "string", default: "1" },
      kinds: { type: "string" },
      example: { type: "string" },
      part: { type: "string", default: "1/1" },
    },
  });
  const share = Number(flags.share);
  const [index, of] = flags.part.split("/").map(Number);
  console.log(
    editPrograms({
      count: Number(flags.count),
      seed: Number(flags.seed),
      part: { index: index - 1, of },
      share,
      renamings: share,
      exampleRenamings: share,
      ...(flags.kinds !== undefined && { kinds: flags.kinds.split(",") }),
      ...(flags.example !== undefined && { kinds: ["examples"], example: flags.example }),
    }),
  );
}
