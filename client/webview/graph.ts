/** Draws the control flow graph of one routine, and tells the extension which source line the user wants to see. */

import { graphlib, layout } from "@dagrejs/dagre";
import { around, edgesBetween, gasTogether, straightChains, type Chain, type Edge } from "./flow.ts";

/** The server's answer to `avm/graph`; `server/requests/graph.ts` documents the fields. */
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

/** Sizes of a block's text, in the units of the drawing. */
const CHARACTER_WIDTH = 7.3;
const ROW_HEIGHT = 17;
const PADDING = 8;
/** Maximum number of rows in a box; a last row says how many more there are. */
const MAX_ROWS = 24;
const MAX_CHARACTERS = 56;
/** A drawing of a whole contract must fit in the window, too. */
const MIN_SCALE = 0.005;
/** The view "only surroundings" draws the blocks within this many edges of the one in focus. */
const NEIGHBOUR_DISTANCE = 2;
/** A routine with more boxes is drawn as one column: computing a layered layout would take too long. */
const MAX_LAYOUT_BOXES = 600;

const SVG = "http://www.w3.org/2000/svg";
const vscode = acquireVsCodeApi();
const routineList = element<HTMLSelectElement>("routine");
const search = element<HTMLInputElement>("search");
const found = element("found");
const message = element("message");
const foldButton = element("fold");
const aroundButton = element("around");
const svg = document.querySelector<SVGSVGElement>("#graph")!;
const canvas = svgElement("g", {});

let graph: Graph = { routines: [], blocks: [] };
let shownRoutine = 0;
/** The drawn box of each block. */
const drawn = new Map<number, SVGGElement>();
/** The block with the cursor, or the one that the user looked at last. */
let focus: number | undefined;
let place: Place | undefined;
let folds = true;
let onlyAround = false;
/** Chains whose rows are all shown, by their first block. */
const unfolded = new Set<number>();
let size = { width: 1, height: 1 };
let view = { x: 0, y: 0, scale: 1 };
/** Index of the current search result; -1 before the first. */
let match = -1;

svg.append(arrowHeads(), canvas);

addEventListener("message", ({ data }: MessageEvent<Message>) => {
  if (data.kind === "graph") receive(data.graph);
  else {
    ({ place } = data);
    showCursor();
  }
});
routineList.addEventListener("change", () => showRoutine(Number(routineList.value)));
search.addEventListener("input", () => find());
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") goToMatch(event.shiftKey ? -1 : 1);
});
element("in").addEventListener("click", () => zoom(1.25));
element("out").addEventListener("click", () => zoom(0.8));
element("fit").addEventListener("click", fit);
element("full").addEventListener("click", () => actualSize());
foldButton.addEventListener("click", () => {
  folds = !folds;
  unfolded.clear();
  redraw();
});
aroundButton.addEventListener("click", () => {
  onlyAround = !onlyAround;
  redraw();
});
svg.addEventListener("keydown", (event) => {
  const step = 60;
  const moves: Record<string, () => void> = {
    "+": () => zoom(1.25),
    "-": () => zoom(0.8),
    "0": fit,
    "1": actualSize,
    f: () => foldButton.click(),
    a: () => aroundButton.click(),
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
    // Keep the last drawing: it shows the last text without errors.
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
  const isFirst = drawn.size === 0;
  const same = graph.routines.findIndex(({ name }) => name === wanted);
  focus = place && blockOn(place);
  const ofFocus = isFirst && focus !== undefined ? routineOf(focus) : -1;
  const index = Math.max(ofFocus >= 0 ? ofFocus : same, 0);
  showRoutine(index, same === index && !isFirst);
}

/** Draws a routine, and centers the block in focus or else the first block. */
function showRoutine(index: number, keepsView = false): void {
  if (index !== shownRoutine) unfolded.clear();
  shownRoutine = index;
  const routine = graph.routines.at(index);
  if (routine && (focus === undefined || !routine.blocks.includes(focus))) focus = routine.blocks.at(0);
  draw();
  if (!keepsView) actualSize();
}

/** Draws the routine again with other options, and keeps the block in focus at its place in the window. */
function redraw(): void {
  draw();
  actualSize();
}

/** Sets the scale to 100%, and centers the block in focus. */
function actualSize(): void {
  const { width } = svg.getBoundingClientRect();
  view = { x: (width - size.width) / 2, y: 20, scale: 1 };
  apply();
  if (focus !== undefined) center(focus);
}

function routineOf(block: number): number {
  return graph.routines.findIndex(({ blocks }) => blocks.includes(block));
}

interface Box {
  readonly chain: Chain;
  readonly width: number;
  readonly height: number;
  x: number;
  y: number;
}

function draw(): void {
  routineList.value = String(shownRoutine);
  foldButton.setAttribute("aria-pressed", String(folds));
  aroundButton.setAttribute("aria-pressed", String(onlyAround));
  drawn.clear();
  canvas.replaceChildren();
  const routine = graph.routines.at(shownRoutine);
  if (!routine) return;
  const { blocks } = routine;
  const shownBlocks =
    onlyAround && focus !== undefined ? around(graph.blocks, blocks, focus, NEIGHBOUR_DISTANCE) : blocks;
  const entries = new Set(graph.routines.map(({ blocks: [entry] }) => entry));
  const chains = folds
    ? straightChains(graph.blocks, shownBlocks, entries)
    : shownBlocks.map((index): Chain => [index]);
  const boxes = chains.map((chain): Box => ({ chain, ...sizeOf(chain), x: 0, y: 0 }));
  const edges = edgesBetween(graph.blocks, chains);
  const lines = boxes.length > MAX_LAYOUT_BOXES ? stack(boxes, edges) : layered(boxes, edges);
  for (const { points, kind } of lines) {
    const d = points
      .map(({ x, y }, at) => `${at === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`)
      .join(" ");
    canvas.append(svgElement("path", { class: `edge ${kind}`, d, "marker-end": `url(#${kind})` }));
  }
  for (const box of boxes) {
    const group = drawChain(box);
    for (const index of box.chain) drawn.set(index, group);
    canvas.append(group);
  }
  markFocus();
  find();
}

interface Line {
  readonly kind: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

function layered(boxes: readonly Box[], edges: readonly Edge[]): Line[] {
  const plan = new graphlib.Graph({ multigraph: true });
  plan.setGraph({ rankdir: "TB", nodesep: 30, ranksep: 40, edgesep: 12 });
  for (const [index, { width, height }] of boxes.entries()) plan.setNode(String(index), { width, height });
  for (const { from, to, kind } of edges) plan.setEdge(String(from), String(to), {}, kind);
  layout(plan);
  for (const [index, box] of boxes.entries()) {
    const { x, y } = plan.node(String(index)) as { x: number; y: number };
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

/** Places the boxes in one column in the order of the code, with the edges at the side. */
function stack(boxes: readonly Box[], edges: readonly Edge[]): Line[] {
  let y = 0;
  let width = 0;
  for (const box of [...boxes].sort((a, b) => a.chain[0] - b.chain[0])) {
    box.y = y;
    y += box.height + 20;
    width = Math.max(width, box.width);
  }
  size = { width: width + 200, height: y };
  return edges.map(({ from, to, kind }) => {
    const start = boxes[from];
    const end = boxes[to];
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

/** The rows of a box, up to the limit, and how many are hidden. */
function rowsOf(chain: Chain): { rows: readonly Instruction[]; hidden: number } {
  const instructions = chain.flatMap((index) => graph.blocks[index].instructions);
  const most = unfolded.has(chain[0]) ? Infinity : MAX_ROWS;
  if (instructions.length <= most) return { rows: instructions, hidden: 0 };
  const rows = [...instructions.slice(0, most - 1), instructions[instructions.length - 1]];
  return { rows, hidden: instructions.length - rows.length };
}

function shown(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text;
}

function headOf(index: number): string {
  const { label, pc } = graph.blocks[index];
  return shown(label === undefined ? `pc ${pc}` : `${label}:`);
}

/** The text at the right of a box's head. */
function noteOf(chain: Chain): string {
  if (!graph.blocks[chain[0]].reachable) return "never reached";
  const gas = gasTogether(chain.map((index) => graph.blocks[index].gas));
  return [
    ...(chain.length > 1 ? [`${chain.length} blocks`] : []),
    ...(gas === undefined ? [] : [`${gas} gas`]),
  ].join(", ");
}

function pcWidth(rows: readonly Instruction[]): number {
  return Math.max(...rows.map(({ pc }) => String(pc).length), 1);
}

function sizeOf(chain: Chain): { width: number; height: number } {
  const { rows, hidden } = rowsOf(chain);
  const longest = Math.max(
    headOf(chain[0]).length + noteOf(chain).length + 3,
    ...rows.map(({ text }) => pcWidth(rows) + 2 + shown(text).length),
  );
  const lines = 1 + rows.length + (hidden > 0 ? 1 : 0);
  return { width: longest * CHARACTER_WIDTH + 2 * PADDING, height: lines * ROW_HEIGHT + 2 * PADDING };
}

function drawChain({ x, y, width, height, chain }: Box): SVGGElement {
  const { reachable, instructions } = graph.blocks[chain[0]];
  const group = svgElement("g", {
    class: `block${reachable ? "" : " unreachable"}`,
    transform: `translate(${x} ${y})`,
  });
  group.append(svgElement("rect", { width, height, rx: 3 }));
  let line = PADDING + ROW_HEIGHT - 5;
  const head = svgElement("text", { class: "head row", x: PADDING, y: line });
  head.textContent = headOf(chain[0]);
  onClick(head, () => goTo(instructions.at(0)));
  const note = svgElement("text", { class: "gas", x: width - PADDING, y: line, "text-anchor": "end" });
  note.textContent = noteOf(chain);
  group.append(head, note);
  const { rows, hidden } = rowsOf(chain);
  for (const [index, instruction] of rows.entries()) {
    line += ROW_HEIGHT;
    if (hidden > 0 && index === rows.length - 1) {
      const more = svgElement("text", { class: "more row", x: PADDING, y: line });
      more.textContent = `… ${hidden} more`;
      onClick(more, () => {
        unfolded.add(chain[0]);
        [focus] = chain;
        redraw();
      });
      group.append(more);
      line += ROW_HEIGHT;
    }
    group.append(drawRow(instruction, pcWidth(rows), line));
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

/** Calls `work` on a click that isn't the end of a drag. */
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

function blockOn([file, line]: Place): number | undefined {
  const index = graph.blocks.findIndex(({ instructions }) =>
    instructions.some((instruction) => instruction.place[0] === file && instruction.place[1] === line),
  );
  return index < 0 ? undefined : index;
}

/** Marks the block of the cursor's line, in whichever routine it is, and scrolls it into view. */
function showCursor(): void {
  const index = place && blockOn(place);
  if (index === undefined) return;
  const isNew = index !== focus;
  focus = index;
  const routine = routineOf(index);
  if (routine >= 0 && routine !== shownRoutine) return showRoutine(routine);
  if (isNew && onlyAround) return redraw();
  markFocus();
  if (isNew && !isInSight(index)) center(index);
}

function markFocus(): void {
  for (const group of new Set(drawn.values())) group.classList.remove("here");
  if (focus !== undefined) drawn.get(focus)?.classList.add("here");
}

function isInSight(index: number): boolean {
  const box = drawn.get(index)?.getBoundingClientRect();
  const { left, right, top, bottom } = svg.getBoundingClientRect();
  return box !== undefined && box.right > left && box.left < right && box.bottom > top && box.top < bottom;
}

// --- searching ---

function matches(): number[] {
  const wanted = search.value.trim().toLowerCase();
  if (wanted === "") return [];
  return [...graph.blocks.keys()].filter((index) => {
    const block = graph.blocks[index];
    return (
      headOf(index).toLowerCase().includes(wanted) ||
      block.instructions.some(({ pc, text }) => String(pc) === wanted || text.toLowerCase().includes(wanted))
    );
  });
}

function find(): void {
  match = -1;
  const all = matches();
  const here = new Set(all);
  for (const group of drawn.values()) group.classList.remove("found", "current");
  for (const index of here) drawn.get(index)?.classList.add("found");
  const blocks = all.length === 1 ? "1 block" : `${all.length} blocks`;
  found.textContent = search.value.trim() === "" ? "" : blocks;
}

/** Goes to the next or previous search result, in any routine. */
function goToMatch(step: number): void {
  const all = matches();
  if (all.length === 0) return;
  const next = (match + step + all.length) % all.length;
  const index = all[match < 0 ? (step > 0 ? 0 : all.length - 1) : next];
  if (!drawn.has(index)) {
    focus = index;
    showRoutine(Math.max(routineOf(index), 0));
  }
  match = all.indexOf(index);
  found.textContent = `${match + 1} of ${all.length}`;
  for (const group of drawn.values()) group.classList.remove("current");
  drawn.get(index)?.classList.add("current");
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

/** Zooms around a point of the window, by default its middle. */
function zoom(factor: number, about?: { readonly clientX: number; readonly clientY: number }): void {
  const { left, top, width, height } = svg.getBoundingClientRect();
  const x = about ? about.clientX - left : width / 2;
  const y = about ? about.clientY - top : height / 2;
  const scale = Math.min(4, Math.max(MIN_SCALE, view.scale * factor));
  const ratio = scale / view.scale;
  view = { x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio, scale };
  apply();
}

/** Scales the drawing down until all of it is in the window; never enlarges it. */
function fit(): void {
  const { width, height } = svg.getBoundingClientRect();
  const margin = 20;
  const scale = Math.max(
    Math.min(1, (width - 2 * margin) / size.width || 1, (height - 2 * margin) / size.height || 1),
    MIN_SCALE,
  );
  view = { x: (width - size.width * scale) / 2, y: (height - size.height * scale) / 2, scale };
  apply();
}

/** Centers a block, or aligns its top if it is taller than the window. */
function center(index: number): void {
  const group = drawn.get(index);
  if (!group) return;
  const { left, top, width, height } = svg.getBoundingClientRect();
  const box = group.getBoundingClientRect();
  const above = Math.max(20, (height - box.height) / 2);
  const aside = Math.max(20, (width - box.width) / 2);
  pan(left + aside - box.left, top + above - box.top);
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
