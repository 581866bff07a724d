/**
 * Random programs of routines that call themselves and each other, with frames, pointers into the frames, and mistakes.
 */

import { assemble } from "../../assembler/assemble.ts";
import { parseSource } from "../../grammar/source-file.ts";
import type { TargetName } from "../../isa/table.ts";
import { encode } from "../../program/codec.ts";
import { randomNumbers, type RandomNumbers } from "./random.ts";

const TAGS = ["ff", "u1", "u8", "u16", "u32", "u32", "u64", "u128"];
/** Global cells: constants that routines need, then cells for random use. */
const ONE = "[1]";
const FRAME = "[2]";
const GLOBALS = ["[5]", "[6]", "[7]", "[8]"];
const POINTERS = ["[10]", "[11]"];
const FLAG = "[12]";
const INPUT = 20;

/** The same seed gives the same program. */
export function randomFrameProgram(
  seed: number,
  target: TargetName = "v5",
): { readonly text: string; readonly bytes: Uint8Array } {
  const text = new Generator(randomNumbers(seed * 2654435761 + 11)).run(target);
  const { program, diagnostics } = assemble(parseSource("frames.avm", text));
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error) throw new Error(`${error.message}\n${text}`);
  return { text, bytes: encode(program) };
}

class Generator {
  private readonly random: RandomNumbers;
  private readonly lines: string[] = [];
  private labels = 0;
  private readonly frameSize: number;
  private readonly routines: string[];

  constructor(random: RandomNumbers) {
    this.random = random;
    for (let k = 0; k < 8; k++) random.below(2);
    this.frameSize = 3 + random.below(4);
    this.routines = ["f", "g", "h"].slice(0, 1 + random.below(3));
  }

  run(target: TargetName): string {
    this.say(`.target ${target}`);
    this.say(`SET [0], u32, #${this.pick([100, 100, 64, 31, 400])}`);
    this.say(`SET ${ONE}, u32, #1`);
    this.say(`SET ${FRAME}, u32, #${this.frameSize}`);
    this.say("main:");
    this.say("SET [3], u32, #0");
    this.say("SET [4], u32, #4");
    this.say(`CALLDATACOPY [4], [3], [${INPUT}]`);
    for (const cell of GLOBALS) this.set(cell);
    for (const cell of POINTERS) this.say(`SET ${cell}, u32, #${this.pick([5, 8, 100, 103, 120, 300])}`);
    const rounds =
      this.random.below(4) > 0
        ? `SET [sp+0], u32, #${3 + this.random.below(9)}`
        : `CAST [${INPUT}], [sp+0], u8`;
    this.say(rounds);
    if (!rounds.startsWith("SET")) this.say("CAST [sp+0], [sp+0], u32");
    for (let k = this.random.below(4); k > 0; k--) this.statement();
    this.say(`INTERNALCALL ${this.pick(this.routines)}`);
    for (let k = 1 + this.random.below(4); k > 0; k--) this.statement();
    this.say("RETURN [4], [sp+0]");
    for (const routine of this.routines) this.routine(routine);
    return this.lines.join("\n");
  }

  /** A routine that counts [sp+0] down, and calls itself or another routine until it is 0. */
  private routine(name: string): void {
    this.say(`${name}:`);
    if (this.random.below(3) === 0) this.statement();
    this.say(`EQ [sp+0], [3], ${FLAG}`);
    this.say(`JUMPI ${FLAG}, .end`);
    for (let calls = 1 + this.random.below(2); calls > 0; calls--) {
      for (let k = this.random.below(3); k > 0; k--) this.statement();
      this.call();
    }
    for (let k = this.random.below(4); k > 0; k--) this.statement();
    this.say(".end:");
    for (let k = this.random.below(3); k > 0; k--) this.statement();
    this.say("INTERNALRETURN");
  }

  private call(): void {
    const slip = this.random.below(12);
    this.say(`SUB [sp+0], ${ONE}, [sp+${this.frameSize}]`);
    if (slip !== 0) this.say(`ADD [0], ${FRAME}, [0]`);
    this.say(`INTERNALCALL ${this.pick(this.routines)}`);
    if (slip > 1) this.say(`SUB [0], ${FRAME}, [0]`);
  }

  private statement(): void {
    switch (this.random.below(9)) {
      case 0:
        this.set(this.cell());
        return;
      case 1:
        this.say(`CAST ${this.cell()}, ${this.cell()}, ${this.pick(TAGS)}`);
        return;
      case 2:
      case 3:
        this.say(`MOV ${this.cell()}, ${this.cell()}`);
        return;
      case 4: {
        const cell = this.cell();
        this.say(`ADD ${cell}, ${cell}, ${this.cell()}`);
        return;
      }
      case 5: {
        const label = `.skip${this.labels++}`;
        this.say(`CAST [${INPUT + this.random.below(4)}], ${FLAG}, u1`);
        this.say(`JUMPI ${FLAG}, ${label}`);
        this.statement();
        this.say(`${label}:`);
        return;
      }
      case 6:
        if (this.random.below(3) === 0)
          this.say(`ADD [0], ${this.pick([ONE, FRAME])}, ${this.pick(POINTERS)}`);
        else this.say(`SUB ${this.pick(POINTERS)}, ${ONE}, ${this.pick(POINTERS)}`);
        return;
      case 7:
        this.say(
          this.random.below(2) === 0
            ? `MOV ${this.cell()}, [${this.pick(POINTERS)}]`
            : `MOV [${this.pick(POINTERS)}], ${this.cell()}`,
        );
        return;
      default:
        this.say(`LT ${ONE}, ${FRAME}, ${this.cell()}`);
    }
  }

  private set(cell: string): void {
    this.say(`SET ${cell}, ${this.pick(TAGS)}, #${this.random.below(2)}`);
  }

  /** A random cell: of the frame except for its counter, of the next frame, or a global one. */
  private cell(): string {
    if (this.random.below(3) === 0) return this.pick(GLOBALS);
    const inNext = this.random.below(6) === 0 ? this.frameSize : 0;
    return `[sp+${inNext + 1 + this.random.below(this.frameSize - 1)}]`;
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)];
  }

  private say(line: string): void {
    this.lines.push(line);
  }
}
