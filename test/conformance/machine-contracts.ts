// Calls the recorded contracts, function by function with random arguments, on this project's machine and on Aztec's
// AVM: both must agree in all respects, and the analysis must infer every tag that the machine meets. At least
// the recorded places that `EXECUTED` counts must be executed. Prints the differences, the number of executed places, and
// at the end "N passed, N failed".
//
//   tsx test/conformance/machine-contracts.ts [--rounds N] [--judged N]

import path from "node:path";
import { parseArgs } from "node:util";
import { analyze } from "../../analysis/analyze.ts";
import { flattenVariables, type AbiType } from "../../artifact/abi-types.ts";
import { readFunctions, type ContractFunction } from "../../artifact/contract-functions.ts";
import { FIELD_MODULUS, TAGS, type Tag } from "../../isa/tags.ts";
import type { Code } from "../../machine/code.ts";
import { run } from "../../machine/machine.ts";
import { ObservedTags } from "../../machine/observed-tags.ts";
import { World } from "../../machine/world.ts";
import { encode } from "../../program/codec.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";
import { artifactsOf } from "./corpus-packages.ts";
import { judge } from "./machine-judge.ts";
import { ADDRESSES } from "./machine-programs.ts";
import { compareTags, programOf, traces, type Tags, type Trace } from "./trace-contracts.ts";

const { values: flags } = parseArgs({
  options: {
    /** Number of calls of every function on the machine. */
    rounds: { type: "string", default: "4" },
    /** Number of rounds that also run on Aztec's AVM, which takes most of the time. */
    judged: { type: "string", default: "1" },
  },
});
/** How many functions each contract has that are called, and how many recorded places four rounds execute at least. */
const EXECUTED: Readonly<Record<string, readonly [functions: number, places: number]>> = {
  AMM: [6, 532],
  AbiTypes: [2, 99],
  Auth: [7, 574],
  AvmGadgetsTest: [24, 9172],
  AvmInitializerTest: [3, 246],
  CardGame: [5, 676],
  Child: [7, 481],
  Claim: [2, 142],
  FeeJuice: [4, 201],
  NFT: [14, 1364],
  Parent: [6, 568],
  PriceFeed: [3, 212],
  PublicChecks: [3, 101],
  StaticChild: [5, 140],
  Token: [20, 1756],
};

const results = { passed: 0, failed: 0 };
const unseen = new Set(Object.keys(EXECUTED));
const total = { steps: 0, calls: 0, judged: 0, recorded: 0, executed: 0 };

for (const trace of traces()) {
  const program = await programOf(trace);
  const bytecode = encode(program);
  const functions = (await functionsOf(trace)).filter(
    ({ kind, selector, parameters }) =>
      kind === "public" && selector !== undefined && parameters !== undefined,
  );
  const random = randomNumbers(functions.length + 1);
  const problems: string[] = [];
  const met = new ObservedTags();
  const world = new World({ target: trace.target });
  const { code } = world.deploy(ADDRESSES[0], bytecode);
  for (let round = 0; round < Number(flags.rounds); round++) {
    // The calls run in sequence, so that later ones find state that earlier ones wrote.
    const calls = functions.flatMap((one) => {
      const calldata = [BigInt(one.selector!), ...randomArguments(one, random)];
      return [{ calldata, isStatic: false, l2Gas: 6_000_000, daGas: 196_512 }];
    });
    for (const { calldata } of calls)
      total.steps += run(world, { address: ADDRESSES[0], calldata }, met).steps;
    total.calls += calls.length;
    world.startTransaction();
    if (round >= Number(flags.judged)) continue;
    const contracts = [{ address: ADDRESSES[0], bytecode }];
    const verdict = await judge(trace.target, { contracts, calls }, true);
    const { return: returned, revert, halt } = verdict.outcomes;
    const judged = returned + revert + halt;
    total.judged += judged;
    if (judged !== calls.length) problems.push(`${judged} of ${calls.length} calls were judged`);
    problems.push(...verdict.problems);
  }
  const pcs = met.of(code);
  const recorded = Object.keys(trace.pcs).map(Number);
  total.recorded += recorded.length;
  const executed = recorded.filter((pc) => pcs.has(pc)).length;
  total.executed += executed;
  unseen.delete(trace.contract);
  const [wantedFunctions, wantedPlaces] = EXECUTED[trace.contract] ?? [Infinity, Infinity];
  if (functions.length < wantedFunctions || executed < wantedPlaces) {
    const wanted = `${wantedFunctions} functions and ${wantedPlaces} places are wanted`;
    problems.push(`${functions.length} functions, ${executed} places executed; ${wanted}`);
  }
  const { missing, unreached } = compareTags(analyze(program), tagsOf(met, code));
  problems.push(
    ...missing.map((text) => `not inferred: ${text}`),
    ...unreached.map((text) => `called unreachable: ${text}`),
  );
  if (problems.length === 0) results.passed++;
  else {
    results.failed++;
    console.log(
      `FAILED ${trace.contract}: ${problems.length}, such as ${problems.slice(0, 3).join("; ").slice(0, 900)}`,
    );
  }
  console.log(
    `${trace.contract}: ${functions.length} functions, ${executed} of ${recorded.length} recorded places executed`,
  );
}
for (const contract of unseen) {
  results.failed++;
  console.log(`FAILED ${contract}: it has no trace`);
}
console.log(
  `${total.calls} calls, ${total.judged} judged, ${total.steps} steps; ${total.executed} of ${total.recorded} recorded places executed`,
);
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 ? 0 : 1;

async function functionsOf({ package: specifier, artifact, target }: Trace): Promise<ContractFunction[]> {
  const [, name, version] = /^(@?[^@]+)@(.+)$/.exec(specifier)!;
  const file = (await artifactsOf({ name, version, target })).find(
    (one) => one.file === path.basename(artifact),
  )!;
  const functions = readFunctions(JSON.parse(Buffer.from(await file.bytes()).toString("utf8")));
  if ("error" in functions) throw new Error(`${artifact}: ${functions.error}`);
  return functions;
}

/** The tags that were met, in the form of the recorded traces. */
function tagsOf(met: ObservedTags, code: Code): Tags {
  const tags: Record<string, [string, ...{ before?: Tag[]; after?: Tag[] }[]]> = {};
  for (const [pc, sets] of met.of(code)) {
    const { form } = code.at(pc);
    const operands = form.fields.flatMap(({ operand, index }) => {
      if (operand.kind !== "memory") return [];
      const set = sets[index] ?? 0;
      const list = TAGS.filter((_, tag) => set & (1 << tag));
      return [set === 0 ? {} : operand.access === "write" ? { after: list } : { before: list }];
    });
    tags[pc] = [form.name, ...operands];
  }
  return tags;
}

function randomArguments({ parameters }: ContractFunction, random: RandomNumbers): bigint[] {
  return flattenVariables(parameters!, 10_000).map(({ type }) => randomOf(type, random));
}

function randomOf(type: AbiType, random: RandomNumbers): bigint {
  const limit =
    type.kind === "integer" ? 1n << BigInt(type.width) : type.kind === "boolean" ? 2n : FIELD_MODULUS;
  switch (random.below(4)) {
    case 0:
      return 0n;
    case 1:
      return (random.below(2) === 0 ? 42n : ADDRESSES[0]) % limit;
    case 2:
      return BigInt(random.below(100)) % limit;
    default:
      return (BigInt(random.below(2 ** 32)) * BigInt(random.below(2 ** 32))) % limit;
  }
}
