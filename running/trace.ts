/** Traces a run step by step. */

import type { Code } from "../machine/code.ts";
import type { FrameView, Observer } from "../machine/observer.ts";
import { resolveOperands, type ResolvedOperand } from "../machine/operands.ts";
import type { Failure } from "../machine/outcome.ts";
import { TAGS } from "../isa/tags.ts";
import type { Session } from "./session.ts";
import { hexOf } from "./values.ts";

/** A memory operand: an input with its content before the instruction, an output with its content after it. */
interface TracedOperand {
  readonly name: string;
  readonly address: number;
  readonly tag: string;
  readonly value: bigint;
}

export interface TracedStep {
  readonly step: number;
  readonly call: number;
  readonly address: bigint;
  readonly pc: number;
  readonly opcode: string;
  readonly file?: string;
  readonly line?: number;
  readonly gas: { readonly l2: number; readonly da: number };
  readonly operands: readonly TracedOperand[];
  /** The code of the halt, if the call halted here. */
  readonly halt?: string;
  readonly revert?: string;
}

/** Renders a step as a line of JSON, by docs/running.md. */
export function traceLine(step: TracedStep): string {
  const operands = step.operands.map((operand) => ({ ...operand, value: hexOf(operand.value) }));
  return `${JSON.stringify({ ...step, address: hexOf(step.address), operands })}\n`;
}

type Line = Pick<TracedStep, "file" | "line">;

interface Pending {
  readonly operands: readonly ResolvedOperand[];
  readonly read: readonly TracedOperand[];
  readonly l2: number;
  readonly da: number;
}

export class Trace implements Observer {
  private readonly session: Session;
  private readonly write: (step: TracedStep) => void;
  private readonly pending = new Map<FrameView, Pending>();
  private step = 0;
  /** The line of each instruction that was executed: a loop executes it often. */
  private readonly lines = new Map<Code, Map<number, Line>>();

  /** @param write is called with each step in order */
  constructor(session: Session, write: (step: TracedStep) => void) {
    this.session = session;
    this.write = write;
  }

  before(frame: FrameView): void {
    const operands = resolveOperands(frame);
    const read = operands.map((operand) => traced(frame, operand));
    this.pending.set(frame, { operands, read, l2: frame.l2GasLeft, da: frame.daGasLeft });
  }

  after(frame: FrameView): void {
    this.finish(frame, {});
  }

  left(frame: FrameView, failure: Failure | undefined): void {
    // A REVERT has an `after`, so its step is already written; a halting instruction's step isn't.
    if (failure && this.pending.has(frame)) this.finish(frame, { halt: failure.code });
  }

  private finish(frame: FrameView, end: Record<string, string>): void {
    const { operands, read, l2, da } = this.pending.get(frame)!;
    this.pending.delete(frame);
    const { form } = frame.code.at(frame.pc);
    this.write({
      step: this.step++,
      call: frame.number,
      address: frame.address,
      pc: frame.pc,
      opcode: form.name,
      ...this.lineOf(frame.code, frame.pc),
      gas: { l2, da },
      operands: operands.map((operand, index) =>
        operand.operand.access === "write" ? traced(frame, operand) : read[index],
      ),
      ...end,
    });
  }

  private lineOf(code: Code, pc: number): Line {
    let lines = this.lines.get(code);
    if (!lines) this.lines.set(code, (lines = new Map<number, Line>()));
    let line = lines.get(pc);
    if (!line) {
      const runnable = this.session.runnableOf(code);
      const place = runnable && this.session.placesOf(runnable).at(pc);
      line = place ? { file: place.file, line: place.line } : {};
      lines.set(pc, line);
    }
    return line;
  }
}

function traced({ memory }: FrameView, { operand, address }: ResolvedOperand): TracedOperand {
  return {
    name: operand.name,
    address,
    tag: TAGS[memory.tagAt(address)],
    value: memory.valueAt(address),
  };
}

/** Combines several observers into one. */
export function together(observers: readonly Observer[]): Observer | undefined {
  if (observers.length < 2) return observers.at(0);
  // These are called around every step, so observers that don't want it aren't asked.
  const before = observers.filter((observer) => observer.before !== undefined);
  const after = observers.filter((observer) => observer.after !== undefined);
  return {
    keepsMemory: observers.some(({ keepsMemory }) => keepsMemory === true),
    entered: (frame) => observers.forEach((observer) => observer.entered?.(frame)),
    before: (frame) => {
      for (const observer of before) observer.before!(frame);
    },
    after: (frame) => {
      for (const observer of after) observer.after!(frame);
    },
    left: (frame, failure) => observers.forEach((observer) => observer.left?.(frame, failure)),
  };
}
