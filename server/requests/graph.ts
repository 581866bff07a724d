/** `avm/graph`: the control flow of a program as routines and blocks with their gas, for a view that draws it. */

import type { Analysis } from "../../analysis/analyze.ts";
import { shownGas, type GasReport } from "../../analysis/reports/gas.ts";
import type { Paused } from "../../program/cooperative.ts";
import { columnsOf } from "../../grammar/line.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import { functionsOf } from "../../assembler/output/labels.ts";
import { blockGraph, routines, type BlockGraph } from "../../program/control-flow.ts";
import { frameOf, lineOf, type Frame } from "../../program/source-locations.ts";
import { formOf, type Program } from "../../program/program.ts";
import { partitionPoint } from "../../program/search.ts";
import { gasOf } from "../language/assembled-code.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { assembled, type NotAssembled } from "./assembled.ts";

export interface FlowGraph {
  /** URIs of the files that the blocks come from. */
  readonly files: readonly string[];
  /** Routines in the order of their entries; the first starts at the program's first byte. */
  readonly routines: readonly FlowRoutine[];
  /** Blocks in the order of the code. */
  readonly blocks: readonly FlowBlock[];
}

export interface FlowRoutine {
  readonly name: string;
  readonly bytes: number;
  /** L2 gas including its callees; absent if no run reaches it or the checker is switched off. */
  readonly gas?: string;
  /** Number of calls to it. */
  readonly callers: number;
  /** Indices of its blocks; the entry is the first. */
  readonly blocks: readonly number[];
}

export interface FlowBlock {
  /** Byte offset of the block's first instruction, and `end`, the offset after its last one. */
  readonly pc: number;
  readonly end: number;
  /** The label of its first instruction, if it has one. */
  readonly label?: string;
  /** False if no run reaches it. */
  readonly reachable: boolean;
  /** L2 gas of its instructions, without callees. */
  readonly gas?: string;
  readonly instructions: readonly FlowInstruction[];
  /** Indices of the blocks that may follow. */
  readonly next?: number;
  readonly jump?: number;
}

export interface FlowInstruction {
  readonly pc: number;
  /** The instruction's source without labels and comments. */
  readonly text: string;
  /** Index of the file, and line from 0. */
  readonly place: readonly [file: number, line: number];
  /** Index of the routine that it calls. */
  readonly calls?: number;
}

/** Blocks between two pauses. */
const BLOCKS_PER_PAUSE = 50;

export function* flowGraph(snapshot: Snapshot): Paused<FlowGraph | NotAssembled> {
  const found = assembled(snapshot);
  if ("errors" in found) return found;
  const { assembly } = found;
  const analysis = snapshot.fullAnalysis();
  return yield* draw(assembly, analysis?.program === assembly.program ? analysis : undefined);
}

function* draw(assembly: Assembly, analysis: Analysis | undefined): Paused<FlowGraph> {
  const { program } = assembly;
  const graph = blockGraph(program);
  yield;
  const functions = functionsOf(assembly);
  const beginsBlock = (statement: number): boolean =>
    statement < program.count && graph.starts[graph.blockOf[statement]] === statement;
  const names = labelsOf(assembly);
  const found = routines(
    graph,
    [...functions.keys()].filter(beginsBlock),
    // Unreachable code is no part of the routine above its label.
    [...names].flatMap(([statement, name]) =>
      !name.includes(".") && beginsBlock(statement) ? [statement] : [],
    ),
  );
  yield;
  const report = analysis && gasOf(analysis, assembly);
  yield;
  const routineGas = new Map(report?.routines.map(({ pc, l2 }) => [pc, shownGas(l2)]));
  const files = new Map<string, number>();
  const routineAt = new Map(found.map(({ entry }, index) => [entry, index]));
  const blocks: FlowBlock[] = [];
  for (let block = 0; block < graph.count; block++) {
    if (block % BLOCKS_PER_PAUSE === 0) yield;
    blocks.push(drawBlock(block));
  }
  return {
    routines: found.map(({ entry, size, blocks, callers }) => {
      const pc = program.pcs[graph.starts[entry]];
      const gas = routineGas.get(pc);
      return {
        name:
          functions.get(graph.starts[entry])?.signature ??
          names.get(graph.starts[entry]) ??
          (pc === 0 ? "start" : `pc ${pc}`),
        bytes: size,
        ...(gas !== undefined && { gas }),
        callers: callers.length,
        blocks: [entry, ...blocks.filter((block) => block !== entry)],
      };
    }),
    blocks,
    files: [...files.keys()],
  };

  function drawBlock(block: number): FlowBlock {
    const first = graph.starts[block];
    const end = graph.starts[block + 1];
    const label = names.get(first);
    const cost = report && costOf(report, program.pcs[first], program.pcs[end]);
    const { next, jump } = graph;
    return {
      pc: program.pcs[first],
      end: program.pcs[end],
      ...(label !== undefined && { label }),
      reachable: analysis?.reachable(first) ?? true,
      ...(cost !== undefined && { gas: cost }),
      instructions: instructionsOf(program, graph, block, files, routineAt),
      ...(next[block] >= 0 && { next: next[block] }),
      ...(jump[block] >= 0 && { jump: jump[block] }),
    };
  }
}

/** The label of each statement that has one; of several, the last. */
function labelsOf({ symbols }: Assembly): Map<number, string> {
  const names = new Map<number, string>();
  for (const symbol of symbols) {
    if (symbol.kind === "label" && !symbol.private) names.set(symbol.statement, symbol.name);
  }
  return names;
}

/** The gas of the instructions between two byte offsets. The checker's own blocks end at calls; these don't. */
function costOf({ instructions }: GasReport, start: number, end: number): string | undefined {
  let low = 0;
  let high = 0;
  let reached = false;
  for (
    let at = partitionPoint(instructions.length, (index) => instructions[index].pc < start);
    at < instructions.length;
    at++
  ) {
    const { pc, l2 } = instructions[at];
    if (pc >= end) break;
    reached = true;
    low += l2.low;
    high += l2.high;
  }
  return reached ? shownGas({ low, high }) : undefined;
}

function instructionsOf(
  program: Program,
  { starts, targets, blockOf }: BlockGraph,
  block: number,
  files: Map<string, number>,
  routineAt: ReadonlyMap<number, number>,
): FlowInstruction[] {
  const { origins } = program;
  if (!origins) return [];
  const found: FlowInstruction[] = [];
  for (let index = starts[block]; index < starts[block + 1]; index++) {
    const line = lineOf(origins, index);
    const { statement } = line.tree;
    const { start, end } = statement ? columnsOf(line, statement) : { start: 0, end: line.text.length };
    const { file, line: number } = placeOf(frameOf(origins, index), origins.lineOf[index]);
    let fileIndex = files.get(file);
    if (fileIndex === undefined) files.set(file, (fileIndex = files.size));
    const isCall = formOf(program, index)?.definition.flow === "call" && targets[index] >= 0;
    const calls = isCall ? routineAt.get(blockOf[targets[index]]) : undefined;
    found.push({
      pc: program.pcs[index],
      text: line.text.slice(start, end).replace(/\s+/g, " "),
      place: [fileIndex, number],
      ...(calls !== undefined && { calls }),
    });
  }
  return found;
}

/** The place to show for a statement; for an expansion, the line of the call. */
function placeOf(frame: Frame, line: number): { file: string; line: number } {
  let place = { file: frame.file.name, line };
  for (let at = frame; at.expansion !== undefined && at.parent; at = at.parent.frame) {
    place = { file: at.parent.frame.file.name, line: at.parent.line };
  }
  return place;
}
