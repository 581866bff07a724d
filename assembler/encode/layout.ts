/** The second half of the general driver: encodes the lines of an expansion in one pass, then evaluates what depends on offsets. */

import type { DirectiveStatement, Node } from "../../grammar/ast.ts";
import { columnsOf, tokenText } from "../../grammar/line.ts";
import { INDIRECT, type InstructionSet } from "../../isa/instruction-set.ts";
import { TAGS } from "../../isa/tags.ts";
import type { Paused } from "../../program/cooperative.ts";
import { sizeOf, type Annotation, type TaggedCell } from "../../program/program.ts";
import { Assembly } from "../assembly.ts";
import type { Expansion } from "../expand/expansion.ts";
import { forget, resolveName, withinChain } from "../expressions/evaluate.ts";
import { globalOffsets, sizeFrom } from "../expressions/label-sizes.ts";
import { parseQuoted } from "../expressions/literals.ts";
import { tagAt, undefinedArgument } from "../expressions/parameters.ts";
import { placeOf } from "../expressions/places.ts";
import type { AssemblySymbol, LabelSymbol, Scoped } from "../expressions/symbols.ts";
import { reportLibraryAssertion } from "./library-assertions.ts";
import { MAX_ANNOTATIONS } from "../limits.ts";
import { shown } from "./mistakes.ts";
import { resolveOperand } from "./operands.ts";
import { withoutFollowUps } from "../../diagnostics/follow-ups.ts";
import { sizeDiagnostics } from "./size-diagnostics.ts";
import { StatementEncoder } from "./statement-encoder.ts";
import { evaluateTests } from "./tests.ts";
import { grouped } from "../../program/grouped.ts";

/** Number of statements to encode between two pauses. */
const STATEMENTS_PER_PAUSE = 200;

/** Encodes an expansion, with pauses. With `reference`, every operand goes through the operand resolver instead of plans. */
export function layingOut(set: InstructionSet, expansion: Expansion, reference: boolean): Paused<Assembly> {
  return new Layout(set, expansion, reference).run();
}

class Layout {
  private readonly set: InstructionSet;
  private readonly expansion: Expansion;
  private readonly encoder: StatementEncoder;
  private readonly annotations: Annotation[] = [];
  /** Offsets of global labels, ascending; filled when the layout is done. */
  private globalOffsets: readonly number[] = [];

  constructor(set: InstructionSet, expansion: Expansion, reference: boolean) {
    this.set = set;
    this.expansion = expansion;
    this.encoder = new StatementEncoder({
      set,
      capacity: expansion.lineOf.length,
      report: expansion.diagnostics.report,
      macros: () => new Set(expansion.symbols.filter(({ kind }) => kind === "macro").map(({ name }) => name)),
      sizeOf: (label) => this.sizeOfLabel(label),
      declarations: expansion.declarations,
      reference,
    });
  }

  *run(): Paused<Assembly> {
    const { expansion, encoder } = this;
    const { lineOf, scopeOf, scopes, bodies, labelOf, holes, symbols, files, root, diagnostics } = expansion;
    const { builder } = encoder;
    let nextPause = 0;
    for (let index = 0; index < lineOf.length; index++) {
      if (index >= nextPause) {
        nextPause = index + STATEMENTS_PER_PAUSE;
        yield;
      }
      // If the list of diagnostics is full, the program isn't output anyway, so the rest isn't encoded.
      if ((holes.size > 0 && holes.has(index)) || diagnostics.isFull) {
        encoder.addHole();
        continue;
      }
      const scope = scopes[scopeOf[index]];
      const body = scopeOf[index] === scopeOf[index - 1] ? undefined : bodies[scopeOf[index]];
      const encoded = body ? encoder.encodeBody(body, scope) : 0;
      if (encoded > 0) {
        index += encoded - 1;
        continue;
      }
      const lineNumber = lineOf[index];
      encoder.encodeLine(scope.frame.file.lines[lineNumber], lineNumber, scope, labelOf[index]);
    }
    this.globalOffsets = globalOffsets(symbols, (label) => builder.offsetOf(label.statement));
    yield;
    encoder.finishLayout();
    yield;
    for (const [index, { before, directive }] of expansion.deferred.entries()) {
      if (index % STATEMENTS_PER_PAUSE === 0) yield;
      this.runDeferred(before, directive);
    }
    // `$` in a definition means the offset of the statement that uses it. Here no statement does, so take the first one.
    encoder.standAt(0);
    const tests = evaluateTests(expansion.tests, {
      set: this.set,
      evaluate: (at) => this.encoder.evaluate(at),
      report: encoder.context.report,
    });
    for (const one of expansion.misplacedInstructions) encoder.reportMisplaced(one);
    this.checkSymbols(symbols);
    const functions = yield* expansion.declarations.finishing(encoder.context);
    const program = builder.finish({
      origins: { frameOf: scopeOf, lineOf, frames: scopes.map(({ frame }) => frame) },
      annotations: this.annotations,
      taggedCells: symbols.filter(({ kind }) => kind === "cell").flatMap((cell) => this.taggedCell(cell)),
    });
    const list = withoutFollowUps(diagnostics.list);
    const found = [
      ...list,
      ...sizeDiagnostics(list, sizeOf(program), files[0], symbols.length > 0, tests.length > 0),
    ];
    const isAlone =
      files.length === 1 &&
      scopes.length === 1 &&
      !expansion.hasBlocks &&
      expansion.deferred.length === 0 &&
      expansion.declarations.isEmpty;
    const layout = {
      set: this.set,
      isSimple: isAlone && !encoder.hasFixups && list === diagnostics.list,
      labelUses: encoder.labelUses,
    };
    return new Assembly(program, found, files, () => ({ symbols, root }), layout, tests, {
      name: expansion.declarations.name,
      functions,
      structs: expansion.declarations.types(),
    });
  }

  private runDeferred(before: number, at: Scoped<DirectiveStatement>): void {
    const { encoder } = this;
    encoder.standAt(before);
    const { body } = at.node;
    if (at.line.problems.length > 0) return;
    if (body.kind === "assert") {
      const node = body.condition;
      const value = encoder.evaluate({ ...at, node });
      if (value !== 0n) return;
      const unknown = undefinedArgument({ ...at, node });
      if (unknown) return void resolveName(unknown, encoder.context);
      const text = body.message === undefined ? "" : messageOf(at, body.message);
      const { libraryFiles, diagnostics } = this.expansion;
      if (reportLibraryAssertion(at, node, text, libraryFiles, diagnostics)) return;
      const why = text === "" ? "" : `: ${text}`;
      encoder.context.report({ ...at, node }, "assertion-failed", `the assertion doesn't hold${why}`);
    } else if (body.kind === "error") {
      const text = body.message === undefined ? "" : messageOf(at, body.message);
      encoder.context.report(at, "user-error", text === "" ? "an .error was reached" : text);
    } else if (body.kind === "assume" || body.kind === "expect") {
      this.annotate(body.kind, before, at);
    }
  }

  private annotate(kind: "assume" | "expect", before: number, at: Scoped<DirectiveStatement>): void {
    const { body } = at.node;
    const { context } = this.encoder;
    if (body.kind !== kind || !body.operand) return;
    const tag = body.tag === undefined ? undefined : tagAt(at, body.tag);
    if (!tag) {
      const node = body.tag === undefined ? at.node : { first: body.tag, last: body.tag };
      const given = body.tag === undefined ? "" : `\`${tokenText(at.line, body.tag)}\` is not a tag; `;
      const message = `${given}\`.${kind}\` takes an operand and one of the tags ${TAGS.join(", ")}: \`.${kind} [1]: u32\``;
      return context.report({ ...at, node }, "unknown-tag", message);
    }
    const place = { ...at, node: body.operand };
    const memory = { kind: "memory", name: "operand", access: "read" } as const;
    const operand = resolveOperand(place, memory, `.${kind}`, undefined, context);
    if (!operand || !this.isAddress(operand.value, place)) return;
    if (this.annotations.length >= MAX_ANNOTATIONS) {
      const most = grouped(MAX_ANNOTATIONS);
      context.report(at, "limit-exceeded", `the program has more than ${most} \`.assume\` and \`.expect\``);
      return this.expansion.diagnostics.close();
    }
    const span = { line: at.lineNumber, ...columnsOf(at.line, body.operand) };
    this.annotations.push({
      kind,
      before,
      mode: operand.mode,
      address: Number(operand.value),
      tag,
      location: { source: at.scope.frame.file.name, span },
      frame: at.scope.frame,
    });
  }

  /** Evaluates every constant, so that errors in unused ones are reported, too. */
  private checkSymbols(symbols: readonly AssemblySymbol[]): void {
    const { encoder } = this;
    for (const symbol of symbols) {
      if (symbol.kind === "constant") {
        encoder.context.active.add(symbol);
        encoder.evaluate(symbol.value);
        encoder.context.active.clear();
      }
    }
  }

  private taggedCell(symbol: AssemblySymbol): TaggedCell[] {
    if (symbol.kind !== "cell") return [];
    const { operand, tag, name, location } = symbol;
    const { context } = this.encoder;
    forget(context);
    const place = withinChain(symbol, operand, context, () => placeOf(operand, context));
    if (!place) return [];
    const { mode, address } = place;
    if (mode & INDIRECT) {
      const message = `\`${name}\` would be what a pointer points at; a cell has an address that is a number`;
      context.report(operand, "operand-kind", message);
      return [];
    }
    if (!this.isAddress(address, operand) || !tag) return [];
    return [{ name, mode, address: Number(address), tag, location }];
  }

  /** Reports an address beyond the end of memory. */
  private isAddress(value: bigint, at: Scoped<Node>): boolean {
    if (value >= 0n && value <= 0xffff_ffffn) return true;
    const message = `the address is ${shown(value)}; it has to be from 0 to 2^32 - 1`;
    this.encoder.context.report(at, "out-of-range", message);
    return false;
  }

  private sizeOfLabel(label: LabelSymbol): number {
    const { builder } = this.encoder;
    return sizeFrom(builder.offsetOf(label.statement), this.globalOffsets, builder.size);
  }
}

function messageOf(at: Scoped<Node>, token: number): string {
  const text = parseQuoted(tokenText(at.line, token));
  return typeof text === "string" ? text : tokenText(at.line, token).slice(1, -1);
}
