/** The result of assembling a file: the program, the diagnostics and the symbols. */

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
  /** All definitions, outside and inside of expansions, in the order of definition. */
  readonly symbols: readonly AssemblySymbol[];
  /** The scope of the main file and the files that it includes. */
  readonly root: Scope;
}

/** The labels that operands name, and the indices, in ascending order, of the values that hold their offsets. */
export interface LabelUses<Label> {
  readonly labels: readonly Label[];
  readonly values: readonly number[];
}

/** The layout data that the driver for edits needs. */
export interface LayoutRecord {
  readonly set: InstructionSet;
  /** True for a single file without blocks whose statements depend on the layout only through labels. */
  readonly isSimple: boolean;
  readonly labelUses: LabelUses<unknown>;
}

/** The contract that a source declares. */
export interface DeclaredContract {
  readonly name: string | undefined;
  readonly functions: readonly ContractFunction[];
  /** The structs in its signatures. */
  readonly structs: ReadonlyMap<string, AbiType>;
}

/** The result of every driver. */
export class Assembly implements SymbolTable {
  /** The program, with holes in place of statements with errors. */
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
  /** The main file comes first. */
  readonly files: readonly SourceFile[];
  /** Tests in the order of the text. */
  readonly tests: readonly TestCase[];
  readonly contract: DeclaredContract;
  /** Absent if the driver doesn't keep it. */
  readonly layout: LayoutRecord | undefined;
  /** The data for edits, made at the first edit; null if every edit must assemble the whole file. */
  editBase: EditBase | null | undefined;
  private readonly makeTable: () => SymbolTable;
  private table: SymbolTable | undefined;

  /** @param makeTable makes the symbols at their first use, because most runs don't need them */
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

/** The byte offsets of the labels outside of expansions, by qualified name. */
export function labelOffsets(assembly: Assembly): Record<string, number> {
  const offsets: [string, number][] = [];
  for (const symbol of assembly.symbols) {
    if (symbol.kind === "label" && !symbol.private) {
      offsets.push([symbol.name, assembly.program.pcs[symbol.statement]]);
    }
  }
  return Object.fromEntries(offsets);
}
