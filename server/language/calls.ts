/**
 * The calls of a program: caller, called routine or macro, and place. If a macro calls a routine through a parameter, the place
 * of the call is the argument.
 */

import type { Assembly } from "../../assembler/assemble.ts";
import type { OperandNode } from "../../grammar/ast.ts";
import { columnsOf, type Columns } from "../../grammar/line.ts";
import { targetOf } from "../../program/control-flow.ts";
import { statementAt } from "../../program/program.ts";
import type { Document } from "../documents/document.ts";
import { placedOn } from "./assembled-code.ts";
import { instructionOn, meaningOfUse } from "./name-resolution.ts";
import { definitionsOn, lookUp, structureOf, usesOn, type Definition, type Region } from "./scopes.ts";
import type { Found, Snapshot } from "./snapshot.ts";

/** A routine or a macro; the code in front of the first label of a file has no definition. */
export interface Routine {
  readonly document: Document;
  readonly definition: Definition | undefined;
}

export interface Call {
  readonly caller: Routine;
  readonly callee: Routine;
  /** The place of the called name, in the document of the caller. */
  readonly line: number;
  readonly columns: Columns;
}

interface Site {
  readonly document: Document;
  readonly line: number;
}

/** The place of a call: an operand, or the argument of a macro that replaces it. */
interface Target extends Site {
  readonly node: OperandNode;
}

/** The macro or routine that a symbol is or is part of; undefined for what isn't code. */
export function routineOf({ document, definition }: Found): Routine | undefined {
  const macro = macroAround(document, definition.region);
  if (definition.kind === "macro") return { document, definition };
  if (definition.kind !== "label") return undefined;
  if (macro) return { document, definition: macro };
  const dot = definition.name.indexOf(".");
  if (dot < 0) return { document, definition };
  const global = lookUp(document.file, definition.line, definition.name.slice(0, dot));
  return { document, definition: global };
}

/** All calls in the files of a program, including those in code that it doesn't use. */
export function callsIn(program: Snapshot): Call[] {
  const calls: Call[] = [];
  const macroCalls = new Map<Definition, Site[]>();
  const pending: Target[] = [];
  for (const document of program.files) {
    for (const [line, { tree }] of document.file.lines.entries()) {
      const { statement } = tree;
      if (statement?.kind !== "instruction") continue;
      const site = { document, line };
      const mnemonic = usesOn(document.file, line).find(({ token }) => token === statement.mnemonic);
      const meaning = mnemonic && meaningOfUse(program, document, mnemonic);
      if (meaning?.kind === "symbol") {
        const { definition } = meaning.found;
        add(site, meaning.found, mnemonic!.columns);
        const sites = macroCalls.get(definition);
        if (sites) sites.push(site);
        else macroCalls.set(definition, [site]);
      } else if (instructionOn(program.set, document.file.lines[line])?.definition.flow === "call") {
        const node = statement.operands.at(0);
        if (node) pending.push({ ...site, node });
      }
    }
  }
  const followed = new Set<Definition>();
  for (const target of pending) {
    const found = meaningOfTarget(program, target);
    if (found?.definition.kind !== "parameter") {
      if (found) add(target, found, nameColumns(target));
      continue;
    }
    if (followed.has(found.definition)) continue;
    followed.add(found.definition);
    pending.push(...argumentsFor(found, macroCalls));
  }
  return calls;

  function add(site: Site, callee: Found, columns: Columns): void {
    const to = routineOf(callee);
    if (!to) return;
    const caller = routineAround(site);
    // A label of a macro is a part of it, not something that it calls.
    if (callee.definition.kind === "label" && to.definition?.kind === "macro" && isSameRoutine(caller, to))
      return;
    calls.push({ caller, callee: to, line: site.line, columns });
  }
}

export function isSameRoutine(a: Routine, b: Routine): boolean {
  return a.document.uri === b.document.uri && a.definition === b.definition;
}

/** The routine or macro that a line is part of. */
function routineAround({ document, line }: Site): Routine {
  const { regionOf, labelOf } = structureOf(document.file);
  const macro = macroAround(document, regionOf[line]);
  return { document, definition: macro ?? lookUp(document.file, line, labelOf[line]) };
}

/** The innermost macro around a scope. */
function macroAround({ file }: Document, scope: Region): Definition | undefined {
  let region: Region | undefined = scope;
  while (region && region.kind !== "macro") region = region.parent;
  return region && definitionsOn(file, region.start).find(({ kind }) => kind === "macro");
}

/** What is called: a label, or a parameter that stands for one. */
function meaningOfTarget(program: Snapshot, { document, line, node }: Target): Found | undefined {
  if (node.kind === "memory") return undefined;
  const { value } = node;
  if (value.kind !== "name") return labelAtTarget(program, document, line);
  const use = usesOn(document.file, line)
    .filter(({ token }) => token === value.first)
    .at(-1);
  const meaning = use && meaningOfUse(program, document, use);
  if (meaning?.kind !== "symbol") return undefined;
  const { kind } = meaning.found.definition;
  return kind === "label" || kind === "parameter" ? meaning.found : labelAtTarget(program, document, line);
}

/** The label at the byte offset that the call on a line gives as a number; undefined if there is none. */
function labelAtTarget(program: Snapshot, document: Document, line: number): Found | undefined {
  const placed = placedOn(program, document.file, line);
  if (!placed) return undefined;
  const statement = statementAt(placed.program, targetOf(placed.program, placed.index));
  if (statement < 0) return undefined;
  for (const file of program.files) {
    const definition = labelsByStatement(program, file).get(statement);
    if (definition) return { document: file, definition };
  }
  return undefined;
}

const labelsOf = new WeakMap<Assembly, Map<Document, Map<number, Definition>>>();

/** The first label of a file at each statement. */
function labelsByStatement(program: Snapshot, document: Document): Map<number, Definition> {
  const assembly = program.assembly()!;
  const byFile = labelsOf.get(assembly) ?? new Map<Document, Map<number, Definition>>();
  labelsOf.set(assembly, byFile);
  let found = byFile.get(document);
  if (found) return found;
  byFile.set(document, (found = new Map<number, Definition>()));
  for (const [name, definition] of structureOf(document.file).root.names) {
    const symbol = assembly.root.names.get(name);
    if (symbol?.kind === "label" && !found.has(symbol.statement)) found.set(symbol.statement, definition);
  }
  return found;
}

/** The name that is called, after the dot of a local label; the whole operand if it isn't a name. */
function nameColumns({ document, line, node }: Target): Columns {
  const uses = usesOn(document.file, line).filter(({ token }) => token === node.last);
  return uses.at(-1)?.columns ?? columnsOf(document.file.lines[line], node);
}

/** The arguments that calls of a macro pass for one of its parameters, and the parameter's default. */
function argumentsFor(
  { document, definition }: Found,
  macroCalls: ReadonlyMap<Definition, readonly Site[]>,
): Target[] {
  const line = definition.region.start;
  const { statement } = document.file.lines[line].tree;
  const macro = macroAround(document, definition.region);
  if (statement?.kind !== "directive" || statement.body.kind !== "macro" || !macro) return [];
  const { parameters } = statement.body;
  const index = parameters.findIndex(({ name }) => name === definition.token);
  const found: Target[] = [];
  for (const site of macroCalls.get(macro) ?? []) {
    const call = site.document.file.lines[site.line].tree.statement;
    const node = call?.kind === "instruction" ? call.operands.at(index) : undefined;
    if (node) found.push({ ...site, node });
  }
  const byDefault = parameters.at(index)?.value;
  if (byDefault) found.push({ document, line, node: byDefault });
  return found;
}
