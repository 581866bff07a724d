/** Converts the server's line coverage to VS Code's. */

import * as vscode from "vscode";

/** Coverage of one file in the server's answer to `avm/runTests`; lines count from 0. */
export interface ServerCoverage {
  readonly uri: string;
  readonly lines: readonly (readonly [line: number, hits: number])[];
  readonly routines: readonly { readonly name: string; readonly line: number; readonly hits: number }[];
}

class AvmCoverage extends vscode.FileCoverage {
  readonly details: vscode.FileCoverageDetail[];

  constructor({ uri, lines, routines }: ServerCoverage) {
    const hit = <Entry>(entries: readonly Entry[], hits: (entry: Entry) => number) =>
      new vscode.TestCoverageCount(entries.filter((entry) => hits(entry) > 0).length, entries.length);
    super(
      vscode.Uri.parse(uri, true),
      hit(lines, ([, hits]) => hits),
      undefined,
      hit(routines, ({ hits }) => hits),
    );
    this.details = [
      ...lines.map(([line, hits]) => new vscode.StatementCoverage(hits, new vscode.Position(line, 0))),
      ...routines.map(
        ({ name, line, hits }) => new vscode.DeclarationCoverage(name, hits, new vscode.Position(line, 0)),
      ),
    ];
  }
}

export function coverageOf(covered: ServerCoverage): vscode.FileCoverage {
  return new AvmCoverage(covered);
}

export function detailsOf(file: vscode.FileCoverage): vscode.FileCoverageDetail[] {
  return file instanceof AvmCoverage ? file.details : [];
}
