import { tagCode } from "../../isa/tags.ts";
import type { Finding } from "../findings.ts";
import { article, modeText, tagList, type Check } from "./context.ts";

/** The tag of an address. */
const ADDRESS = 1 << tagCode("u32");

/**
 * `expectation-failed`: the tag that an `.expect` states is wrong or can't be proven. `assumption-refuted`: the tag that an
 * `.assume` states is certainly wrong. `unreached-expectation`: no run reaches the `.expect`.
 */
export const checkExpectations: Check = ({ program, annotations }) => {
  const findings: Finding[] = [];
  for (const [annotation, { tags, pointers, reached, unplaced }] of annotations) {
    const wanted = 1 << tagCode(annotation.tag);
    const text = modeText(annotation.mode, annotation.address);
    const { kind } = annotation;
    const report = (code: Finding["code"], message: string): void => {
      findings.push({
        code,
        verdict: "definite",
        index: annotation.before,
        pc: program.pcs[Math.min(annotation.before, program.count)],
        location: annotation.location,
        frame: annotation.frame,
        message,
        related: [],
        fixes: [],
      });
    };
    if (!reached) {
      if (kind === "expect") report("unreached-expectation", `no run gets here, so ${text} isn't checked`);
      continue;
    }
    const wrong = pointers & ~ADDRESS;
    const isNoAddress = wrong !== 0 && (pointers & ADDRESS) === 0;
    if (isNoAddress || (kind === "expect" && wrong !== 0)) {
      const through = `${text} goes through a cell that ${isNoAddress ? "is" : "may be"} ${article(tagList(wrong))} here`;
      const code = kind === "expect" ? "expectation-failed" : "assumption-refuted";
      report(code, `${through}, and an address is ${article("u32")}`);
      continue;
    }
    if ((tags & ~wanted) === 0) continue;
    const refuted = (tags & wanted) === 0;
    if (kind === "assume" && !refuted && !unplaced) continue;
    report(
      kind === "expect" ? "expectation-failed" : "assumption-refuted",
      !refuted && kind === "assume"
        ? `nothing can be assumed about ${text} here, since it isn't known which cell its pointer is`
        : refuted
          ? `${text} is ${article(tagList(tags))} here, not ${article(annotation.tag)}`
          : `${text} can't be shown to be ${article(annotation.tag)} here: it may be ${article(tagList(tags & ~wanted))}`,
    );
  }
  return [findings];
};
