/** Tests that run inside the extension host of a browser: the same extension, with all of its programs in workers. */

import "mocha/mocha.js";
import * as vscode from "vscode";
import type { Check } from "./check.ts";
import { eventually as waitFor } from "./eventually.ts";
import { SUMMARY } from "./fixtures.ts";

/** Prefix of result lines in the log; the build defines it. */
declare const RESULT: string;

/** Time in which an effect must appear. */
const TIMEOUT_MS = 30_000;

/** VS Code's entry to the tests. */
export async function run(): Promise<void> {
  const report = (check: Check): void => console.log(RESULT + JSON.stringify(check));
  mocha.setup({ ui: "bdd", timeout: 2 * TIMEOUT_MS, reporter: class {} as never });
  defineTests();
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on("pass", (test) => report({ name: test.fullTitle(), error: undefined }))
      .on("fail", (test, error: Error) =>
        report({ name: test.fullTitle(), error: error.stack ?? error.message }),
      );
  });
  if (failures > 0) throw new Error(`${failures} failed`);
}

function defineTests(): void {
  describe("in a browser:", () => {
    it("the language server reports mistakes until they are corrected", async () => {
      const editor = await open("broken.avm");
      const [mistake] = await eventually("errors", () => {
        const errors = errorsOf(editor.document);
        return errors.length > 0 ? errors : undefined;
      });
      equal(editor.document.getText(mistake.range), "MOVE");
      await editor.edit((edit) => edit.replace(mistake.range, "MOV"));
      await eventually("no errors", () => (errorsOf(editor.document).length === 0 ? true : undefined));
    });

    it("the language server reports mistakes in files that are not open", async () => {
      await eventually("errors", () => {
        const found = vscode.languages.getDiagnostics();
        const there = found.find(([uri]) => uri.path.endsWith("/tags.avm"));
        return there && there[1].length > 0 ? true : undefined;
      });
    });

    it("reports a wrong tag", async () => {
      const { document } = await open("tags.avm");
      await eventually("errors", () => (errorsOf(document).length === 2 ? true : undefined));
    });

    it("explains an instruction on hover", async () => {
      const { document } = await open("sum.avm");
      const text = await eventually("a hover", async () => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
          "vscode.executeHoverProvider",
          document.uri,
          document.positionAt(document.getText().indexOf("CALLDATACOPY")),
        );
        const found = hovers.flatMap(({ contents }) =>
          contents.map((one) => (one as vscode.MarkdownString).value),
        );
        return found.length > 0 ? found.join("\n") : undefined;
      });
      if (!text.includes(SUMMARY)) throw new Error(text);
    });

    it("reads included files of the workspace and of the standard library", async () => {
      const { document } = await open("including.avm");
      await eventually("the definition", async () => {
        const places = await vscode.commands.executeCommand<vscode.Location[]>(
          "vscode.executeDefinitionProvider",
          document.uri,
          document.positionAt(document.getText().indexOf("VALUE")),
        );
        return places.some(({ uri }) => uri.path.endsWith("/included.avm")) ? true : undefined;
      });
      // If the included file couldn't be read, its names would be undefined.
      await eventually("the unused macro parameter", () => {
        const all = vscode.languages.getDiagnostics(document.uri);
        return all.length > 0 && errorsOf(document).length === 0 ? true : undefined;
      });
    });

    it("completes the paths of includes in the workspace and in the standard library", async () => {
      const editor = await open("included.avm");
      const labelsBehind = async (text: string): Promise<readonly string[]> => {
        const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
        await editor.edit((edit) => edit.insert(end, text));
        return eventually(`paths behind ${text}`, async () => {
          const list = await vscode.commands.executeCommand<vscode.CompletionList>(
            "vscode.executeCompletionItemProvider",
            editor.document.uri,
            editor.document.lineAt(editor.document.lineCount - 1).range.end,
          );
          const labels = list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
          return labels.some((label) => label.includes(".avm")) ? labels : undefined;
        });
      };
      const library = await labelsBehind("\n.include <std/");
      if (!library.some((label) => label.includes("loop.avm"))) throw new Error(library.join(", "));
      const own = await labelsBehind('\n.include "');
      if (!own.some((label) => label.includes("sum.avm"))) throw new Error(own.join(", "));
      await vscode.commands.executeCommand("workbench.action.files.revert");
    });

    it("debugs, forwards and back", async () => {
      const { document } = await open("debugged.avm");
      const launch = { type: "avm", request: "launch", name: "debug", program: document.uri.toString() };
      await vscode.debug.startDebugging(undefined, { ...launch, calldata: [1, 2] });
      const session = await eventually("the run to stop", () =>
        vscode.debug.activeStackItem instanceof vscode.DebugStackFrame
          ? vscode.debug.activeDebugSession
          : undefined,
      );
      const lineOf = async (): Promise<number> => {
        const stack = (await session.customRequest("stackTrace", { threadId: 1, levels: 1 })) as {
          stackFrames: { line: number; source: { path: string } }[];
        };
        equal(stack.stackFrames[0].source.path, document.uri.toString());
        return stack.stackFrames[0].line;
      };
      equal(await lineOf(), 14);
      await session.customRequest("next", { threadId: 1 });
      equal(await lineOf(), 15);
      await session.customRequest("stepBack", { threadId: 1 });
      equal(await lineOf(), 14);
      await vscode.debug.stopDebugging(session);
    });

    it("shows the listing, and assembles", async () => {
      const { document } = await open("sum.avm");
      await vscode.commands.executeCommand("avm.showListing");
      await eventually("the listing", () =>
        vscode.workspace.textDocuments.find(
          (one) => one.uri.scheme === "avm-listing" && one.getText().startsWith("sum.avm, target v6"),
        ),
      );
      await vscode.window.showTextDocument(document);
      const output = await vscode.commands.executeCommand<vscode.Uri | undefined>("avm.assemble");
      if (!output?.path.endsWith("/sum.bin")) throw new Error(`wrote ${String(output)}`);
      const bytes = await vscode.workspace.fs.readFile(output);
      equal(bytes[0], 0x27);
    });
  });
}

async function open(name: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0].uri, name);
  return vscode.window.showTextDocument(uri, { preview: false });
}

function errorsOf(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
}

function equal(found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`found ${String(found)}, not ${String(wanted)}`);
}

/** Polls until there is a result. */
function eventually<Result>(
  what: string,
  ask: () => Result | undefined | PromiseLike<Result | undefined>,
): Promise<Result> {
  return waitFor(what, ask, TIMEOUT_MS);
}
