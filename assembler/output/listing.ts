/**
 * The listing: each source line with its code; after a line that expands a macro or includes a file, the lines of the expansion or
 * file; and at the end the symbols.
 */

import { hexOfSelector } from "../../artifact/selector.ts";
import { nodeText } from "../../grammar/line.ts";
import { lineTextsOf, type SourceFile } from "../../grammar/source-file.ts";
import { blocksOf, type Block } from "../expand/blocks.ts";
import type { Assembly } from "../assemble.ts";
import { encode } from "../../program/codec.ts";
import { evaluate, forget, type EvaluationContext } from "../expressions/evaluate.ts";
import { frameOf, type Frame } from "../../program/source-locations.ts";
import { toItsEnd, type Paused } from "../../program/cooperative.ts";
import { HOLE } from "../../isa/hole.ts";
import { sizeOf } from "../../program/program.ts";
import type { AssemblySymbol, ConstantSymbol } from "../expressions/symbols.ts";
import { assembledContext } from "./evaluation.ts";
import { hexOf } from "./formats.ts";

/** The number of bytes in a row. A longer statement takes several rows. */
const BYTES_PER_ROW = 8;

/** Matches every line that begins a block, and possibly others. A file without a match doesn't need to be parsed. */
const BLOCK = /\.(?:macro|rept|if|test)/i;

/** A file or expansion that is being listed. */
interface Open {
  readonly frame: Frame;
  /** The frames from the main file to this one. */
  readonly chain: readonly Frame[];
  readonly lines: readonly string[];
  /** The blocks by the line that starts each; undefined if there are none. */
  readonly blocks: ReadonlyMap<number, Block> | undefined;
  /** The next line of the file that hasn't been listed. */
  next: number;
}

/** One line of a listing. */
export interface ListingRow {
  readonly text: string;
  /** The source line that it shows, counted from 0; absent if it shows none. */
  readonly source?: { readonly file: string; readonly line: number };
}

/** The listing as text; see {@link listingRows}. */
export function renderListing(assembly: Assembly): string {
  return [...toItsEnd(listingRows(assembly)).map(({ text }) => text), ""].join("\n");
}

/**
 * The listing of an assembly without errors. Each row has the line's number, its depth of expansions and includes, the pc (decimal,
 * as in traces of the AVM), the bytes, and the source line.
 *
 * @param shownName converts a file's name to the one that the listing shows
 */
export function* listingRows(assembly: Assembly, shownName = (file: string) => file): Paused<ListingRow[]> {
  const { program, root } = assembly;
  const name = shownName(root.frame.file.name);
  const symbols = listSymbols(assembly);
  yield;
  const plain = (text: string): ListingRow => ({ text });
  return [
    plain(`${name}, target ${program.set.target}, ${sizeOf(program)} bytes`),
    plain(""),
    plain(row(" line", "pc", "bytes", "source")),
    ...(yield* listCode(assembly, shownName)),
    ...(symbols.length > 0 ? ["", ...symbols].map(plain) : []),
  ];
}

/** Statements between two pauses. */
const STATEMENTS_PER_PAUSE = 200;

function* listCode({ program, root }: Assembly, shownName: (file: string) => string): Paused<ListingRow[]> {
  const { origins, count, pcs, opcodes } = program;
  const bytes = encode(program);
  const rows: ListingRow[] = [];
  const texts = new Map<SourceFile, readonly string[]>();
  const stack: Open[] = [open(root.frame, texts)];

  const list = (line: number, code?: { readonly pc: number; readonly end: number }): void => {
    const { frame, lines } = stack.at(-1)!;
    const depth = stack.length > 1 ? ` <${stack.length - 1}>` : "";
    const number = `${String(line + 1).padStart(5)}${depth}`;
    const text = lines[line];
    const source = { file: frame.file.name, line };
    if (!code) return void rows.push({ text: row(number, "", "", text), source });
    for (let at = code.pc; at < code.end || at === code.pc; at += BYTES_PER_ROW) {
      const part = hexOf(bytes.subarray(at, Math.min(at + BYTES_PER_ROW, code.end)), " ");
      rows.push({
        text: at === code.pc ? row(number, String(at), part, text) : row("", String(at), part, ""),
        source,
      });
    }
  };
  /** Lists the lines without code before a line. */
  const passTo = (end: number): void => {
    const top = stack.at(-1)!;
    if (top.frame.expansion !== undefined) return;
    for (; top.next < end; top.next++) list(top.next);
  };
  const enter = (frame: Frame): void => {
    const { line } = frame.parent!;
    const top = stack.at(-1)!;
    if (top.frame.expansion !== undefined && !frame.expansion?.startsWith(".rept")) list(line);
    // The source lines of a repetition are listed before its rounds.
    passTo((top.blocks?.get(line)?.end ?? line) + 1);
    stack.push(open(frame, texts));
    if (frame.expansion === undefined)
      rows.push({ text: row("", "", "", `--- ${shownName(frame.file.name)}`) });
  };
  const leave = (): void => {
    const { lines } = stack.at(-1)!;
    // The text after the last line break is no line if it is empty.
    passTo(lines.at(-1) === "" ? lines.length - 1 : lines.length);
    stack.pop();
  };

  for (let index = 0; origins && index < count; index++) {
    if (index % STATEMENTS_PER_PAUSE === 0) yield;
    if (opcodes[index] === HOLE) continue;
    const line = origins.lineOf[index];
    const frame = frameOf(origins, index);
    const top = stack.at(-1)!;
    const chain = frame === top.frame ? top.chain : chainOf(frame);
    while (stack.length > chain.length || stack.at(-1)!.frame !== chain[stack.length - 1]) leave();
    while (stack.length < chain.length) enter(chain[stack.length]);
    passTo(line);
    list(line, { pc: pcs[index], end: pcs[index + 1] });
    stack.at(-1)!.next = line + 1;
  }
  while (stack.length > 0) leave();
  return rows;
}

function open(frame: Frame, texts: Map<SourceFile, readonly string[]>): Open {
  const lines = texts.get(frame.file) ?? lineTextsOf(frame.file);
  texts.set(frame.file, lines);
  // For an expansion, only lines with code are listed, so its blocks aren't needed.
  const hasBlocks = frame.expansion === undefined && lines.some((text) => BLOCK.test(text));
  const blocks = hasBlocks ? blocksOf(frame.file, () => undefined) : undefined;
  return { frame, chain: chainOf(frame), lines, blocks, next: 0 };
}

/** The frames from the main file to a frame, both included. */
function chainOf(frame: Frame): Frame[] {
  const chain: Frame[] = [];
  for (let at: Frame | undefined = frame; at; at = at.parent?.frame) chain.unshift(at);
  return chain;
}

function row(line: string, pc: string, bytes: string, source: string): string {
  return `${line.padEnd(9)} ${pc.padStart(6)}  ${bytes.padEnd(24)} ${source}`.trimEnd();
}

function listSymbols(assembly: Assembly): string[] {
  const { program, symbols } = assembly;
  const context = assembledContext(assembly);
  const all = symbols.flatMap((symbol): [AssemblySymbol["kind"], string, string][] => {
    switch (symbol.kind) {
      case "label":
        return symbol.private ? [] : [["label", symbol.name, String(program.pcs[symbol.statement])]];
      case "constant":
        return [["constant", symbol.name, valueOf(symbol, context)]];
      case "cell":
        return [
          [
            "cell",
            symbol.name,
            nodeText(symbol.operand.line, symbol.operand.node) + (symbol.tag ? ` : ${symbol.tag}` : ""),
          ],
        ];
      default:
        return [];
    }
  });
  const functions = assembly.contract.functions.map(({ signature, selector, label }) => {
    const pc = label === undefined ? "" : String(program.pcs[label.statement]);
    return ["function", signature, `${pc.padEnd(6)}  ${hexOfSelector(selector)}`] as const;
  });
  const tables = [table("Functions", functions), table("Symbols", all)].filter((lines) => lines.length > 0);
  return tables.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

/** Lays out kind, name and value in columns under a heading; empty if there are no rows. */
function table(heading: string, rows: readonly (readonly [string, string, string])[]): string[] {
  if (rows.length === 0) return [];
  const width = rows.reduce((widest, [, name]) => Math.max(widest, name.length), 0);
  return [
    heading,
    ...rows.map(([kind, name, value]) => `  ${kind.padEnd(8)}  ${name.padEnd(width)}  ${value}`),
  ];
}

/** The value of a constant, or its expression if it depends on the place of use. */
function valueOf({ value }: ConstantSymbol, context: EvaluationContext): string {
  forget(context);
  const result = evaluate(value, context);
  return result === undefined || context.dependsOnLayout ? nodeText(value.line, value.node) : String(result);
}
