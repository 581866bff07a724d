import fc from "fast-check";
import type { InstructionSet, WireForm } from "../../isa/instruction-set.ts";
import { FIELD_MODULUS, TAGS } from "../../isa/tags.ts";

/** An instruction in the form that it has in bytecode: every value fits its field. */
export interface WireStatement {
  form: WireForm;
  mode: number;
  values: bigint[];
}

/** Any value of a field of this size; the smallest and the largest more often than by chance. */
function valueOf(size: number): fc.Arbitrary<bigint> {
  const max = (1n << BigInt(8 * size)) - 1n;
  return fc.oneof(fc.bigInt(0n, max), fc.constantFrom(0n, 1n, max - 1n, max));
}

/** A random statement of a target: its wire form, mode bits and values. */
export function statementOf(set: InstructionSet): fc.Arbitrary<WireStatement> {
  const forms = set.byOpcode.filter((form) => form !== undefined);
  return fc.constantFrom(...forms).chain((form) => {
    const used = (1 << (2 * form.definition.memoryOperandCount)) - 1;
    const values = form.fields.map(({ operand, size }) => {
      if (operand.kind === "tag") return fc.integer({ min: 0, max: TAGS.length - 1 }).map(BigInt);
      if (size === 32) return fc.oneof(fc.bigInt(0n, FIELD_MODULUS - 1n), valueOf(32));
      return valueOf(size);
    });
    return fc.record({
      form: fc.constant(form),
      mode: fc.integer({ min: 0, max: used }),
      values: fc.tuple(...values),
    });
  });
}
