/** Draws a gas profile as a flame graph, and tells the extension which frame's source line the user wants to see. */

import { framesOf, layOut, type Frame, type ProfileNode, type Rectangle } from "./flame-layout.ts";

interface Message {
  readonly kind: "profile";
  readonly nodes: readonly ProfileNode[];
  /** How the run ended, as a sentence. */
  readonly end: string;
  /** Name of the file that holds the profile; undefined if it couldn't be written. */
  readonly file?: string;
}

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

/** Height of a row in pixels. */
const ROW_HEIGHT = 22;

const vscode = acquireVsCodeApi();
const end = document.querySelector<HTMLElement>("#end")!;
const reset = document.querySelector<HTMLButtonElement>("#reset")!;
const table = document.querySelector<HTMLButtonElement>("#table")!;
const about = document.querySelector<HTMLElement>("#about")!;
const message = document.querySelector<HTMLElement>("#message")!;
const tree = document.querySelector<HTMLElement>("#flame")!;

let frames: readonly Frame[] = [];
let zoomed = 0;
/** The drawn elements by frame. */
let drawn = new Map<number, HTMLElement>();

/** @param focus the frame that the Tab key moves the focus to */
function draw(focus: number): void {
  const { rectangles, hidden } = layOut(frames, zoomed);
  const top = rectangles.find(({ frame }) => frame === zoomed)!.depth;
  drawn = new Map(rectangles.map((rectangle) => [rectangle.frame, itemOf(rectangle, top)]));
  tree.replaceChildren(...drawn.values());
  tree.style.height = `${(Math.max(...rectangles.map(({ depth }) => depth)) + 1) * ROW_HEIGHT}px`;
  (drawn.get(focus) ?? drawn.get(zoomed)!).tabIndex = 0;
  reset.disabled = zoomed === 0;
  const some = hidden === 1 ? "1 frame is" : `${hidden.toLocaleString("en")} frames are`;
  message.textContent = hidden === 0 ? "" : `${some} too small or too deep to be drawn. Zoom in to see more.`;
}

/** @param top depth of the zoomed frame; frames above it are its callers */
function itemOf({ frame, depth, left, width }: Rectangle, top: number): HTMLElement {
  const item = document.createElement("div");
  const { name, caller } = frames[frame];
  const besides = caller === undefined ? [frame] : frames[caller].calls;
  const text = textOf(frame);
  item.className = depth % 2 === 0 ? "frame" : "frame odd";
  if (depth < top) item.classList.add("caller");
  item.textContent = name;
  item.title = `${text}\nClick: zoom. Ctrl+click: open the line.`;
  item.tabIndex = -1;
  item.dataset.frame = String(frame);
  item.style.left = `${left * 100}%`;
  item.style.width = `${width * 100}%`;
  item.style.top = `${depth * ROW_HEIGHT}px`;
  const attributes = {
    role: "treeitem",
    "aria-level": depth + 1,
    "aria-setsize": besides.length,
    "aria-posinset": besides.indexOf(frame) + 1,
    "aria-selected": frame === zoomed,
    "aria-label": text,
  };
  for (const [key, value] of Object.entries(attributes)) item.setAttribute(key, String(value));
  return item;
}

function textOf(frame: number): string {
  const { name, own, gas, url, line } = frames[frame];
  const share = frames[0].gas === 0 ? 0 : (100 * gas) / frames[0].gas;
  const itself = own === gas ? "" : `, ${own.toLocaleString("en")} of it its own`;
  const place = url === "" ? "" : `, line ${line} of ${url.slice(url.lastIndexOf("/") + 1)}`;
  return `${name}: ${gas.toLocaleString("en")} gas, ${share.toFixed(1)}%${itself}${place}`;
}

/** The frame whose rectangle an event happened on. */
function frameOf({ target }: Event): number | undefined {
  const item = target instanceof Element ? target.closest<HTMLElement>(".frame") : null;
  return item ? Number(item.dataset.frame) : undefined;
}

function zoom(frame: number): void {
  const before = zoomed;
  zoomed = frame;
  draw(frame === 0 ? before : frame);
  focusOn(frame === 0 && drawn.has(before) ? before : frame);
}

function focusOn(frame: number | undefined): void {
  const item = frame === undefined ? undefined : drawn.get(frame);
  if (!item) return;
  for (const other of drawn.values()) other.tabIndex = -1;
  item.tabIndex = 0;
  item.focus();
  item.scrollIntoView({ block: "nearest" });
}

function act(frame: number, opens: boolean): void {
  if (opens) vscode.postMessage({ kind: "open", frame });
  else zoom(frame);
}

/** The next drawn frame to the left or right that has the same caller. */
function beside(frame: number, step: 1 | -1): number | undefined {
  const { caller } = frames[frame];
  if (caller === undefined) return undefined;
  const calls = frames[caller].calls.filter((called) => drawn.has(called));
  return calls.at(Math.max(0, calls.indexOf(frame) + step));
}

tree.addEventListener("click", (event) => {
  const frame = frameOf(event);
  if (frame !== undefined) act(frame, event.ctrlKey || event.metaKey);
});
tree.addEventListener("keydown", (event) => {
  const frame = frameOf(event);
  if (frame === undefined) return;
  const keys: Record<string, () => void> = {
    Enter: () => act(frame, event.ctrlKey || event.metaKey),
    " ": () => zoom(frame),
    ArrowUp: () => focusOn(frames[frame].caller),
    ArrowDown: () => focusOn(frames[frame].calls.find((called) => drawn.has(called))),
    ArrowLeft: () => focusOn(beside(frame, -1)),
    ArrowRight: () => focusOn(beside(frame, 1)),
    Home: () => focusOn(0),
  };
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});
for (const kind of ["pointerover", "focusin"])
  tree.addEventListener(kind, (event) => {
    const frame = frameOf(event);
    if (frame !== undefined) about.textContent = textOf(frame);
  });
addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && zoomed !== 0) zoom(0);
});
reset.addEventListener("click", () => zoom(0));
table.addEventListener("click", () => vscode.postMessage({ kind: "table" }));
addEventListener("message", ({ data }: MessageEvent<Message>) => {
  frames = framesOf(data.nodes);
  zoomed = 0;
  end.textContent = data.end;
  table.hidden = data.file === undefined;
  table.textContent = `Open ${data.file ?? ""}`;
  draw(0);
  about.textContent = textOf(0);
});
vscode.postMessage({ kind: "ready" });
