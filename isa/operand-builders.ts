/**
 * Helpers for writing the tables in `targets/`.
 */

import type { ImmediateOperand, MemoryOperand, RangeLength, ResultTag, TagOperand } from "./types.ts";
import type { EnumMember, EnumOperand, TagRequirement, TargetOperand } from "./types.ts";

/** A cell or range that the instruction reads. */
export function read(name: string, requires?: TagRequirement, length?: RangeLength): MemoryOperand {
  return {
    kind: "memory",
    name,
    access: "read",
    ...(length !== undefined && { length }),
    ...(requires !== undefined && { requires }),
  };
}

/** A range that the instruction doesn't read itself: a nested call or the caller may read it later. */
export function lazyRead(name: string, length: RangeLength): MemoryOperand {
  return { ...read(name, undefined, length), lazy: true };
}

/** A cell or range whose tags only a node that collects debug logs checks. */
export function uncheckedRead(name: string, requires: TagRequirement, length?: RangeLength): MemoryOperand {
  return { ...read(name, requires, length), unchecked: true };
}

/** A cell or range that the instruction writes. */
export function write(name: string, result: ResultTag, length?: RangeLength): MemoryOperand {
  return { kind: "memory", name, access: "write", ...(length !== undefined && { length }), result };
}

export function tag(name: string): TagOperand {
  return { kind: "tag", name };
}

export function immediate(name: string): ImmediateOperand {
  return { kind: "immediate", name };
}

export function target(name: string): TargetOperand {
  return { kind: "target", name };
}

export function member(name: string, members: readonly EnumMember[]): EnumOperand {
  return { kind: "enum", name, members };
}
