// Makes one mistake in the code of a real contract so that it halts on a wrong tag on Aztec's AVM, and tests whether
// the analysis reports the halt. Prints how many are reported as definite, as possible, and not at all.
//
//   tsx test/conformance/mutation.ts [--count N] [--seed N] [-v]

import { parseArgs } from "node:util";
import { analyze } from "../../analysis/analyze.ts";
import { readBytecode } from "../../artifact/input.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { TAGS } from "../../isa/tags.ts";
import { decode } from "../../program/codec.ts";
import { formOf, statementAt, type Program } from "../../program/program.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";
import { artifactsOf } from "./corpus-packages.ts";
import { runOnOracle } from "./oracle/oracle.ts";

const { values: flags } = parseArgs({
  options: {
    count: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    verbose: { type: "boolean", short: "v", default: false },
  },
});
const MUTATIONS_PER_RUN = 4;
const set = instructionSet("v4");
const random = randomNumbers(Number(flags.seed));
for (let k = 0; k < 8; k++) random.below(2);

interface Subject {
  readonly name: string;
  readonly code: Uint8Array;
}

async function subjects(): Promise<Subject[]> {
  const found: Subject[] = [];
  for (const name of ["@aztec/noir-contracts.js", "@aztec/noir-test-contracts.js"]) {
    for (const { bytes } of await artifactsOf({ name, version: "4.1.2", target: "v4" })) {
      const input = readBytecode(await bytes());
      if ("error" in input || input.kind !== "artifact") continue;
      for (const { name: entry, bytecode } of input.artifact.functions) {
        const code = bytecode();
        if (!("error" in code) && code.length < 20_000)
          found.push({ name: `${input.artifact.name}.${entry}`, code });
      }
    }
  }
  return found;
}

/** Changes the tag of a SET or CAST that was executed: a wrong literal, a wrong pointer, or a CAST without effect. */
function mutate(
  program: Program,
  code: Uint8Array,
  executed: readonly number[],
  numbers: RandomNumbers,
): { code: Uint8Array; text: string } | undefined {
  const candidates = executed.filter((pc) => (formOf(program, statementAt(program, pc))?.tagByte ?? 0) > 0);
  if (candidates.length === 0) return undefined;
  const pc = candidates[numbers.below(candidates.length)];
  const form = formOf(program, statementAt(program, pc))!;
  const at = pc + form.tagByte;
  const tag = (code[at] + 1 + numbers.below(TAGS.length - 1)) % TAGS.length;
  const changed = Uint8Array.from(code);
  changed[at] = tag;
  return { code: changed, text: `${pc} ${form.name}: ${TAGS[tag]} for ${TAGS[code[at]]}` };
}

const counts = { definite: 0, possible: 0, unnoticed: 0 };
const all = await subjects();
const wanted = Number(flags.count);
let tried = 0;
while (counts.definite + counts.possible + counts.unnoticed < wanted && tried < wanted * 50) {
  const { name, code } = all[random.below(all.length)];
  const calldata = Array.from({ length: 12 }, () => BigInt(random.below(4)));
  const before = await runOnOracle(code, { calldata, trace: true, l2Gas: 1_000_000 });
  tried++;
  if (before.outcome === "exceptional") continue;
  const program = decode(set, code);
  const executed = [...new Set(before.steps!.filter(({ depth }) => depth === 0).map(({ pc }) => pc))];
  for (let k = 0; k < MUTATIONS_PER_RUN; k++) {
    const mutation = mutate(program, code, executed, random);
    if (!mutation) break;
    tried++;
    const after = await runOnOracle(mutation.code, { calldata, l2Gas: 1_000_000 });
    if (after.outcome !== "exceptional" || after.error?.class !== "TagCheckError") continue;
    const { pc } = after.error;
    const there = analyze(decode(set, mutation.code)).findings.filter(
      (finding) => finding.pc === pc && !finding.unnecessary,
    );
    const verdict = there.some((finding) => finding.verdict === "definite")
      ? "definite"
      : there.length > 0
        ? "possible"
        : "unnoticed";
    counts[verdict]++;
    if (flags.verbose && verdict !== "definite")
      console.log(`${verdict}: ${name} ${mutation.text}, halts at ${pc}: ${after.error.message}`);
  }
}
const total = counts.definite + counts.possible + counts.unnoticed;
const share = (count: number): string => `${count} (${((100 * count) / total).toFixed(1)}%)`;
console.log(
  `${total} mistakes that halt: ${share(counts.definite)} definite, ${share(counts.possible)} possible, ${share(counts.unnoticed)} unnoticed`,
);
