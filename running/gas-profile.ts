/** Profiles the L2 gas of a run by routine, macro and Noir function. */

import type { FrameView, Observer } from "../machine/observer.ts";
import type { Failure } from "../machine/outcome.ts";
import type { NamedFrame } from "./code-places.ts";
import type { Session } from "./session.ts";

/** A node of the call tree: a function in the context of its callers. */
interface Node {
  readonly id: number;
  readonly depth: number;
  readonly frame: NamedFrame;
  readonly children: Map<string, Node>;
  /** L2 gas that it used itself, in total and by line. */
  gas: number;
  readonly lines: Map<number, number>;
  hits: number;
}

/** Maximum nesting of nodes, and their maximum number: a recursion may be endless. Further gas is counted for the innermost node that there is. */
export const MAX_DEPTH = 256;
export const MAX_NODES = 50_000;

/** The state of a contract call that isn't over. */
interface Open {
  /** The nodes of the routines that are running, outermost first, below the root node of the call. */
  readonly routines: Node[];
  left: number;
  /** Gas that a nested call used during the current instruction. */
  nested: number;
  readonly given: number;
}

export class GasProfile implements Observer {
  private readonly session: Session;
  private readonly root: Node;
  private readonly nodes: Node[] = [];
  private readonly open = new Map<FrameView, Open>();
  /** The nodes in the order in which they ran. Equal neighbours are merged. */
  private readonly samples: number[] = [];
  private readonly weights: number[] = [];

  constructor(session: Session) {
    this.session = session;
    this.root = this.newNode({ name: "(root)", file: "", line: 1 }, 0);
  }

  entered(frame: FrameView): void {
    const caller = frame.caller && this.open.get(frame.caller);
    const above =
      caller && frame.caller
        ? this.nodeAt(caller.routines.at(-1)!, frame.caller, frame.caller.pc)
        : this.root;
    const name = `contract 0x${frame.address.toString(16)}`;
    const base = this.child(above, { name, file: this.nameOf(frame), line: 1 });
    const left = frame.l2GasLeft;
    this.open.set(frame, { routines: [base], left, nested: 0, given: left });
  }

  before(frame: FrameView): void {
    const open = this.open.get(frame)!;
    open.left = frame.l2GasLeft;
    open.nested = 0;
    const { routines } = open;
    const { internalCalls } = frame;
    routines.length = Math.min(routines.length, internalCalls.length + 1);
    while (routines.length <= internalCalls.length) {
      routines.push(this.nodeAt(routines.at(-1)!, frame, internalCalls[routines.length - 1]));
    }
  }

  after(frame: FrameView): void {
    const open = this.open.get(frame)!;
    this.add(open, frame, open.left - frame.l2GasLeft - open.nested);
  }

  left(frame: FrameView, failure: Failure | undefined): void {
    const open = this.open.get(frame)!;
    if (failure?.kind === "halt") this.add(open, frame, open.left - open.nested);
    const outer = frame.caller && this.open.get(frame.caller);
    if (outer) outer.nested = open.given - frame.l2GasLeft;
    this.open.delete(frame);
  }

  private add(open: Open, frame: FrameView, gas: number): void {
    const node = this.nodeAt(open.routines.at(-1)!, frame, frame.pc);
    const { line } = this.framesAt(frame, frame.pc).at(-1)!;
    node.gas += gas;
    node.lines.set(line, (node.lines.get(line) ?? 0) + gas);
    node.hits++;
    if (this.samples.at(-1) === node.id) this.weights[this.weights.length - 1] += gas;
    else {
      this.samples.push(node.id);
      this.weights.push(gas);
    }
  }

  private nodeAt(above: Node, frame: FrameView, pc: number): Node {
    let node = above;
    for (const named of this.framesAt(frame, pc)) node = this.child(node, named);
    return node;
  }

  private framesAt(frame: FrameView, pc: number): readonly NamedFrame[] {
    const runnable = this.session.runnableOf(frame.code);
    if (!runnable) return [{ name: "code", file: "", line: 1 }];
    return this.session.placesOf(runnable).framesAt(pc);
  }

  private nameOf(frame: FrameView): string {
    return this.session.runnableOf(frame.code)?.name ?? "";
  }

  private child(above: Node, frame: NamedFrame): Node {
    const key = `${frame.name}\n${frame.file}`;
    let node = above.children.get(key);
    if (node) return node;
    if (above.depth >= MAX_DEPTH || this.nodes.length >= MAX_NODES) return above;
    above.children.set(key, (node = this.newNode(frame, above.depth + 1)));
    return node;
  }

  private newNode(frame: NamedFrame, depth: number): Node {
    const node = {
      id: this.nodes.length + 1,
      depth,
      frame,
      children: new Map<string, Node>(),
      gas: 0,
      lines: new Map<number, number>(),
      hits: 0,
    };
    this.nodes.push(node);
    return node;
  }

  /** The profile in the `.cpuprofile` format of VS Code and Chrome. A unit of gas is shown as a microsecond. */
  cpuProfile(): string {
    const total = this.weights.reduce((sum, gas) => sum + gas, 0);
    return `${JSON.stringify({
      nodes: this.nodes.map(({ id, frame, children, hits, lines }) => ({
        id,
        callFrame: {
          functionName: frame.name,
          scriptId: "0",
          url: frame.file,
          lineNumber: frame.line - 1,
          columnNumber: 0,
        },
        hitCount: hits,
        positionTicks: [...lines].map(([line, ticks]) => ({ line, ticks })),
        children: [...children.values()].map((child) => child.id),
      })),
      startTime: 0,
      endTime: total,
      // A sample lasts until the next one, so a last sample is added that marks the end.
      samples: [...this.samples, this.root.id],
      timeDeltas: [0, ...this.weights],
    })}\n`;
  }

  /** The profile as folded stacks, one per line, for flame graph tools. */
  foldedStacks(): string {
    const lines: string[] = [];
    const visit = (node: Node, path: string): void => {
      const here =
        node === this.root ? "" : `${path}${path === "" ? "" : ";"}${node.frame.name.replaceAll(";", ",")}`;
      if (node.gas > 0) lines.push(`${here} ${node.gas}\n`);
      for (const child of node.children.values()) visit(child, here);
    };
    visit(this.root, "");
    return lines.join("");
  }
}
