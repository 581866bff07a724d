/** Every row of the pages about the command has a command whose result stands beside it: see test/support/claims.ts. */

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { claimsOf, type Claim } from "../support/claims.ts";
import { avmasm, root, temporaryFolder } from "../support/command.ts";
import { shownAfter } from "./debugger-claims.ts";
import { codeBlocks } from "../support/documentation.ts";

const PAGES = ["docs/running.md", "docs/command.md", "docs/ci.md", "docs/contracts.md", "docs/debugging.md"];

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

/** True if a text has another as whole words: `returned 10` doesn't have `returned 1`. */
function hasWords(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1))
    if (!joins(text[at - 1], words[0]) && !joins(words.at(-1), text[at + words.length])) return true;
  return false;
}

/** True if two neighbouring characters are parts of one word. */
function joins(left = " ", right = " "): boolean {
  return /^\w\w$/.test(left + right);
}

/** The arguments as a shell would split them; `$(…)`, variables and `*` aren't known. */
function argumentsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain,
  );
}

type CommandLine = NonNullable<Claim["command"]>;

function hold({ text, environment }: CommandLine, results: readonly string[], folder: string): void {
  const { status, stdout, stderr } = avmasm(argumentsOf(text), {
    cwd: folder,
    env: Object.fromEntries(environment.split(" ").map((one) => one.split(/=(.*)/))),
  });
  const printed = oneLine(stdout + stderr).replaceAll("\x1b", "\\e");
  assert.equal(status, Number(results.find((one) => one.startsWith("status "))?.slice(7) ?? 0), printed);
  for (const result of results) {
    const file = /^file (\S+): (.*)$/.exec(result);
    if (result.startsWith("status ")) continue;
    if (file) assert.ok(hasWords(oneLine(readFileSync(path.join(folder, file[1]), "utf8")), file[2]), result);
    else if (result.startsWith("not ")) assert.ok(!printed.includes(result.slice(4)), printed);
    else assert.ok(hasWords(printed, result), `${result}\n${printed}`);
  }
}

for (const page of PAGES) {
  describe(`the claims of ${page}`, function () {
    this.timeout(60_000);
    const { claims, excused, rows } = claimsOf(page);
    const folder = temporaryFolder(codeBlocks(page).at(-1)!.files);
    after(() => folder.remove());

    it("have a command each, or say why not", () => {
      const shown = [...claims.map(({ row }) => row), ...excused.keys()];
      assert.deepEqual([...new Set(shown)].sort(), [...new Set(rows)].sort());
      for (const [row, reason] of excused) {
        for (const [, file, title] of reason.matchAll(/`(test\/[^`]+\.ts)`(?:: “([^”]+)”)?/g)) {
          assert.ok(existsSync(path.join(root, file)), `${row}: ${file}`);
          if (title !== undefined)
            assert.ok(readFileSync(path.join(root, file), "utf8").includes(title), `${row}: ${title}`);
        }
      }
    });

    const commands = new Map<number, Claim[]>();
    for (const claim of claims) {
      const { line } = (claim.actions ?? claim.command)!;
      commands.set(line, [...(commands.get(line) ?? []), claim]);
    }
    for (const [line, ofCommand] of commands) {
      const [{ row, command, actions, files }] = ofCommand;
      const results = ofCommand.map(({ result }) => result);
      if (actions) {
        it(`line ${line}: ${row}`, async () => {
          const shown = oneLine(await shownAfter(actions.list, files));
          for (const result of results) {
            if (result.startsWith("not ")) assert.ok(!shown.includes(result.slice(4)), shown);
            else assert.ok(hasWords(shown, result), `${result}\n${shown}`);
          }
        });
        continue;
      }
      it(`line ${line}: ${row}`, () => {
        for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder.path, name), text);
        hold(command!, results, folder.path);
      });
    }
  });
}
