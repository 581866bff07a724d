/** What assembling a file gives: the program, the diagnostics, and the symbols that it was built with. */

import type { AbiType } from "../artifact/abi-types.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../grammar/source-file.ts";
import type { InstructionSet } from "../isa/instruction-set.ts";
import type { Program } from "../program/program.ts";
import type { EditBase } from "./edit-base.ts";
import type { TestCase } from "./encode/tests.ts";
import type { ContractFunction } from "./expressions/declarations.ts";
import type { AssemblySymbol, Scope } from "./expressions/symbols.ts";

export interface SymbolTable {
  /** Every definition outside of expansions and inside, in order. */
  readonly symbols: readonly AssemblySymbol[];
  /** The names of the main file and all it includes. */
  readonly root: Scope;
}

/** Operands that name labels: the labels, and the indices of the values that hold their offsets, ascending. */
export interface LabelUses<Label> {
  readonly labels: readonly Label[];
  readonly values: readonly number[];
}

/** What the driver for edits needs to know of the layout. */
export interface LayoutRecord {
  readonly set: InstructionSet;
  /** One file alone, without blocks, whose statements depend on the layout by naming labels at most. */
  readonly isSimple: boolean;
  readonly labelUses: LabelUses<unknown>;
}

/** What a source declares of its contract. */
export interface DeclaredContract {
  readonly name: string | undefined;
  readonly functions: readonly ContractFunction[];
  /** Types of its signatures besides those that every contract has. */
  readonly structs: ReadonlyMap<string, AbiType>;
}

/** The result of every driver. */
export class Assembly implements SymbolTable {
  /** With holes in place of statements that have errors. */
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
  /** The main file first. */
  readonly files: readonly SourceFile[];
  /** In the order of the text. */
  readonly tests: readonly TestCase[];
  readonly contract: DeclaredContract;
  /** Absent if the driver keeps none. */
  readonly layout: LayoutRecord | undefined;
  /** What edits start from, made at the first one; null if the file has to be assembled as a whole. */
  editBase: EditBase | null | undefined;
  private readonly makeTable: () => SymbolTable;
  private table: SymbolTable | undefined;

  /** `makeTable` is called at the first access to the symbols, which most runs don't need. */
  constructor(
    program: Program,
    diagnostics: readonly Diagnostic[],
    files: readonly SourceFile[],
    makeTable: () => SymbolTable,
    layout?: LayoutRecord,
    tests: readonly TestCase[] = [],
    contract: DeclaredContract = { name: undefined, functions: [], structs: new Map() },
  ) {
    this.program = program;
    this.diagnostics = diagnostics;
    this.files = files;
    this.makeTable = makeTable;
    this.layout = layout;
    this.tests = tests;
    this.contract = contract;
  }

  get symbols(): readonly AssemblySymbol[] {
    return this.symbolTable.symbols;
  }

  get root(): Scope {
    return this.symbolTable.root;
  }

  private get symbolTable(): SymbolTable {
    return (this.table ??= this.makeTable());
  }
}

/** Byte offsets by name: the labels of the files, local ones behind their global one. */
export function labelOffsets(assembly: Assembly): Record<string, number> {
  const offsets: [string, number][] = [];
  for (const symbol of assembly.symbols) {
    if (symbol.kind === "label" && !symbol.private) {
      offsets.push([symbol.name, assembly.program.pcs[symbol.statement]]);
    }
  }
  return Object.fromEntries(offsets);
}
