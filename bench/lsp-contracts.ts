/** Benchmark of our language server on real contracts: edits that are spread evenly over the source. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CONTRACTS, contractSource, type RealContract } from "./contract-sources.ts";
import { medianAndTail, openInServer } from "./edited-document.ts";
import { WORK_FOLDER } from "./measure.ts";
import { time, type Options, type Section } from "./section.ts";
import { SERVER } from "./tools.ts";

/** How many instructions are edited. */
const PLACES = 40;
const FEW_PLACES = 8;
/** How long the server rests between two edits. */
const REST_MS = 250;
/** The pause between two hovers while a program is checked. */
const BETWEEN_HOVERS_MS = 4;

interface Figures {
  readonly open: number;
  /** Milliseconds from an edit to the diagnostics that report a syntax error. */
  readonly syntax: number[];
  /** Milliseconds from an edit to the diagnostics that report a wrong tag, or no longer report it. */
  readonly tags: number[];
  readonly hover: number[];
  /** Milliseconds of the hovers that are requested while an edited program is checked. */
  readonly hoverInCheck: number[];
}

export async function lspContracts({ quick, say }: Options): Promise<Section> {
  const rows: string[][] = [];
  const data: Record<string, Figures> = {};
  for (const contract of CONTRACTS.slice(0, 3)) {
    say(contract.contract);
    const { file } = await contractSource(contract);
    const lines = readFileSync(file, "utf8").split("\n");
    const figures = await measure(lines, quick ? FEW_PLACES : PLACES);
    data[contract.contract] = figures;
    const { open, syntax, tags, hover, hoverInCheck } = figures;
    rows.push([titleOf(contract), time(open), ...[syntax, tags, hover, hoverInCheck].map(medianAndTail)]);
  }
  return {
    name: "lsp-contracts",
    title: "Language server on real contracts",
    about: `Response times over standard input and output: from opening the source of a contract to its first diagnostics; from an edit to the diagnostics for a syntax error; from an edit to the diagnostics that report a wrong tag, or no longer report it; hover, and hovers that are requested one after another while the edited program is checked. Each of ${PLACES} SET instructions, which are spread evenly over the source, is edited: first its syntax, then its tag and number. Median, and the 95th percentile in parentheses.`,
    header: ["", "open", "edit, syntax", "edit, tags", "hover", "hover in the check"],
    rows,
    data,
  };
}

function titleOf({ contract, version }: RealContract): string {
  return `${contract} ${version}`;
}

async function measure(lines: readonly string[], count: number): Promise<Figures> {
  const file = path.join(WORK_FOLDER, "edited-contract.avm");
  const document = await openInServer(SERVER, { file, languageId: "avm", lines }, undefined);
  try {
    const { textDocument, open } = document;
    const figures: Figures = { open, syntax: [], tags: [], hover: [], hoverInCheck: [] };
    const problems = document.problemLines();
    for (const line of placesOf(lines, problems, count)) {
      const right = lines[line];
      const hover = (): Promise<number> =>
        document.timed("textDocument/hover", {
          textDocument,
          position: { line, character: right.indexOf("SET") + 1 },
        });
      const edit = async (text: string, isWrong: boolean): Promise<number> => {
        const milliseconds = await document.edit(line, text, isWrong);
        await sleep(REST_MS);
        return milliseconds;
      };
      figures.syntax.push(await edit(right.replace(",", ""), true));
      await edit(right, false);
      figures.hover.push(await hover());
      figures.tags.push(await edit(wrongTag(right), true));
      figures.tags.push(await edit(right, false));
      await edit(wrongTag(right), true);
      let isChecked = false;
      const checked = document.edit(line, right, false).then(() => (isChecked = true));
      do {
        await sleep(BETWEEN_HOVERS_MS);
        figures.hoverInCheck.push(await hover());
      } while (!isChecked);
      await checked;
      await sleep(REST_MS);
    }
    return figures;
  } finally {
    document.close();
  }
}

/** The numbers of some lines with a SET that has no error, spread evenly over all of them. */
function placesOf(lines: readonly string[], problems: ReadonlySet<number>, count: number): number[] {
  const found = [...lines.keys()].filter(
    (line) => wrongTag(lines[line]) !== lines[line] && !problems.has(line),
  );
  return Array.from({ length: count }, (_, k) => found[Math.floor(((k + 0.5) * found.length) / count)]);
}

/** A line with a SET whose tag can't hold its number. */
function wrongTag(line: string): string {
  return line.replace(/^(\s+SET\s+\S+),\s*\w+,\s*#\w+/, "$1, u8, #300");
}
