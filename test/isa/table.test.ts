import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  ADDRESSING_GAS,
  instructionSet,
  type InstructionDefinition,
  type WireForm,
} from "../../isa/instruction-set.ts";
import {
  MAX_BYTECODE_BYTES,
  MAX_BYTECODE_FIELDS,
  MAX_L2_GAS,
  MEMORY_SIZE,
  modulusLimbs,
} from "../../isa/limits.ts";
import { INSTRUCTIONS, TARGETS, instructionsOf, type TargetName } from "../../isa/table.ts";
import { FIELD_MODULUS, TAGS, TAG_BITS } from "../../isa/tags.ts";
import type { DynamicGas, Flow, Operand, RangeLength, ResultTag, TagRequirement } from "../../isa/types.ts";

// The data under test/fixtures/isa was taken down from the AVM itself, version by version. These tests translate
// what our table says into the words of that data, and compare.

interface RecordedField {
  name: string;
  type: string;
  role: string;
}

interface RecordedOperand {
  name: string;
  kind: string;
  access: string | null;
  rangeLength?: string | number | null;
  requiredTag?: string;
  resultTag?: string | string[] | null;
  addressing?: { pair: number; indirectBit: number; relativeBit: number };
  lazy?: boolean;
  checkedOnlyWhen?: string;
}

interface RecordedMember {
  name: string;
  value: number;
  resultTag?: string;
  summary?: string;
}

interface RecordedInstruction {
  mnemonic: string;
  category: string;
  summary: string;
  expression: string;
  aliases: string[];
  wireVariants: { opcodeName: string; opcode: number; format: RecordedField[]; sizeBytes: number }[];
  addressingField: string | null;
  memoryOperandCount: number;
  operands: RecordedOperand[];
  enumValues: Record<string, RecordedMember[]> | null;
  otherErrors: { error: string; when: string; docsName?: string }[];
  gas: {
    l2Base: number;
    daBase: number;
    l2Dynamic: number;
    daDynamic: number;
    dynamicMultiplier: string | null;
    addressing: { baseResolution: number; perIndirectOperand: number; perRelativeOperand: number } | null;
  };
  pcBehaviour: string;
  isTerminator: boolean;
  isStaticCallForbidden: boolean;
  notes: string[];
}

interface RecordedWire {
  opcode: number;
  opcodeName: string;
  format: string[];
  params: string[];
}

interface RecordedHistory {
  wire: Record<string, { opcodes: number; differsFrom5: RecordedWire[] }>;
  gasConstants: Record<string, Record<string, number>>;
}

interface RecordedGlobals {
  tags: { wireValues: Record<string, number>; bits: Record<string, number> };
  field: { modulus: string };
  memory: { size: number };
  bytecodeLimits: { MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS: number; maxBytes: number };
  gasLimits: { AVM_MAX_PROCESSABLE_L2_GAS: number };
  toRadix: { MODULUS_LIMBS_PER_RADIX: number[] };
}

const isa = (name: string) => fixture<RecordedInstruction[]>(`isa-${name}`);
const history = fixture<RecordedHistory>("older-versions");
const globals = fixture<RecordedGlobals>("globals");

for (const target of ["v6", "v5", "v4"] as const) {
  describe(`isa/table: ${target} against the recorded instruction set`, () => {
    const recorded = isa(target);

    it("has the same mnemonics, in opcode order", () => {
      assert.deepEqual(
        instructionSet(target).instructions.map(({ mnemonic }) => mnemonic),
        recorded.map(({ mnemonic }) => mnemonic),
      );
    });

    for (const wanted of recorded) {
      it(wanted.mnemonic, () => {
        const found = definition(target, wanted.mnemonic);
        assert.equal(found.category, wanted.category);
        assert.deepEqual(found.wireForms.map(describeForm), wanted.wireVariants.map(recordedForm));
        assert.equal(found.memoryOperandCount, wanted.memoryOperandCount);
        assert.deepEqual(operandsOf(found), wanted.operands.map(recordedOperand));
        assert.deepEqual(membersOf(found), recordedMembers(wanted));
        assert.deepEqual(gasOf(found), recordedGas(wanted));
        assert.deepEqual(flowOf(found.flow), [
          wanted.pcBehaviour.replace(/^external call, then /, ""),
          wanted.isTerminator,
        ]);
        assert.equal(found.changesState ?? false, wanted.isStaticCallForbidden);
        assert.deepEqual(hazardsOf(found), recordedHazards(wanted));
        for (const alias of wanted.aliases) assert.ok(found.aliases?.includes(alias.split(" ")[0]), alias);
      });
    }
  });
}

describe("isa/table: 1.x to 4.x against their recorded wire formats", () => {
  for (const [version, target] of [
    ["1.2.1", "v2"],
    ["2.0.2", "v2"],
    ["2.1.11", "v2"],
    ["3.0.3", "v3"],
    ["4.1.2", "v4"],
    ["5.2.0", "v5"],
  ] as const) {
    it(`${target} has the bytes of ${version}`, () => {
      const { opcodes, differsFrom5 } = history.wire[version];
      const wanted = isa("v5").flatMap(({ wireVariants }) =>
        wireVariants.map(({ opcode, opcodeName, format }): RecordedWire => {
          const types = format.map(({ type }) => (type === "tag" ? "u8" : type));
          const params = format.filter(({ role }) => role !== "opcode").map(({ name }) => name);
          return { opcode, opcodeName, format: types, params };
        }),
      );
      for (const difference of differsFrom5) wanted[difference.opcode] = difference;
      for (const wire of wanted) {
        wire.params = wire.params.map((name) => (name === "indirect" ? "addressingMode" : name));
      }
      assert.equal(wanted.length, opcodes);
      assert.deepEqual(
        instructionSet(target).byOpcode.map((form) => wireOf(form!)),
        wanted,
      );
    });
  }
});

describe("isa/table: the gas of 1.x to 3.x against recorded constants", () => {
  for (const [version, target] of [
    ["2.0.4", "v2"],
    ["3.0.0-devnet.5", "v3"],
  ] as const) {
    it(`${target} has the gas of ${version}`, () => {
      assert.deepEqual(gasConstantsOf(target), history.gasConstants[version]);
    });
  }
});

describe("isa/table: tags of 1.x to 3.x", () => {
  const requirement = (target: TargetName, mnemonic: string, name: string) => {
    const operand = definition(target, mnemonic).operands.find((candidate) => candidate.name === name);
    assert.equal(operand?.kind, "memory");
    return operand.requires;
  };
  const environment = (target: TargetName) => {
    const operand = definition(target, "GETENVVAR").operands.find(({ kind }) => kind === "enum");
    assert.equal(operand?.kind, "enum");
    return operand.members;
  };

  it("v2 takes leaf indexes of 1.x and of 2.x", () => {
    const either = { oneOf: ["ff", "u64"] };
    assert.deepEqual(requirement("v2", "NOTEHASHEXISTS", "leafIndexOffset"), either);
    assert.deepEqual(requirement("v2", "L1TOL2MSGEXISTS", "msgLeafIndexOffset"), either);
    assert.equal(requirement("v3", "NOTEHASHEXISTS", "leafIndexOffset"), "u64");
  });

  it("v2 takes shift amounts of 1.x and of 2.x", () => {
    for (const mnemonic of ["SHL", "SHR"]) {
      assert.equal(requirement("v2", mnemonic, "bOffset"), "integral");
      assert.deepEqual(requirement("v3", mnemonic, "bOffset"), { sameAs: "aOffset" });
    }
  });

  it("v2 leaves open what 1.x and 2.x answer differently", () => {
    const open = environment("v2").filter(({ tag }) => typeof tag !== "string");
    assert.deepEqual(
      open.map(({ name, tag }) => [name, tag]),
      [
        ["ISSTATICCALL", { oneOf: ["ff", "u1"] }],
        ["L2GASLEFT", { oneOf: ["ff", "u32"] }],
        ["DAGASLEFT", { oneOf: ["ff", "u32"] }],
      ],
    );
    assert.deepEqual(
      environment("v3").map(({ tag }) => tag),
      environment("v4").map(({ tag }) => tag),
    );
  });

  it("calls the fees base fees up to 3.x, under the same numbers", () => {
    for (const target of ["v3", "v2"] as const) {
      assert.deepEqual(
        environment(target).map(({ name, value }) => [name, value]),
        environment("v4").map(({ name, value }) => [name.replace(/^MIN/, "BASE"), value]),
      );
    }
  });

  it("looks at a message's recipient from 4.0 on only", () => {
    const hazards = TARGETS.map((target) => definition(target, "SENDL2TOL1MSG").hazards?.length);
    assert.deepEqual(hazards, [1, 1, 1, 0, 0]);
  });

  it("drops limbs in silence up to 2.x only", () => {
    const truncating = TARGETS.filter((target) =>
      definition(target, "TORADIXBE").hazards?.some((hazard) => hazard.kind === "radix" && hazard.truncates),
    );
    assert.deepEqual(truncating, ["v2"]);
  });
});

describe("isa/table: what holds for every target", () => {
  for (const target of TARGETS) {
    it(`${target} has 46 instructions and the opcodes 0 to 67, in order`, () => {
      const forms = Object.values(instructionsOf(target)).flatMap(({ forms }) => Object.values(forms));
      assert.deepEqual(
        forms.map(({ opcode }) => opcode),
        [...Array(68).keys()],
      );
      assert.equal(instructionSet(target).instructions.length, 46);
      assert.equal(instructionSet(target).byForm.size, 68);
    });

    it(`${target} only refers to operands that are there`, () => {
      for (const { mnemonic, operands, gas, hazards } of instructionSet(target).instructions) {
        const names = operands.map(({ name }) => name);
        assert.equal(new Set(names).size, names.length, mnemonic);
        const rules = [
          operands.map((operand) => ({ ...operand, name: [] })),
          gas.dynamic?.per ?? [],
          hazards ?? [],
        ];
        for (const reference of references(rules))
          assert.ok(names.includes(reference), `${mnemonic}: ${reference}`);
      }
    });

    // Expressions are left out: for the plainest instructions there is one way to write them.
    it(`${target} documents every instruction in words of its own`, () => {
      const theirs = new Set(["v6", "v5", "v4"].flatMap(isa).flatMap(recordedSentences).map(normalized));
      for (const { mnemonic, summary, expression, notes, operands } of instructionSet(target).instructions) {
        const members = operands.flatMap((operand) => (operand.kind === "enum" ? operand.members : []));
        const ours = [summary, ...(notes ?? []), ...members.map((it) => it.summary)];
        for (const text of ours) {
          assert.ok(!theirs.has(normalized(text)), `${mnemonic}: ${text}`);
          assert.match(text, /^[A-Z0-9].*\.$/, mnemonic);
        }
        assert.notEqual(expression, "", mnemonic);
      }
    });
  }

  it("returns the table itself for v6", () => {
    assert.equal(instructionsOf("v6"), INSTRUCTIONS);
  });
});

describe("isa: tags and limits against the recorded globals", () => {
  it("has the recorded tags", () => {
    assert.deepEqual(
      TAGS.map((tag, code) => [tag, code, TAG_BITS[code]]),
      Object.entries(globals.tags.wireValues).map(([tag, code]) => [tag, code, globals.tags.bits[tag]]),
    );
    assert.equal(FIELD_MODULUS, BigInt(globals.field.modulus));
  });

  it("has the recorded limits", () => {
    assert.equal(MEMORY_SIZE, globals.memory.size);
    assert.equal(MAX_BYTECODE_FIELDS, globals.bytecodeLimits.MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS);
    assert.equal(MAX_BYTECODE_BYTES, globals.bytecodeLimits.maxBytes);
    assert.equal(MAX_L2_GAS, globals.gasLimits.AVM_MAX_PROCESSABLE_L2_GAS);
  });

  it("digits of the modulus in every radix", () => {
    const wanted = globals.toRadix.MODULUS_LIMBS_PER_RADIX;
    assert.equal(wanted.length, 257);
    assert.deepEqual(
      wanted.map((_, radix) => modulusLimbs(radix)),
      wanted,
    );
    assert.equal(modulusLimbs(257), 32);
    assert.equal(modulusLimbs(2 ** 32 - 1), 32);
  });
});

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/isa/${name}.json`, import.meta.url), "utf8")) as T;
}

function definition(target: TargetName, mnemonic: string): InstructionDefinition {
  const found = instructionSet(target).byMnemonic.get(mnemonic);
  assert.ok(found, `${target} has no ${mnemonic}`);
  return found;
}

// Wire forms: ours are derived from widths and counts, theirs are spelled out.

function describeForm(form: WireForm) {
  return { ...wireOf(form), size: form.size };
}

function recordedForm({
  opcodeName,
  opcode,
  format,
  sizeBytes,
}: RecordedInstruction["wireVariants"][number]) {
  return {
    opcode,
    opcodeName,
    format: format.map(({ type }) => (type === "tag" ? "u8" : type)),
    params: format.filter(({ role }) => role !== "opcode").map(({ name }) => name),
    size: sizeBytes,
  };
}

function wireOf({ opcode, name, modeSize, fields }: WireForm): RecordedWire {
  const addressed = modeSize > 0;
  return {
    opcode,
    opcodeName: name,
    format: [
      "u8",
      ...(addressed ? [`u${modeSize * 8}`] : []),
      ...fields.map(({ size }) => (size === 32 ? "ff" : `u${size * 8}`)),
    ],
    params: [...(addressed ? ["addressingMode"] : []), ...fields.map(({ operand }) => operand.name)],
  };
}

// Operands

function operandsOf({ operands, wireForms }: InstructionDefinition): RecordedOperand[] {
  return operands.map((operand, index) => {
    if (operand.kind !== "memory") {
      return { name: operand.name, kind: operand.kind === "target" ? "label" : operand.kind, access: null };
    }
    const { pair } = wireForms[0].fields[index];
    const access = operand.length === undefined ? operand.access : `range-${operand.access}`;
    return {
      name: operand.name,
      kind: "memory",
      access,
      rangeLength: lengthText(operand.length),
      requiredTag: requirementText(operand.requires),
      resultTag: operand.result === undefined ? null : resultText(operand.result),
      addressing: { pair, indirectBit: 2 * pair, relativeBit: 2 * pair + 1 },
      ...(operand.lazy && { lazy: true }),
      ...(operand.unchecked && { checkedOnlyWhen: "collectDebugLogs" }),
    };
  });
}

function recordedOperand(
  operand: RecordedOperand & { wireIndex?: number; docsName?: string },
): RecordedOperand {
  const { wireIndex: _, docsName: __, ...rest } = operand;
  return rest;
}

function lengthText(length: RangeLength | undefined): string | number | null {
  if (length === undefined || typeof length === "number") return length ?? null;
  return "cell" in length ? `M[${length.cell}]` : length.immediate;
}

function requirementText(requires: TagRequirement | undefined): string {
  if (requires === undefined || typeof requires === "string") return requires ?? "any";
  return "sameAs" in requires ? `sameAs:${requires.sameAs}` : `one of ${requires.oneOf.join(", ")}`;
}

function resultText(result: ResultTag): string | string[] {
  if (typeof result === "string") return result;
  if ("sameAs" in result) return `same as ${result.sameAs}`;
  if ("given" in result) return `given tag (${result.given})`;
  if ("member" in result) return `by ${result.member} (see enumValues)`;
  if ("each" in result) return [...result.each];
  if ("when" in result) return `${result.then} if M[${result.when}] else ${result.otherwise}`;
  return `one of ${result.oneOf.join(", ")}`;
}

// Enumerations. DEBUGLOG's levels are recorded as one too, but they stand in a cell and not on the wire.

function membersOf({ operands }: InstructionDefinition) {
  const enums = operands.filter(
    (operand): operand is Extract<Operand, { kind: "enum" }> => operand.kind === "enum",
  );
  return enums.map(({ name, members }) => [name, members.map((it) => [it.name, it.value, it.tag])]);
}

function recordedMembers({ enumValues }: RecordedInstruction) {
  return Object.entries(enumValues ?? {})
    .filter(([name]) => !name.startsWith("M["))
    .map(([name, members]) => [name, members.map((it) => [it.name, it.value, it.resultTag])]);
}

// Gas

function gasOf({ gas, memoryOperandCount }: InstructionDefinition) {
  return {
    base: [gas.l2, gas.da ?? 0],
    dynamic: [gas.dynamic?.l2 ?? 0, gas.dynamic?.da ?? 0],
    per: gas.dynamic ? multiplierText(gas.dynamic.per) : null,
    addressing: memoryOperandCount > 0 ? Object.values(ADDRESSING_GAS) : null,
  };
}

function recordedGas({ gas }: RecordedInstruction) {
  const { addressing } = gas;
  return {
    base: [gas.l2Base, gas.daBase],
    dynamic: [gas.l2Dynamic, gas.daDynamic],
    per: gas.dynamicMultiplier,
    addressing: addressing && [
      addressing.perIndirectOperand,
      addressing.perRelativeOperand,
      addressing.baseResolution,
    ],
  };
}

function multiplierText(per: DynamicGas["per"]): string {
  if ("cell" in per) {
    const unit = per.cell === "logSizeOffset" ? "log fields" : "copied elements";
    return `M[${per.cell}] (number of ${unit})`;
  }
  if ("tagBytes" in per) return `byte width of T[${per.tagBytes}]: u1=1, u8=1, u16=2, u32=4, u64=8, u128=16`;
  if ("limbs" in per) {
    const { limbs, radix } = per;
    assert.equal(radix, "radixOffset");
    return `max(M[${limbs}], radix > 256 ? 32 : MODULUS_LIMBS_PER_RADIX[radix]) — see globals`;
  }
  return "1 if (address, slot) has not been written before in this tx (cold), else 0";
}

/** The gas of a target as the constants of its release: the base of every mnemonic, and what is dynamic. */
function gasConstantsOf(target: TargetName): Record<string, number> {
  const constants: Record<string, number> = {
    AVM_MAX_OPERANDS: 7,
    AVM_ADDRESSING_BASE_RESOLUTION_L2_GAS: ADDRESSING_GAS.base,
    AVM_ADDRESSING_INDIRECT_L2_GAS: ADDRESSING_GAS.indirect,
    AVM_ADDRESSING_RELATIVE_L2_GAS: ADDRESSING_GAS.relative,
  };
  for (const { mnemonic, gas } of instructionSet(target).instructions) {
    constants[`AVM_${mnemonic}_BASE_L2_GAS`] = gas.l2;
    if (gas.da !== undefined) constants[`AVM_${mnemonic}_BASE_DA_GAS`] = gas.da;
    const dynamic = gas.dynamic;
    if (!dynamic) continue;
    const name = "tagBytes" in dynamic.per ? "BITWISE" : mnemonic;
    for (const [dimension, units] of [
      ["L2", dynamic.l2],
      ["DA", dynamic.da],
    ] as const) {
      if (units === undefined) continue;
      const key = `AVM_${name}_DYN_${dimension}_GAS`;
      assert.equal(constants[key] ?? units, units, key);
      constants[key] = units;
    }
  }
  return constants;
}

// Control flow and what halts

function flowOf(flow: Flow): [string, boolean] {
  const words: Record<Flow, [string, boolean]> = {
    next: ["falls through", false],
    jump: ["jump", true],
    branch: ["conditional", false],
    call: ["call", false],
    return: ["return", true],
    halt: ["halts", true],
  };
  return words[flow];
}

/** As the names that the AVM's documentation has for them. */
function hazardsOf({ hazards, operands }: InstructionDefinition): string[] {
  return (hazards ?? []).flatMap((hazard) => {
    switch (hazard.kind) {
      case "nonzero":
        return [`DIVISION_BY_ZERO M[${hazard.operand}] == 0`];
      case "radix":
        return ["INVALID_RADIX", "INVALID_NUM_LIMBS", "INVALID_BIT_MODE", "INVALID_DECOMPOSITION"];
      // The documentation has no name for it.
      case "curve":
        return [];
      case "width":
        return [`${hazard.operand.replace(/Offset$/, "")} > 2^${hazard.bits} - 1`];
      case "member": {
        const operand = operands.find(({ name }) => name === hazard.operand);
        assert.equal(operand?.kind, "enum");
        const last = Math.max(...operand.members.map(({ value }) => value));
        return [`${hazard.operand} > ${last}`];
      }
    }
  });
}

function recordedHazards({ otherErrors }: RecordedInstruction): string[] {
  return otherErrors.flatMap(({ when, docsName = "" }) => {
    if (docsName === "DIVISION_BY_ZERO") return [`${docsName} ${when}`];
    if (/^INVALID_(RADIX|NUM_LIMBS|BIT_MODE|DECOMPOSITION)$/.test(docsName)) return [docsName];
    if (/^INVALID_(ENV_VAR|MEMBER_ENUM)$/.test(docsName)) return [when.replace(/ \(.*/, "")];
    return when.startsWith("recipient >") ? [when] : [];
  });
}

/** Every operand that some rule names. */
function references(value: unknown): string[] {
  if (typeof value === "string") return /(Offset|Enum|Tag|Size)$/.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(references);
}

function recordedSentences({ summary, notes, enumValues }: RecordedInstruction): string[] {
  const members = Object.values(enumValues ?? {}).flat();
  return [summary, ...notes, ...members.map((member) => member.summary ?? "")];
}

function normalized(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}
