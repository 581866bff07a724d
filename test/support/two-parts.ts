import { placeRear, type Helper } from "../../assembler/straight-line.ts";
import { instructionSet } from "../../isa/instruction-set.ts";

/** Places the rear part of a text as another thread would; `parts` counts how many it placed. */
export class InTwoParts implements Helper {
  parts = 0;

  place: Helper["place"] = (bytes, start, target) => () => {
    const part = placeRear(bytes, start, instructionSet(target));
    if (part) this.parts++;
    return structuredClone(part);
  };
}
