/** How an instruction tells that it can't be done: the call halts on an error. Thrown and caught inside the machine. */

import { TAGS } from "../isa/tags.ts";
import type { HaltCode } from "./outcome.ts";

export class Halted extends Error {
  readonly code: HaltCode;
  /** Where control went, if it left the code. */
  readonly target: number | undefined;

  constructor(code: HaltCode, message: string, target?: number) {
    super(message);
    this.code = code;
    this.target = target;
  }
}

/** `an ff`, `a u8`. */
export function tagWithArticle(code: number): string {
  return `${code === 0 ? "an" : "a"} ${TAGS[code]}`;
}
