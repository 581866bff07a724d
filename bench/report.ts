/** Formats results as tables for the terminal and for `docs/performance.md`, and writes the chart. */

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { chart } from "./chart.ts";
import { ROOT } from "./measure.ts";
import type { Results, Section } from "./section.ts";

const DOCUMENT = "docs/performance.md";
const CHART = "docs/images/performance.svg";

/** Formats a section for the terminal. */
export function asText({ title, about, header, rows, printed, notes = [] }: Section): string {
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const lines = table
    .filter((row) => row.length > 0)
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );
  return [`\n${title}`, about, "", ...lines, ...(printed === undefined ? [] : [printed]), ...notes].join(
    "\n",
  );
}

/** Formats a section as Markdown. */
function asMarkdown(section: Section, { date, command, machine }: Results): string {
  const { title, about, header, rows, printed, notes = [] } = section;
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table =
    header.length === 0
      ? []
      : [row(header), row(header.map((_, index) => (index === 0 ? "---" : "--:"))), ...rows.map(row), ""];
  const text = printed === undefined ? [] : ["```text", printed, "```", ""];
  const where =
    `Measured on ${date} with \`${command}\`: ${machine.processor}, ${machine.processors} processors, ${machine.memory} GiB, ` +
    `${machine.system}, Node ${machine.node}, load ${machine.load}.`;
  return [
    `## ${title}`,
    "",
    about,
    "",
    ...table,
    ...text,
    ...notes.flatMap((note) => [note, ""]),
    where,
  ].join("\n");
}

/** Replaces the sections between their markers, and draws the chart. Returns the paths of the written files. */
export async function updateDocument(results: Results): Promise<string[]> {
  const file = path.join(ROOT, DOCUMENT);
  let text = readFileSync(file, "utf8");
  for (const section of results.sections) {
    const [start, end] = [`<!-- bench ${section.name} -->`, `<!-- /bench ${section.name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from)
      throw new Error(`${DOCUMENT} has no place for ${section.name}: ${start} … ${end}`);
    text = `${text.slice(0, from + start.length)}\n\n${asMarkdown(section, results)}\n\n${text.slice(to)}`;
  }
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
  const whole = results.sections.find(({ name }) => name === "whole-process");
  if (!whole) return [DOCUMENT];
  writeFileSync(path.join(ROOT, CHART), chart(whole));
  return [DOCUMENT, CHART];
}
