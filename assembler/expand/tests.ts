/** Collects the `.test` blocks of a source, and finds the program that a test file (`.test.avm`) tests. */

import type { Location } from "../../diagnostics/diagnostic.ts";
import type { DirectiveStatement, InstructionStatement, Node, Statement } from "../../grammar/ast.ts";
import { canStandIn, isDirectiveName } from "../../grammar/directives.ts";
import { tokenColumns, tokenText, type Line } from "../../grammar/line.ts";
import { parseSource, type SourceFile } from "../../grammar/source-file.ts";
import type { ReportAt } from "../expressions/evaluate.ts";
import { parseQuoted } from "../expressions/literals.ts";
import type { Scoped } from "../expressions/symbols.ts";

/** A test with its directives in order, including those from macros and repetitions. */
export interface TestBlock {
  readonly at: Scoped<DirectiveStatement>;
  readonly name: string;
  readonly steps: Scoped<DirectiveStatement>[];
  /** False if a part of it has an error. */
  isWhole: boolean;
}

/** A line with a mnemonic in a test or test file. Once all macros are known, it can be said what is wrong with it. */
export interface MisplacedInstruction {
  readonly at: Scoped<InstructionStatement>;
  readonly place: "test" | "test file";
  /** The error of one that is known. */
  readonly message: string;
}

/** The program that a test file tests. */
export interface ProgramUnderTest {
  readonly file: SourceFile;
  /** The line of the test file that includes it. */
  readonly include: Line;
}

/** True for the name of a test file, which contains tests of another file. */
export function isTestFileName(name: string): boolean {
  return name.toLowerCase().endsWith(".test.avm");
}

/**
 * The program under test: the first file that a test file includes in quotes. It is assembled as a main file, and
 * definitions of the test file aren't visible in it. Undefined for other files, or if it can't be read.
 */
export function programUnderTest(
  main: SourceFile,
  read:
    ((path: string) => { readonly name: string; readonly text: string } | SourceFile | undefined) | undefined,
): ProgramUnderTest | undefined {
  if (!read || !isTestFileName(main.name)) return undefined;
  const include = main.lines.find((line) => quotedInclude(line) !== undefined);
  const found = include && read(quotedInclude(include)!);
  if (!found || found.name === main.name) return undefined;
  return { include, file: "lines" in found ? found : parseSource(found.name, found.text) };
}

/** True for a test file whose text includes the program under test. */
export function isTestFile({ name, lines }: SourceFile): boolean {
  return isTestFileName(name) && lines.some((line) => quotedInclude(line) !== undefined);
}

/** The path of an `.include "path"`. */
function quotedInclude(line: Line): string | undefined {
  const { statement } = line.tree;
  if (statement?.kind !== "directive" || line.problems.length > 0) return undefined;
  const { body } = statement;
  if (body.kind !== "include" || body.standard) return undefined;
  const { start, end } = tokenColumns(line, body.path);
  const path = parseQuoted(line.text.slice(start, end));
  return typeof path === "string" ? path : undefined;
}

/** Collects the tests of a program. Reports statements in tests and in test files, which must not add code. */
export class Tests {
  readonly list: TestBlock[] = [];
  readonly misplacedInstructions: MisplacedInstruction[] = [];
  /** The first test of each name, by file. */
  private readonly named = new Map<SourceFile, Map<string, Scoped<DirectiveStatement>>>();
  /** The current test. */
  private current: TestBlock | undefined;
  /** The program under test; set after its lines were expanded. */
  subject: ProgramUnderTest | undefined;
  private readonly report: ReportAt;

  constructor(report: ReportAt) {
    this.report = report;
  }

  /** True in a test and in a test file, whose lines add no code. */
  get emitsNothing(): boolean {
    return this.current !== undefined || this.subject !== undefined;
  }

  get isInside(): boolean {
    return this.current !== undefined;
  }

  /** Whether a directive is allowed in a test, or in a test file outside of tests. */
  allows(written: string): boolean {
    const name = written.slice(1).toLowerCase();
    return !isDirectiveName(name) || canStandIn(name, this.isInside ? "test" : "test file");
  }

  /** Begins a test; reports an error and returns false if it isn't allowed here. */
  begin(at: Scoped<DirectiveStatement>): boolean {
    const { body } = at.node;
    // The tests of an included file test that file as a program of its own.
    if (body.kind !== "test" || isIncluded(at)) return false;
    if (this.current || at.scope.frame.expansion !== undefined) {
      const where = this.current ? "another test" : "a macro or repetition";
      this.spoil();
      this.report(at, "misplaced-test", `a test can't be in ${where}`, {
        dependence: { block: "within" },
      });
      return false;
    }
    const name = at.line.problems.length > 0 ? undefined : this.nameOf(at, body.name);
    this.current = { at, name: name ?? "", steps: [], isWhole: name !== undefined };
    return true;
  }

  end(): void {
    if (this.current) this.list.push(this.current);
    this.current = undefined;
  }

  private nameOf(at: Scoped<DirectiveStatement>, token: number): string | undefined {
    const place = { ...at, node: { first: token, last: token } };
    const name = parseQuoted(tokenText(at.line, token));
    if (typeof name !== "string") {
      this.report(place, "malformed-character", name.error);
      return undefined;
    }
    if (name.trim() === "") {
      this.report(place, "malformed-directive", "a test has a name");
    } else {
      const { file } = at.scope.frame;
      const names = this.named.get(file) ?? new Map<string, Scoped<DirectiveStatement>>();
      this.named.set(file, names);
      const first = names.get(name);
      if (!first) names.set(name, at);
      else {
        const related = [{ ...locationOf({ at: first }), message: "the first test" }];
        this.report(place, "duplicate-definition", "there is a test of this name already", { related });
      }
    }
    return name;
  }

  /** Adds a directive to the current test. */
  step(at: Scoped<DirectiveStatement>): void {
    if (this.current && at.line.problems.length === 0) return void this.current.steps.push(at);
    this.spoil();
    if (this.current || at.line.problems.length > 0) return;
    const written = tokenText(at.line, at.node.name);
    const message = `\`${written}\` is allowed only in a test, between \`.test "name"\` and \`.endtest\``;
    this.report(at, "outside-of-test", message, { dependence: { block: "within" } });
  }

  /** Marks the current test as incomplete, so that it isn't run. */
  spoil(): void {
    if (this.current) this.current.isWhole = false;
  }

  /** Reports a line that isn't allowed in a test or test file, for example because it adds code. */
  misplaced(at: Scoped<Node | Statement>): void {
    this.spoil();
    if (at.line.problems.length > 0) return;
    const place = this.current ? "a test" : "a file of tests";
    const allowed = this.current
      ? "directives of tests, and macros, repetitions and conditions that expand to them"
      : "tests, and definitions for them";
    const written = tokenText(at.line, at.node.first);
    const message = `\`${written}\` isn't allowed in ${place}, which contains only ${allowed}`;
    if (isInstruction(at))
      this.misplacedInstructions.push({ at, place: this.isInside ? "test" : "test file", message });
    else this.report(at, "misplaced-in-test", message, { dependence: { block: "within" } });
  }
}

function isInstruction(at: Scoped<Node | Statement>): at is Scoped<InstructionStatement> {
  return "kind" in at.node && at.node.kind === "instruction";
}

function isIncluded({ scope: { frame } }: Scoped<Node>): boolean {
  return frame.expansion === undefined && frame.parent !== undefined;
}

/** The place of a test's name. */
export function locationOf({ at }: Pick<TestBlock, "at">): Location {
  const { body, name } = at.node;
  const token = body.kind === "test" ? body.name : name;
  const span = { line: at.lineNumber, ...tokenColumns(at.line, token) };
  return { source: at.scope.frame.file.name, span };
}
