/**
 * The loop that executes instructions: one `switch` over the decoded operation. Instructions that cost much more than a step
 * have handlers outside of it. The loop creates no objects, except bigints for values that don't fit 32 bits.
 */

import { shownOperand } from "../isa/describe.ts";
import { TAGS } from "../isa/tags.ts";
import {
  addWide,
  divideField,
  keepInteger,
  multiplyWide,
  shiftLeftWide,
  shiftRightWide,
  subtractWide,
} from "./arithmetic.ts";
import { FAR_A, FAR_B, FAR_C, type Code } from "./code.ts";
import { outOfGas, type Frame } from "./frame.ts";
import { Halted, OutOfMemory, tagWithArticle } from "./halted.ts";
import { MAX_INTERNAL_CALLS } from "./limits.ts";
import { wrongTagOf } from "./messages.ts";
import { UNDECODED } from "./operations.ts";
import { HANDLERS } from "./handlers.ts";
import type { Run, Signal } from "./run.ts";
import { FF, isSmall, SMALL_MASKS, TAG_BYTES, U1 } from "./tag-codes.ts";

// The bits of `Code.modes` by which the interpreter's loop sees that the operand `a`, `b` or `c` has to be resolved: its addressing bits,
// and the bit of a cell whose slot isn't its address.
const MODE_A = 0b00_00_11 | FAR_A;
const MODE_B = 0b00_11_00 | FAR_B;
const MODE_C = 0b11_00_00 | FAR_C;

/** Executes a call from `frame.resumeAt` on. Throws {@link Halted}, with `frame.pc` at the instruction that fails. */
export function execute(frame: Frame, run: Run): Signal {
  const { code, memory } = frame;
  const { operations, sizes, gas, modes, a: as, b: bs, c: cs } = code;
  const end = code.bytes.length;
  const { observer } = run;
  const pauseAt = run.pauseAt - run.steps;
  let { tags, small, wide } = memory;
  let { resumeAt: pc, l2GasLeft: left } = frame;
  let steps = 0;
  if (pc >= end) {
    // The last instruction of the code was a call to another contract.
    if (frame.isInside) observer?.after?.(frame);
    throw endOfCode(code);
  }
  try {
    for (;;) {
      let operation = operations[pc];
      if (operation === UNDECODED || observer !== undefined) {
        if (frame.isInside) {
          frame.isInside = false;
          frame.l2GasLeft = left;
          observer?.after?.(frame);
        }
        if (operation === UNDECODED) {
          code.load(pc);
          operation = operations[pc];
        }
        if (observer !== undefined) {
          if (steps >= pauseAt) {
            frame.resumeAt = pc;
            frame.l2GasLeft = left;
            return "pause";
          }
          frame.pc = pc;
          frame.l2GasLeft = left;
          frame.isInside = true;
          observer.before?.(frame);
        }
      }
      steps++;
      left -= gas[pc];
      if (left < 0) throw outOfGas(true, false);
      let a = as[pc];
      let b = bs[pc];
      let c = cs[pc];
      const mode = modes[pc];
      if (mode !== 0) {
        if (mode & MODE_A) a = memory.slotOf(memory.resolve(a, mode & 3));
        if (mode & MODE_B) b = memory.slotOf(memory.resolve(b, (mode >>> 2) & 3));
        if (mode & MODE_C) c = memory.slotOf(memory.resolve(c, (mode >>> 4) & 3));
        tags = memory.tags;
        small = memory.small;
        wide = memory.wide;
      }
      switch (operation) {
        case 1: {
          // ADD
          const tag = tags[a];
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          if (isSmall(tag)) small[c] = (small[a] + small[b]) & SMALL_MASKS[tag];
          else {
            wide[c] = addWide(tag, wide[a], wide[b]);
            small[c] = 1;
          }
          tags[c] = tag;
          break;
        }
        case 2: {
          // SUB
          const tag = tags[a];
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          if (isSmall(tag)) small[c] = (small[a] - small[b]) & SMALL_MASKS[tag];
          else {
            wide[c] = subtractWide(tag, wide[a], wide[b]);
            small[c] = 1;
          }
          tags[c] = tag;
          break;
        }
        case 3: {
          // MUL
          const tag = tags[a];
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          if (isSmall(tag)) small[c] = Math.imul(small[a], small[b]) & SMALL_MASKS[tag];
          else {
            wide[c] = multiplyWide(tag, wide[a], wide[b]);
            small[c] = 1;
          }
          tags[c] = tag;
          break;
        }
        case 4: {
          // DIV
          const tag = tags[a];
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          if (tag === FF) throw notIntegral(code, pc);
          if (isSmall(tag)) {
            if (small[b] === 0) throw zeroDivisor();
            small[c] = small[a] / small[b];
          } else {
            if (wide[b] === 0n) throw zeroDivisor();
            wide[c] = wide[a] / wide[b];
            small[c] = 1;
          }
          tags[c] = tag;
          break;
        }
        case 5: {
          // FDIV
          const tag = tags[a];
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          if (tag !== FF) throw wrongTag(code, pc, tag, FF);
          if (wide[b] === 0n) throw zeroDivisor();
          wide[c] = divideField(wide[a], wide[b]);
          small[c] = 1;
          tags[c] = tag;
          break;
        }
        case 6: {
          // EQ
          const tag = tags[a];
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          small[c] = (isSmall(tag) ? small[a] === small[b] : wide[a] === wide[b]) ? 1 : 0;
          tags[c] = U1;
          break;
        }
        case 7: {
          // LT
          const tag = tags[a];
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          small[c] = (isSmall(tag) ? small[a] < small[b] : wide[a] < wide[b]) ? 1 : 0;
          tags[c] = U1;
          break;
        }
        case 8: {
          // LTE
          const tag = tags[a];
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          small[c] = (isSmall(tag) ? small[a] <= small[b] : wide[a] <= wide[b]) ? 1 : 0;
          tags[c] = U1;
          break;
        }
        case 9: {
          // AND
          const tag = tags[a];
          if (tag === FF) throw notIntegral(code, pc);
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          left -= code.bitwiseGas * TAG_BYTES[tag];
          if (left < 0) throw outOfGas(true, false);
          if (isSmall(tag)) small[c] = small[a] & small[b];
          else {
            wide[c] = wide[a] & wide[b];
            small[c] = 1;
          }
          tags[c] = tag;
          break;
        }
        case 10: {
          // OR
          const tag = tags[a];
          if (tag === FF) throw notIntegral(code, pc);
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          left -= code.bitwiseGas * TAG_BYTES[tag];
          if (left < 0) throw outOfGas(true, false);
          if (isSmall(tag)) small[c] = small[a] | small[b];
          else {
            wide[c] = wide[a] | wide[b];
            small[c] = 1;
          }
          tags[c] = tag;
          break;
        }
        case 11: {
          // XOR
          const tag = tags[a];
          if (tag === FF) throw notIntegral(code, pc);
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          left -= code.bitwiseGas * TAG_BYTES[tag];
          if (left < 0) throw outOfGas(true, false);
          if (isSmall(tag)) small[c] = small[a] ^ small[b];
          else {
            wide[c] = wide[a] ^ wide[b];
            small[c] = 1;
          }
          tags[c] = tag;
          break;
        }
        case 12: {
          // NOT
          const tag = tags[a];
          if (tag === FF) throw notIntegral(code, pc);
          if (isSmall(tag)) small[b] = ~small[a] & SMALL_MASKS[tag];
          else {
            wide[b] = keepInteger(tag, ~wide[a]);
            small[b] = 1;
          }
          tags[b] = tag;
          break;
        }
        case 13: {
          // SHL
          const tag = tags[a];
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          if (tag === FF) throw notIntegral(code, pc);
          if (isSmall(tag)) small[c] = small[b] < 32 ? (small[a] << small[b]) & SMALL_MASKS[tag] : 0;
          else {
            wide[c] = shiftLeftWide(tag, wide[a], wide[b]);
            small[c] = 1;
          }
          tags[c] = tag;
          break;
        }
        case 14: {
          // SHR
          const tag = tags[a];
          if (tag !== tags[b]) throw mismatch(code, pc, tag, tags[b]);
          if (tag === FF) throw notIntegral(code, pc);
          if (isSmall(tag)) small[c] = small[b] < 32 ? small[a] >>> small[b] : 0;
          else {
            wide[c] = shiftRightWide(wide[a], wide[b]);
            small[c] = 1;
          }
          tags[c] = tag;
          break;
        }
        case 15: {
          // CAST
          if (isSmall(tags[a])) {
            if (isSmall(c)) small[b] = small[a] & SMALL_MASKS[c];
            else {
              wide[b] = BigInt(small[a]);
              small[b] = 1;
            }
          } else if (isSmall(c)) small[b] = Number(BigInt.asUintN(32, wide[a])) & SMALL_MASKS[c];
          else {
            wide[b] = c === FF ? wide[a] : keepInteger(c, wide[a]);
            small[b] = 1;
          }
          tags[b] = c;
          break;
        }
        case 16: {
          // SET
          if (isSmall(b)) small[a] = c;
          else {
            wide[a] = code.constants[c];
            small[a] = 1;
          }
          tags[a] = b;
          break;
        }
        case 17: {
          // MOV
          const tag = tags[a];
          if (isSmall(tag)) small[b] = small[a];
          else {
            wide[b] = wide[a];
            small[b] = 1;
          }
          tags[b] = tag;
          break;
        }
        case 18:
          // JUMP
          if (a >= end) throw outOfCode(code, a);
          pc = a;
          continue;
        case 19:
          // JUMPI
          if (tags[a] !== U1) throw wrongTag(code, pc, tags[a], U1);
          if (small[a] === 0) break;
          if (b >= end) throw outOfCode(code, b);
          pc = b;
          continue;
        case 20:
          // INTERNALCALL
          if (frame.internalCalls.push(pc) > MAX_INTERNAL_CALLS)
            throw new OutOfMemory(MAX_INTERNAL_CALLS, "INTERNALCALLs inside each other");
          frame.internalReturns.push(pc + sizes[pc]);
          if (a >= end) throw outOfCode(code, a);
          pc = a;
          continue;
        case 21: {
          // INTERNALRETURN
          if (frame.internalCalls.length === 0)
            throw new Halted("return-without-call", "INTERNALRETURN is reached outside of any subroutine");
          frame.internalCalls.pop();
          const back = frame.internalReturns.pop()!;
          if (back >= end) throw endOfCode(code);
          pc = back;
          continue;
        }
        default: {
          frame.pc = pc;
          frame.l2GasLeft = left;
          const instruction = code.at(pc);
          const signal = HANDLERS[instruction.form.definition.mnemonic]!(frame, instruction, run);
          left = frame.l2GasLeft;
          if (signal === "end") {
            if (frame.isInside) {
              frame.isInside = false;
              observer?.after?.(frame);
            }
            return signal;
          }
          tags = memory.tags;
          small = memory.small;
          wide = memory.wide;
          if (signal === "call") {
            // `frame.pc` stays at the CALL until the nested call ends; `resumeAt` is the next instruction.
            frame.resumeAt = pc + sizes[pc];
            return signal;
          }
        }
      }
      const next = pc + sizes[pc];
      if (next >= end) throw endOfCode(code);
      pc = next;
    }
  } catch (error) {
    frame.pc = pc;
    throw error;
  } finally {
    run.steps += steps;
  }
}

/** The error for operands `a` and `b` whose tags must be equal and differ. */
function mismatch(code: Code, pc: number, a: number, b: number): Halted {
  const { mnemonic } = code.at(pc).form.definition;
  return new Halted(
    "tag-mismatch",
    `\`b\` is ${tagWithArticle(b)} and \`a\` is ${tagWithArticle(a)}, and ${mnemonic} takes two of one tag`,
  );
}

/** The error for a wrong tag of the first operand. */
function wrongTag(code: Code, pc: number, found: number, wanted: number): Halted {
  return wrongTagOf(code.at(pc), 0, found, TAGS[wanted]);
}

function notIntegral(code: Code, pc: number): Halted {
  const { mnemonic, operands } = code.at(pc).form.definition;
  const role = shownOperand(operands[0]);
  return new Halted(
    "non-integral-tag",
    `\`${role}\` holds an ff, and ${mnemonic} takes an integer as \`${role}\``,
  );
}

function zeroDivisor(): Halted {
  return new Halted("zero-divisor", "the divisor is 0");
}

function outOfCode({ bytes }: Code, target: number): Halted {
  return new Halted(
    "jump-out-of-code",
    `byte offset ${target} is beyond the code, which has ${bytes.length} bytes`,
    target,
  );
}

function endOfCode({ bytes }: Code): Halted {
  return new Halted("end-of-code", "control runs on beyond the last instruction", bytes.length);
}
