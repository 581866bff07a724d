/** Draws the cells of memory as a table, and tells the extension which step the user wants to go to. */

/** The debug adapter's view of memory; `debugger/memory-view.ts` documents the fields. */
interface Memory {
  readonly step: number;
  readonly steps: number;
  readonly base?: number;
  readonly cells: readonly Cell[];
  readonly more: number;
}

interface Cell {
  readonly address: number;
  readonly names: readonly string[];
  readonly tag?: string;
  readonly declared?: string;
  readonly decimal: string;
  readonly hex: string;
  readonly text?: string;
  readonly selector?: string;
  readonly writtenAt?: number;
  readonly line?: number;
  readonly isNew: boolean;
}

type Message = { readonly kind: "memory"; readonly memory: Memory } | { readonly kind: "nothing" };

/** What stands in place of the tag of a cell that was never written. */
const UNWRITTEN = "never written";

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const vscode = acquireVsCodeApi();
const filter = document.querySelector<HTMLInputElement>("#filter")!;
const follow = document.querySelector<HTMLInputElement>("#follow")!;
const state = document.querySelector<HTMLElement>("#state")!;
const message = document.querySelector<HTMLElement>("#message")!;
const table = document.querySelector<HTMLTableElement>("table")!;
const body = document.querySelector<HTMLTableSectionElement>("#cells")!;
let memory: Memory | undefined;

function draw(): void {
  table.hidden = memory === undefined;
  message.textContent = memory === undefined ? "Nothing is being debugged." : "";
  if (!memory) {
    state.textContent = "";
    return;
  }
  const wanted = filter.value.trim().toLowerCase();
  const shown = memory.cells.filter((cell) => matches(cell, wanted));
  body.replaceChildren(...shown.map(rowOf));
  const more = memory.more > 0 ? `, ${memory.more} more not shown` : "";
  state.textContent = `${shown.length} of ${memory.cells.length} cells${more}, step ${memory.step} of ${memory.steps}`;
  if (follow.checked && memory.base !== undefined) {
    const { base } = memory;
    const first = shown.findIndex(({ address }) => address >= base);
    body.rows.item(first)?.scrollIntoView({ block: "start" });
  }
}

function matches(cell: Cell, wanted: string): boolean {
  const { address, names, tag = UNWRITTEN, decimal, hex, text = "", selector = "" } = cell;
  if (wanted === "") return true;
  return [String(address), ...names, tag, decimal, hex, text, selector].some((part) =>
    part.toLowerCase().includes(wanted),
  );
}

function rowOf(cell: Cell): HTMLTableRowElement {
  const row = document.createElement("tr");
  if (cell.isNew) row.className = "new";
  const { base } = memory!;
  const relative = base !== undefined && cell.address >= base ? `  sp+${cell.address - base}` : "";
  const { tag: found = UNWRITTEN, writtenAt } = cell;
  const tag = cell.declared === undefined ? found : `${found}, declared ${cell.declared}`;
  for (const text of [
    `[${cell.address}]${relative}`,
    cell.names.join(", "),
    tag,
    writtenAt === undefined ? "" : cell.decimal,
    writtenAt === undefined ? "" : cell.hex,
    cell.selector ?? cell.text ?? "",
  ])
    row.insertCell().textContent = text;
  if (cell.declared !== undefined) row.cells[2].className = "wrong";
  if (writtenAt === undefined) {
    row.insertCell();
    return row;
  }
  const written = document.createElement("button");
  const place = cell.line === undefined ? "" : `, line ${cell.line}`;
  written.textContent = `step ${writtenAt}${place}`;
  written.title = "Go to the instruction that wrote this cell";
  written.addEventListener("click", () => vscode.postMessage({ kind: "goToStep", step: writtenAt }));
  row.insertCell().append(written);
  return row;
}

filter.addEventListener("input", draw);
follow.addEventListener("change", draw);
window.addEventListener("message", ({ data }: MessageEvent<Message>) => {
  memory = data.kind === "memory" ? data.memory : undefined;
  draw();
});
draw();
vscode.postMessage({ kind: "ready" });
