/**
 * Describes the public functions and structs of a contract in Markdown: selector, signature, layout of calldata, gas.
 */

import { fieldCount, flattenVariables, typeName, type AbiVariable } from "../../artifact/abi-types.ts";
import { hexOfSelector } from "../../artifact/selector.ts";
import { shownGas } from "../../analysis/reports/gas.ts";
import type { ContractFunction } from "../../assembler/expressions/declarations.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import { tokenText } from "../../grammar/line.ts";
import { gasOfRoutine } from "./assembled-code.ts";
import type { Cursor } from "./cursor.ts";
import { code } from "./markdown.ts";
import type { Snapshot } from "./snapshot.ts";

/** Maximum number of calldata fields to list. */
const MAX_FIELDS = 32;

/** For a `.function` or `.struct` except its names: the declaration. Empty if it has an error. */
export function aboutDeclaration(snapshot: Snapshot, cursor: Cursor): string[] {
  const { line, lineNumber, token } = cursor;
  const { statement } = line.tree;
  if (statement?.kind !== "directive") return [];
  const assembly = snapshot.assembly();
  const { body } = statement;
  if (!assembly) return [];
  if (body.kind === "function" && token === body.signature) {
    const declared = assembly.contract.functions.find(
      ({ location }) => location.source === snapshot.document.file.name && location.span.line === lineNumber,
    );
    return declared ? [describeFunction(snapshot, assembly, declared)] : [];
  }
  if (body.kind === "struct" && token === body.fields) {
    const type = assembly.contract.structs.get(tokenText(line, body.name));
    return type?.kind === "struct" ? [layoutOf(type.fields, 0)] : [];
  }
  return [];
}

/** The declared function whose code begins at a label; undefined if there is none. */
export function functionAtLabel(assembly: Assembly, name: string): ContractFunction | undefined {
  const symbol = assembly.root.names.get(name);
  return assembly.contract.functions.find(({ label }) => label !== undefined && label === symbol);
}

/** The arguments of a function and its gas. */
export function describeFunction(
  snapshot: Snapshot,
  assembly: Assembly,
  { signature, selector, attributes, parameters, returns, label }: ContractFunction,
): string {
  const marks = attributes.map((attribute) => `, \`${attribute}\``).join("");
  const facts = [`\`${signature}\`, selector \`${hexOfSelector(selector)}\`${marks}`];
  if (returns) {
    const count = fieldCount(returns);
    facts.push(`Returns \`${typeName(returns)}\`: ${count === 1 ? "1 field" : `${count} fields`}.`);
  }
  const analysis = snapshot.analysis();
  if (label && analysis?.program === assembly.program) {
    const cost = gasOfRoutine(analysis, assembly, label.statement);
    if (cost) facts.push(`Costs ${shownGas(cost.l2)} L2 gas, without the dispatch.`);
  }
  return [facts.join("  \n"), layoutOf(parameters, 1)].join("\n\n");
}

/** The layout of variables; `first` is the index of the first one's field. Field 0 of calldata is the selector. */
function layoutOf(variables: readonly AbiVariable[], first: number): string {
  const fields = flattenVariables(variables, MAX_FIELDS + 1);
  const rows = fields
    .slice(0, MAX_FIELDS)
    .map(({ name, type }, index) => `${String(first + index).padStart(3)}  ${name}: ${typeName(type)}`);
  if (fields.length > MAX_FIELDS) rows.push("  …");
  if (first > 0) rows.unshift("  0  the selector");
  return code(rows.join("\n"));
}
