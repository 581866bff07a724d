/** Writes the commands of docs/command.md: usage, description and options of each. */

import { readdirSync } from "node:fs";
import path from "node:path";
import { describeUsage, type Command, type Flag, type ValueOption } from "../../cli/command.ts";
import { between, cell, plain } from "./between.ts";

const FOLDER = path.join(import.meta.dirname, "../../cli/commands");

/** All commands by name, in alphabetical order. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  await Promise.all(
    readdirSync(FOLDER)
      .sort()
      .map(async (file): Promise<[string, Command]> => {
        const { command } = (await import(path.join(FOLDER, file))) as { readonly command: Command };
        return [path.basename(file, ".ts"), command];
      }),
  ),
);

export function commandReference(page: string): string {
  return between(
    page,
    "commands",
    [...COMMANDS].map(([name, command]) => section(name, command)).join("\n\n"),
  );
}

function section(name: string, command: Command): string {
  return [
    `### ${name}`,
    ["```", describeUsage(name, command), "```"].join("\n"),
    ...command.description.map(plain),
    ...optionsOf(command),
  ].join("\n\n");
}

function optionsOf({ options }: Command): string[] {
  const rows = Object.entries<Flag | ValueOption>(options).map(([long, option]) => {
    const short = option.short === undefined ? "" : `\`-${option.short}\`, `;
    return `| ${short}\`--${long}${valueOf(option)}\` | ${cell(plain(option.summary))} |`;
  });
  return rows.length === 0 ? [] : [["| option | does |", "| --- | --- |", ...rows].join("\n")];
}

function valueOf(option: Flag | ValueOption): string {
  if (option.type === "boolean") return "";
  return ` ${cell(option.choices?.join("|") ?? option.value ?? "VALUE")}`;
}
