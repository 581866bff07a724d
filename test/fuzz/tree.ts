/**
 * Fuzzes `avmasm check` with trees of files with includes, links and configurations. It reads nothing outside of the
 * project, waits for nothing, and prints no control characters.
 */

import { realpathSync } from "node:fs";
import path from "node:path";
import { inputFile } from "../../cli/arguments/input-file.ts";
import { Projects } from "../../cli/arguments/project.ts";
import { sourceOptions } from "../../cli/arguments/source-options.ts";
import { readSource } from "../../cli/arguments/source.ts";
import { CommandError } from "../../cli/command.ts";
import { LIBRARY } from "../../cli/installation.ts";
import { renderReport } from "../../cli/reports/text.ts";
import { printable } from "../../cli/terminal/text.ts";
import { check } from "../../project/check.ts";
import { isTree, randomTree, SECRET, TreeFolder } from "./random-tree.ts";
import { assertThat, type FuzzTarget } from "./target.ts";

let folder: TreeFolder | undefined;

export const tree: FuzzTarget<readonly unknown[]> = {
  name: "tree",
  make: (random) => randomTree(random, 12),
  check: async (input) => {
    if (!isTree(input)) return;
    folder ??= new TreeFolder();
    folder.write(input);
    const main = inputFile(path.join(folder.project, "a.avm"));
    const source = await readSource(main);
    if ("error" in source) return assertTame(source.error);
    try {
      const options = await sourceOptions(main, new Projects(), { strict: true });
      const { assembly, diagnostics } = check(source, { ...options, libraries: true });
      for (const { name } of assembly.files) assertInside(name, folder);
      const sources = new Map(assembly.files.map((file) => [file.name, file]));
      const report = renderReport(diagnostics, sources, (_, text) => text);
      assertThat(printable(report) === report, "the report has something that a terminal would obey");
      assertTame(report);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      assertTame(error.message);
    }
  },
  end: () => {
    folder?.remove();
    folder = undefined;
  },
};

function assertInside(name: string, { project }: TreeFolder): void {
  const real = realpathSync(name);
  const isIn = [project, LIBRARY].some((root) => real.startsWith(realpathSync(root) + path.sep));
  assertThat(isIn, `${name} was read, which is ${real}`);
}

function assertTame(text: string): void {
  assertThat(!text.includes(SECRET), `a secret is shown: ${text}`);
}
