/** DEBUGLOG: records the message. On the network the instruction only costs gas, so a cell with an unexpected tag is no error. */

import { MEMORY_SIZE } from "../isa/limits.ts";
import { MAX_DEBUG_LOG_READS } from "./limits.ts";
import type { Handler } from "./run.ts";

const LAST_CHARACTER = 0x10ffffn;

export const debugLog: Handler = (frame, instruction, run) => {
  frame.pay(instruction);
  const [levelAt, messageAt, fieldsAt, sizeAt] = frame.resolve(instruction);
  const { memory } = frame;
  const length = instruction.values[4];
  const size = Number(memory.valueAt(sizeAt));
  if (run.debugReads + length + size > MAX_DEBUG_LOG_READS) return undefined;
  run.debugReads += length + size;
  const cells = (start: number, count: number): bigint[] =>
    Array.from({ length: count }, (_, k) => memory.valueAt((start + k) % MEMORY_SIZE));
  const characters = cells(messageAt, length).map((code) =>
    code > LAST_CHARACTER ? "\ufffd" : String.fromCodePoint(Number(code)),
  );
  run.debugLogs.push({
    address: frame.address,
    pc: instruction.pc,
    internalCalls: [...frame.internalCalls],
    level: Number(memory.valueAt(levelAt)),
    message: characters.join(""),
    fields: cells(fieldsAt, size),
  });
  return undefined;
};
