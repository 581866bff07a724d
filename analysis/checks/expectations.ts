import { tagCode } from "../../isa/tags.ts";
import type { Finding } from "../findings.ts";
import { article, modeText, tagList, type Check } from "./context.ts";

/** `expectation-failed`, `assumption-refuted`: what the source says about a tag isn't so, or can't be proven. */
export const checkExpectations: Check = ({ program, annotations }) => {
  const findings: Finding[] = [];
  for (const [annotation, { tags, reached, unplaced }] of annotations) {
    const wanted = 1 << tagCode(annotation.tag);
    if (!reached || (tags & ~wanted) === 0) continue;
    const refuted = (tags & wanted) === 0;
    const text = modeText(annotation.mode, annotation.address);
    const { kind } = annotation;
    if (kind === "assume" && !refuted && !unplaced) continue;
    findings.push({
      code: kind === "expect" ? "expectation-failed" : "assumption-refuted",
      verdict: "definite",
      index: annotation.before,
      pc: program.pcs[Math.min(annotation.before, program.count)],
      location: annotation.location,
      around: annotation.around,
      message:
        !refuted && kind === "assume"
          ? `nothing can be assumed of ${text} here, since it isn't known which cell its pointer is`
          : refuted
            ? `${text} is ${article(tagList(tags))} here, not ${article(annotation.tag)}`
            : `${text} can't be shown to be ${article(annotation.tag)} here: it may be ${article(tagList(tags & ~wanted))}`,
      related: [],
      fixes: [],
    });
  }
  return findings;
};
