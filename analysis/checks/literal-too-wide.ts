import { TAGS } from "../../isa/tags.ts";
import { formOf, valueOf } from "../../program/program.ts";
import { tagLimit, truncate } from "../../isa/tags.ts";
import { planOf } from "../code/decoded-code.ts";
import { inEach, type Check } from "./context.ts";

/** `literal-too-wide`: SET drops the high bits of a literal that doesn't fit its tag. */
export const checkLiterals: Check = ({ program }) =>
  inEach(program.count, (index, found) => {
    const form = formOf(program, index);
    if (form?.definition.computes !== "set") return;
    const { tagPosition, immediatePosition } = planOf(form);
    const tag = TAGS.at(program.values[program.firsts[index] + tagPosition]);
    if (tag === undefined) return;
    const literal = valueOf(program, index, immediatePosition);
    if (literal < tagLimit(tag)) return;
    const wider = BY_WIDTH.find((one) => literal < tagLimit(one));
    found.push({
      code: "literal-too-wide",
      verdict: "definite",
      index,
      pc: program.pcs[index],
      position: immediatePosition,
      message: `${literal} doesn't fit ${tag} (at most ${tagLimit(tag) - 1n}), and becomes ${truncate(literal, tag)}`,
      related: [],
      fixes: [
        ...(wider === undefined ? [] : [{ kind: "retag", index, tag: wider } as const]),
        { kind: "literal", position: immediatePosition, value: truncate(literal, tag) },
      ],
    });
  });

/** All tags, from the narrowest to the widest. */
const BY_WIDTH = [...TAGS].sort((a, b) => (tagLimit(a) < tagLimit(b) ? -1 : 1));
