/** Finds the text of an operand in the source. In the body of a macro, the call's arguments replace the parameters. */

import { tokenText, type Line, nodeText } from "../grammar/line.ts";
import type { SourceFile } from "../grammar/source-file.ts";
import type { Program } from "./program.ts";
import { frameOf, lineOf, operandNode } from "./source-locations.ts";

/** Maximum length of such a text; for a longer one, messages show the address, which is easier to read. */
const MAX_LENGTH = 40;

/** Maximum number of expansions to follow outwards; for an operand deeper inside, messages show only the address. */
const MAX_LEVELS = 16;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/g;

/** The text of a statement's memory operand; undefined if it contains no name, or if there is no text. */
export function operandSourceText(
  { origins, count }: Program,
  index: number,
  position: number,
): string | undefined {
  // Instructions that the analysis adds have indexes after those of the statements, and no text.
  if (!origins || origins.isStraightLine || index >= count) return undefined;
  const node = operandNode(origins, index, position);
  if (!node) return undefined;
  const line = lineOf(origins, index);
  let text = nodeText(line, node);
  if (namesIn(text).length === 0) return undefined;
  let number = origins.lineOf[index];
  let levels = 0;
  for (let frame = frameOf(origins, index); frame.parent; frame = frame.parent.frame) {
    if (++levels > MAX_LEVELS) return undefined;
    const { frame: outer, line: call } = frame.parent;
    const { expansion } = frame;
    const isMacro = expansion !== undefined && !expansion.startsWith(".");
    const parameters = isMacro ? parametersAbove(frame.file, number, expansion) : undefined;
    if (parameters) {
      const passed = withArguments(text, parameters, argumentsOf(outer.file.lines[call]));
      if (passed === undefined) return undefined;
      text = passed;
    }
    number = call;
  }
  return namesIn(text).length > 0 && text.length <= MAX_LENGTH ? text : undefined;
}

function namesIn(text: string): string[] {
  return text.match(NAME)?.filter((name) => name.toLowerCase() !== "sp") ?? [];
}

/** For the text `[x]` of an operand, the text `x`; undefined if there are no brackets. */
export function pointerSourceText(words: string | undefined): string | undefined {
  return /^\[(.*)\]$/.exec(words ?? "")?.[1].trim();
}

/** The parameters of the macro whose body a line is in. */
function parametersAbove(
  { lines }: SourceFile,
  number: number,
  macro: string,
): readonly string[] | undefined {
  for (let above = number; above >= 0; above--) {
    const { statement } = lines[above].tree;
    if (statement?.kind !== "directive" || statement.body.kind !== "macro") continue;
    if (tokenText(lines[above], statement.body.name) !== macro) continue;
    return statement.body.parameters.map(({ name }) => tokenText(lines[above], name));
  }
  return undefined;
}

function argumentsOf(line: Line): readonly string[] {
  const { statement } = line.tree;
  return statement?.kind === "instruction" ? statement.operands.map((node) => nodeText(line, node)) : [];
}

/** Replaces parameters by arguments. Undefined if the result isn't readable as an operand. */
function withArguments(
  text: string,
  parameters: readonly string[],
  given: readonly string[],
): string | undefined {
  const whole = parameters.indexOf(text);
  if (whole >= 0) return given.at(whole);
  let known = true;
  const passed = text.replace(NAME, (name) => {
    const at = parameters.indexOf(name);
    if (at < 0) return name;
    const argument = given.at(at);
    if (argument === undefined || !/^\w+$/.test(argument)) known = false;
    return argument ?? name;
  });
  return known ? passed : undefined;
}
