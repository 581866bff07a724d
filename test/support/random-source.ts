/** Random source text with constructs that no author would write, for properties that every text has. */

import fc from "fast-check";
import { instructionSet } from "../../isa/instruction-set.ts";

const set = instructionSet("v6");

const number = fc.constantFrom("0", "1", "2", "255", "0X1f", "0B1", "1_000", "'a'", "' '");
const name = fc.constantFrom("A", "cell", "sender", "P", "Counter", ".x", "a.x", "a", "U8", "$", "i");
const operator = fc.constantFrom("+", "-", "*", "<<", ">>", "&", "|", "^", "==", "<", ">=", "&&", "/", "%");

/** Tokens of a random expression. */
const expression: fc.Arbitrary<string[]> = fc.letrec<{ expression: string[] }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    number.map((text) => [text]),
    name.map((text) => [text]),
    fc.tuple(fc.constantFrom("-", "+", "~", "!"), tie("expression")).map(([sign, value]) => [sign, ...value]),
    fc
      .tuple(tie("expression"), operator, tie("expression"))
      .map(([left, sign, right]) => [...left, sign, ...right]),
    tie("expression").map((value) => ["(", ...value, ")"]),
    tie("expression").map((value) => ["lo", "(", ...value, ",", "8", ")"]),
  ),
})).expression;

const memory = fc
  .tuple(fc.constantFrom(["["], ["[", "["], ["[", "sp", "+"], ["[", "[", "SP", "+"]), expression)
  .map(([open, value]) => [...open, ...value, ...open.filter((token) => token === "[").map(() => "]")]);
const lone = fc.constantFrom(["[", "sp", "]"], ["[", "[", "Sp", "]", "]"], ["[", "(", "sp", ")", "]"]);
const operand = fc.oneof(
  { weight: 3, arbitrary: memory },
  lone,
  expression.map((value) => ["#", ...value]),
  expression,
  fc.constantFrom("u32", "FF", "sender", "CLASS_ID", "class_id", "cell", "P").map((text) => [text]),
);

function separated(parts: readonly (readonly string[])[]): string[] {
  return parts.flatMap((part, index) => (index > 0 ? [",", ...part] : part));
}

const instruction = fc
  .tuple(
    fc.constantFrom(...set.byMnemonic.keys(), "ADD_16", "SET_FF", "M", "m", "FROB"),
    fc.boolean(),
    fc.infiniteStream(operand),
    fc.integer({ min: 0, max: 9 }),
  )
  .map(([mnemonic, lower, operands, count]) => {
    const wanted = set.byMnemonic.get(mnemonic)?.operands.length;
    const given = operands.take(count === 0 || wanted === undefined ? count % 4 : wanted);
    return [lower ? mnemonic.toLowerCase() : mnemonic, ...separated([...given])];
  });

const directive = fc.oneof(
  fc
    .tuple(fc.constantFrom("A", "Counter", "i", "very_long_name_of_a_constant"), expression)
    .map(([text, value]) => [".const", text, "=", ...value]),
  fc
    .tuple(fc.constantFrom("cell", "sender", "C"), memory, fc.constantFrom([], [":", "U32"], [":", "ff"]))
    .map(([text, value, tag]) => [".CELL", text, "=", ...value, ...tag]),
  fc.array(expression, { minLength: 1, maxLength: 4 }).map((values) => [".byte", ...separated(values)]),
  expression.map((value) => [".assert", ...value, ",", '"a  b ; c"']),
  fc
    .tuple(fc.constantFrom(".assume", ".Expect"), memory)
    .map(([text, value]) => [text, ...value, ":", "U32"]),
  fc.constantFrom(
    [".target", "V6"],
    [".target", "v3"],
    [".error", '"x"'],
    [".include", '"x.avm"'],
    [".include", "<", "std", "/", "x", ".avm", ">"],
    [".unknown", "1"],
  ),
);
const block = fc.constantFrom(
  [".macro", "m", "P", ",", "sender", "=", "[", "1", "]"],
  [".macro", "M", "P", "=", "1", "+", "2"],
  [".endm"],
  [".rept", "2", ",", "i"],
  [".endr"],
  [".if", "A", "==", "1"],
  [".elif", "0"],
  [".ELSE"],
  [".endif"],
);
const label = fc.constantFrom(["a", ":"], ["b", ":"], [".x", ":"], ["a", ":", ".x", ":"]);

const space = fc.constantFrom("", "", " ", " ", "  ", "\t", " /* c */ ", "/**/", "\u00a0");
const ending = fc.constantFrom(
  "",
  "",
  "",
  " ",
  "; c",
  ";c",
  " ;; c ",
  "// c",
  "  /* c */",
  "/* a */ ; b",
  "\t",
);

const code = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, label),
    fc.oneof(
      { weight: 6, arbitrary: instruction },
      { weight: 2, arbitrary: directive },
      { weight: 2, arbitrary: block },
      fc.constant([]),
    ),
    fc.infiniteStream(space),
    fc.boolean(),
    ending,
  )
  .map(([labels, tokens, spaces, isTidy, end]) => {
    const all = [...labels, ...tokens];
    // Two names in a row need a blank between them, or they would be one name.
    const gap = (token: string, index: number): string => {
      const between = isTidy ? " " : spaces.next().value!;
      return between === "" && /\w$/.test(token) && /^[\w.]/.test(all[index + 1] ?? "") ? " " : between;
    };
    return (
      (isTidy ? "" : spaces.next().value!) +
      all.map((token, index) => token + gap(token, index)).join("") +
      end
    );
  });

/** A line of code with comments, labels and white space around it. */
const randomLine = fc.oneof(
  { weight: 12, arbitrary: code },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      "",
      "",
      "   ",
      "; comment",
      "\t;comment",
      "          // far",
      "                                                ; farther",
      "/* a */ /* b */",
      "/* opens",
      "   goes on */ ADD [1],[2],[3]",
      " closes */",
      " ;fmt: off",
      "// fmt:on",
      "; fmt: on and on",
      "ADD [1] [2], [3",
      "mov [1], [2] ]",
      "set [1], u8, #'a",
      "; a\u2028add [1],[2],[3]",
    ),
  },
);

/** A text of several random lines. */
export const randomSource = fc
  .tuple(fc.array(randomLine, { maxLength: 25 }), fc.constantFrom("\n", "\n", "\r\n", "\r"), fc.boolean())
  .map(([lines, lineBreak, isEnded]) => lines.join(lineBreak) + (isEnded ? lineBreak : ""));
