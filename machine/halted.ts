/** The exception by which an instruction halts the call with an error. Thrown and caught only inside the machine. */

import { TAGS } from "../isa/tags.ts";
import type { HaltCode } from "./outcome.ts";
import { grouped } from "../program/grouped.ts";

export class Halted extends Error {
  readonly code: HaltCode;
  /** The jump target, if it is outside of the code. */
  readonly target: number | undefined;

  constructor(code: HaltCode, message: string, target?: number) {
    super(message);
    this.code = code;
    this.target = target;
  }
}

/**
 * The exception that ends a run which needs more memory than the machine provides. Aztec's AVM would continue, so this is no
 * outcome: the caller that starts a run catches it. The message is a clause without a full stop.
 */
export class OutOfMemory extends Error {
  constructor(most: number, what: string) {
    super(`the run uses more than ${grouped(most)} ${what}; lower the limit of gas`);
  }
}

/** The tag with its article: `an ff`, `a u8`. */
export function tagWithArticle(code: number): string {
  return `${code === 0 ? "an" : "a"} ${TAGS[code]}`;
}
