/** Draws the control flow graph of one routine, and tells the extension where its user wants to go. */

import { graphlib, layout } from "@dagrejs/dagre";

/** As the server gives it; `server/requests/graph.ts` says what the numbers are. */
interface Graph {
  readonly routines: readonly Routine[];
  readonly blocks: readonly Block[];
}

interface Routine {
  readonly name: string;
  readonly bytes: number;
  readonly gas?: string;
  readonly callers: number;
  readonly blocks: readonly number[];
}

interface Block {
  readonly pc: number;
  readonly end: number;
  readonly label?: string;
  readonly reachable: boolean;
  readonly gas?: string;
  readonly instructions: readonly Instruction[];
  readonly next?: number;
  readonly jump?: number;
}

interface Instruction {
  readonly pc: number;
  readonly text: string;
  readonly place: Place;
  readonly calls?: number;
}

type Place = readonly [file: number, line: number];

type Message =
  | {
      readonly kind: "graph";
      readonly title: string;
      readonly graph: Graph | { readonly errors: readonly string[] };
    }
  | { readonly kind: "cursor"; readonly place: Place };

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

/** Measures of a block, in the units of the drawing. */
const CHARACTER = 7.3;
const ROW = 17;
const PADDING = 8;
/** Rows of a block that is longer; the rest is a number. */
const MAX_ROWS = 24;
const MAX_CHARACTERS = 56;
/** A routine with more blocks is drawn as a column: a layout of it would take longer than a person waits. */
const MAX_LAYOUT = 600;

const SVG = "http://www.w3.org/2000/svg";
const vscode = acquireVsCodeApi();
const routineList = element<HTMLSelectElement>("routine");
const search = element<HTMLInputElement>("search");
const found = element("found");
const message = element("message");
const svg = document.querySelector<SVGSVGElement>("#graph")!;
const canvas = svgElement("g", {});

let graph: Graph = { routines: [], blocks: [] };
let shownRoutine = 0;
/** The drawn blocks by index. */
const drawn = new Map<number, SVGGElement>();
let size = { width: 1, height: 1 };
let view = { x: 0, y: 0, scale: 1 };
/** Which of what was found is looked at. */
let match = -1;

svg.append(arrowHeads(), canvas);

addEventListener("message", ({ data }: MessageEvent<Message>) => {
  if (data.kind === "graph") receive(data.graph);
  else showCursor(data.place);
});
routineList.addEventListener("change", () => showRoutine(Number(routineList.value)));
search.addEventListener("input", () => find());
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") goToMatch(event.shiftKey ? -1 : 1);
});
element("in").addEventListener("click", () => zoom(1.25));
element("out").addEventListener("click", () => zoom(0.8));
element("fit").addEventListener("click", fit);
svg.addEventListener("keydown", (event) => {
  const step = 60;
  const moves: Record<string, () => void> = {
    "+": () => zoom(1.25),
    "-": () => zoom(0.8),
    "0": fit,
    ArrowLeft: () => pan(step, 0),
    ArrowRight: () => pan(-step, 0),
    ArrowUp: () => pan(0, step),
    ArrowDown: () => pan(0, -step),
  };
  if (!Object.hasOwn(moves, event.key)) return;
  event.preventDefault();
  moves[event.key]();
});
svg.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1, event);
    else pan(-event.deltaX, -event.deltaY);
  },
  { passive: false },
);
svg.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  const move = ({ movementX, movementY }: PointerEvent): void => pan(movementX, movementY);
  svg.classList.add("dragged");
  svg.addEventListener("pointermove", move);
  addEventListener(
    "pointerup",
    () => {
      svg.classList.remove("dragged");
      svg.removeEventListener("pointermove", move);
    },
    { once: true },
  );
});
vscode.postMessage({ kind: "ready" });

function receive(answer: Graph | { readonly errors: readonly string[] }): void {
  if ("errors" in answer) {
    // The last drawing stays: it is of the last text that could be assembled.
    message.textContent = ["The program can't be assembled:", ...answer.errors].join("\n");
    return;
  }
  message.textContent = answer.blocks.length === 0 ? "There is no instruction yet." : "";
  const wanted = graph.routines.at(shownRoutine)?.name;
  graph = answer;
  routineList.replaceChildren(
    ...graph.routines.map(({ name, bytes, gas, callers, blocks }, index) => {
      const option = document.createElement("option");
      option.value = String(index);
      const calls = callers === 1 ? "1 call" : `${callers} calls`;
      option.textContent = [
        name,
        `${bytes.toLocaleString()} bytes`,
        blocks.length === 1 ? "1 block" : `${blocks.length} blocks`,
        ...(gas === undefined ? [] : [`${gas} gas`]),
        ...(callers > 0 ? [calls] : []),
      ].join(" · ");
      return option;
    }),
  );
  const same = graph.routines.findIndex(({ name }) => name === wanted);
  const keepsView = same >= 0 && drawn.size > 0;
  showRoutine(Math.max(same, 0), keepsView);
}

function showRoutine(index: number, keepsView = false): void {
  shownRoutine = index;
  routineList.value = String(index);
  drawn.clear();
  canvas.replaceChildren();
  const routine = graph.routines.at(index);
  if (routine) draw(routine);
  if (!keepsView) fit();
  find();
}

interface Box {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  x: number;
  y: number;
}

function draw({ blocks }: Routine): void {
  const boxes = blocks.map((index): Box => ({ index, ...sizeOf(graph.blocks[index]), x: 0, y: 0 }));
  const inside = new Set(blocks);
  const edges = blocks.flatMap((from) => {
    const { next, jump } = graph.blocks[from];
    return [
      ...(next !== undefined && inside.has(next) ? [{ from, to: next, kind: "next" }] : []),
      ...(jump !== undefined && inside.has(jump) ? [{ from, to: jump, kind: "jump" }] : []),
    ];
  });
  const lines = boxes.length > MAX_LAYOUT ? stack(boxes, edges) : layered(boxes, edges);
  for (const { points, kind } of lines) {
    const d = points
      .map(({ x, y }, at) => `${at === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`)
      .join(" ");
    canvas.append(svgElement("path", { class: `edge ${kind}`, d, "marker-end": `url(#${kind})` }));
  }
  for (const box of boxes) {
    const group = drawBlock(box, graph.blocks[box.index]);
    drawn.set(box.index, group);
    canvas.append(group);
  }
}

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}

interface Line {
  readonly kind: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

function layered(boxes: readonly Box[], edges: readonly Edge[]): Line[] {
  const plan = new graphlib.Graph({ multigraph: true });
  plan.setGraph({ rankdir: "TB", nodesep: 30, ranksep: 40, edgesep: 12 });
  for (const { index, width, height } of boxes) plan.setNode(String(index), { width, height });
  for (const { from, to, kind } of edges) plan.setEdge(String(from), String(to), {}, kind);
  layout(plan);
  for (const box of boxes) {
    const { x, y } = plan.node(String(box.index)) as { x: number; y: number };
    box.x = x - box.width / 2;
    box.y = y - box.height / 2;
  }
  const { width = 1, height = 1 } = plan.graph() as { width?: number; height?: number };
  size = { width, height };
  return edges.map(({ from, to, kind }) => ({
    kind,
    points: (plan.edge(String(from), String(to), kind) as { points: { x: number; y: number }[] }).points,
  }));
}

/** One below the other in the order of the code, with the edges at the side. */
function stack(boxes: readonly Box[], edges: readonly Edge[]): Line[] {
  const byIndex = new Map(boxes.map((box) => [box.index, box]));
  let y = 0;
  let width = 0;
  for (const box of [...boxes].sort((a, b) => a.index - b.index)) {
    box.y = y;
    y += box.height + 20;
    width = Math.max(width, box.width);
  }
  size = { width: width + 200, height: y };
  return edges.map(({ from, to, kind }) => {
    const start = byIndex.get(from)!;
    const end = byIndex.get(to)!;
    const bottom = { x: start.width / 2, y: start.y + start.height };
    if (end.y > start.y && end.y - start.y - start.height < 30) {
      return { kind, points: [bottom, { x: bottom.x, y: end.y }] };
    }
    const aside = width + 20 + (Math.abs(from - to) % 18) * 9;
    const out = { x: start.width, y: start.y + start.height - 6 };
    const into = { x: end.width, y: end.y + 8 };
    return { kind, points: [out, { x: aside, y: out.y }, { x: aside, y: into.y }, into] };
  });
}

/** The text of each row of a block, cut to what fits. */
function rowsOf({ instructions }: Block): { rows: readonly Instruction[]; hidden: number } {
  if (instructions.length <= MAX_ROWS) return { rows: instructions, hidden: 0 };
  const rows = [...instructions.slice(0, MAX_ROWS - 1), instructions[instructions.length - 1]];
  return { rows, hidden: instructions.length - rows.length };
}

function shown(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text;
}

function headOf({ label, pc }: Block): string {
  return shown(label === undefined ? `pc ${pc}` : `${label}:`);
}

function gasOf({ gas, reachable }: Block): string {
  if (!reachable) return "never reached";
  return gas === undefined ? "" : `${gas} gas`;
}

function pcWidth({ instructions }: Block): number {
  return String(instructions.at(-1)?.pc ?? 0).length;
}

function sizeOf(block: Block): { width: number; height: number } {
  const { rows, hidden } = rowsOf(block);
  const longest = Math.max(
    headOf(block).length + gasOf(block).length + 3,
    ...rows.map(({ text }) => pcWidth(block) + 2 + shown(text).length),
  );
  const lines = 1 + rows.length + (hidden > 0 ? 1 : 0);
  return { width: longest * CHARACTER + 2 * PADDING, height: lines * ROW + 2 * PADDING };
}

function drawBlock({ x, y, width, height }: Box, block: Block): SVGGElement {
  const group = svgElement("g", {
    class: `block${block.reachable ? "" : " unreachable"}`,
    transform: `translate(${x} ${y})`,
  });
  group.append(svgElement("rect", { width, height, rx: 3 }));
  let line = PADDING + ROW - 5;
  const head = svgElement("text", { class: "head row", x: PADDING, y: line });
  head.textContent = headOf(block);
  onClick(head, () => goTo(block.instructions.at(0)));
  const gas = svgElement("text", { class: "gas", x: width - PADDING, y: line, "text-anchor": "end" });
  gas.textContent = gasOf(block);
  group.append(head, gas);
  const { rows, hidden } = rowsOf(block);
  for (const [index, instruction] of rows.entries()) {
    line += ROW;
    if (hidden > 0 && index === rows.length - 1) {
      const more = svgElement("text", { class: "more", x: PADDING, y: line });
      more.textContent = `… ${hidden} more`;
      group.append(more);
      line += ROW;
    }
    group.append(drawRow(instruction, pcWidth(block), line));
  }
  return group;
}

function drawRow(instruction: Instruction, width: number, y: number): SVGTextElement {
  const row = svgElement("text", { class: "row", x: PADDING, y });
  const pc = svgElement("tspan", { class: "pc" });
  pc.textContent = `${String(instruction.pc).padStart(width)}  `;
  const text = svgElement("tspan", instruction.calls === undefined ? {} : { class: "call" });
  text.textContent = shown(instruction.text);
  row.append(pc, text);
  onClick(row, (event) => {
    const { calls } = instruction;
    if (calls !== undefined && event.target === text) showRoutine(calls);
    else goTo(instruction);
  });
  const title = svgElement("title", {});
  title.textContent = instruction.text;
  row.append(title);
  return row;
}

/** A click that isn't the end of a drag. */
function onClick(target: SVGElement, work: (event: MouseEvent) => void): void {
  let start: MouseEvent | undefined;
  target.addEventListener("pointerdown", (event) => (start = event));
  target.addEventListener("click", (event) => {
    const moved = start ? Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) : 0;
    if (moved < 4) work(event);
  });
}

function goTo(instruction: Instruction | undefined): void {
  if (instruction) vscode.postMessage({ kind: "goTo", place: instruction.place });
}

/** Marks the block that the cursor's line is in, in whichever routine it is. */
function showCursor([file, line]: Place): void {
  const index = graph.blocks.findIndex(({ instructions }) =>
    instructions.some(({ place }) => place[0] === file && place[1] === line),
  );
  if (index >= 0 && !drawn.has(index)) {
    const routine = graph.routines.findIndex(({ blocks }) => blocks.includes(index));
    if (routine >= 0) showRoutine(routine);
  }
  for (const [block, group] of drawn) group.classList.toggle("here", block === index);
}

// --- searching ---

function matches(): number[] {
  const wanted = search.value.trim().toLowerCase();
  if (wanted === "") return [];
  return [...graph.blocks.keys()].filter((index) => {
    const block = graph.blocks[index];
    return (
      headOf(block).toLowerCase().includes(wanted) ||
      block.instructions.some(({ pc, text }) => String(pc) === wanted || text.toLowerCase().includes(wanted))
    );
  });
}

function find(): void {
  match = -1;
  const all = matches();
  const here = new Set(all);
  for (const [index, group] of drawn) {
    group.classList.toggle("found", here.has(index));
    group.classList.remove("current");
  }
  const blocks = all.length === 1 ? "1 block" : `${all.length} blocks`;
  found.textContent = search.value.trim() === "" ? "" : blocks;
}

/** Looks at the next of what was found, in all routines. */
function goToMatch(step: number): void {
  const all = matches();
  if (all.length === 0) return;
  const next = (match + step + all.length) % all.length;
  const index = all[match < 0 ? (step > 0 ? 0 : all.length - 1) : next];
  if (!drawn.has(index)) {
    const routine = graph.routines.findIndex(({ blocks }) => blocks.includes(index));
    showRoutine(Math.max(routine, 0));
  }
  match = all.indexOf(index);
  found.textContent = `${match + 1} of ${all.length}`;
  for (const [block, group] of drawn) group.classList.toggle("current", block === index);
  center(index);
}

// --- moving ---

function apply(): void {
  canvas.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
}

function pan(x: number, y: number): void {
  view = { ...view, x: view.x + x, y: view.y + y };
  apply();
}

/** Zooms about a point of the window, or about the middle. */
function zoom(factor: number, about?: { readonly clientX: number; readonly clientY: number }): void {
  const { left, top, width, height } = svg.getBoundingClientRect();
  const x = about ? about.clientX - left : width / 2;
  const y = about ? about.clientY - top : height / 2;
  const scale = Math.min(4, Math.max(0.02, view.scale * factor));
  const ratio = scale / view.scale;
  view = { x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio, scale };
  apply();
}

function fit(): void {
  const { width, height } = svg.getBoundingClientRect();
  const margin = 20;
  const scale = Math.min(
    1.2,
    (width - 2 * margin) / size.width || 1,
    // A long routine is better read from its start than seen whole and unreadable.
    Math.max((height - 2 * margin) / size.height || 1, 0.45),
  );
  view = { x: (width - size.width * scale) / 2, y: margin, scale: Math.max(scale, 0.02) };
  apply();
}

function center(index: number): void {
  const group = drawn.get(index);
  if (!group) return;
  const { left, top, width, height } = svg.getBoundingClientRect();
  const box = group.getBoundingClientRect();
  pan(left + width / 2 - (box.left + box.width / 2), top + height / 2 - (box.top + box.height / 2));
}

// --- elements ---

function arrowHeads(): SVGElement {
  const definitions = svgElement("defs", {});
  for (const id of ["next", "jump"]) {
    const marker = svgElement("marker", {
      ...{ id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
    });
    marker.append(svgElement("path", { d: "M0 0 L8 4 L0 8 z" }));
    definitions.append(marker);
  }
  return definitions;
}

function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Name] {
  const created = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, String(value));
  return created;
}

function element<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  return document.querySelector<Kind>(`#${id}`)!;
}
