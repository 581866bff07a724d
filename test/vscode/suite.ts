/** Tests that run inside the extension host: they use the installed extension through VS Code's API. */

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { BROKEN, SUMMARY } from "./fixtures.ts";
import type { Check } from "./check.ts";
import { eventually as waitFor } from "./eventually.ts";

/** Path of the file for the results; the build defines it. */
declare const RESULTS: string;

/** Time in which an effect must appear. */
const TIMEOUT_MS = 15_000;

/** VS Code's entry to the tests. */
export async function run(): Promise<void> {
  // Mocha is an ES module, which the bundle can't require.
  const { default: Mocha } = await import("mocha");
  const mocha = new Mocha({ ui: "bdd", timeout: 3 * TIMEOUT_MS, retries: 1, reporter: class {} as never });
  mocha.suite.emit("pre-require", globalThis as never, "", mocha);
  defineTests();
  const checks: Check[] = [];
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on("pass", (test) => checks.push({ name: test.fullTitle(), error: undefined }))
      .on("fail", (test, error: Error) =>
        checks.push({ name: test.fullTitle(), error: error.stack ?? error.message }),
      );
  });
  writeFileSync(RESULTS, JSON.stringify(checks));
  if (failures > 0) throw new Error(`${failures} failed`);
}

function defineTests(): void {
  describe("in the extension host:", () => {
    afterEach(async () => {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    });

    it("activates on an .avm file", async () => {
      const { document } = await open("sum.avm");
      assert.equal(document.languageId, "avm");
      const extension = vscode.extensions.getExtension("avm-assembly.avm-assembly");
      assert.ok(extension, "the extension is installed");
      await until("it is active", () => extension.isActive);
    });

    it("finds nothing wrong with an example", async () => {
      // The server checks files in order: once it reports the other file's mistakes, it has checked this one, too.
      const { document } = await open("frames.avm");
      const broken = await open("broken.avm");
      await diagnosed(broken.document);
      const serious = vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning);
      assert.deepEqual(
        serious.map(({ message }) => message),
        [],
      );
    });

    it("reports mistakes until they are corrected", async () => {
      const editor = await open("broken.avm");
      const found = await diagnosed(editor.document);
      const mnemonic = found.find(({ code }) => codeOf(code) === "unknown-mnemonic");
      assert.equal(editor.document.getText(mnemonic?.range), "MOVE");
      assert.match(mnemonic?.message ?? "", /MOV/);
      await replace(editor, "MOVE", "MOV");
      await until("no error is left", () => errorsOf(editor.document).length === 0);
      await replace(editor, "MOV value", "MOVE value");
      await diagnosed(editor.document);
    });

    it("reports a wrong tag, and where the tag was written", async () => {
      const { document } = await open("tags.avm");
      const errors = await eventually("the errors", () => {
        const found = errorsOf(document);
        return found.length > 1 ? found : undefined;
      });
      const codes = errors.map(({ code }) => codeOf(code));
      assert.deepEqual(codes.sort(), ["non-u32-address", "tag-mismatch"]);
      const address = errors.find(({ code }) => codeOf(code) === "non-u32-address");
      const related = address?.relatedInformation?.map(({ location }) => document.getText(location.range));
      assert.deepEqual(related, ["pointer"]);
    });

    it("reports mistakes in files that are not open", async () => {
      await eventually("errors", () => {
        const isOpen = vscode.workspace.textDocuments.some(({ uri }) => uri.path.endsWith("/closed.avm"));
        assert.ok(!isOpen);
        const found = vscode.languages.getDiagnostics().find(([uri]) => uri.path.endsWith("/closed.avm"));
        return found && found[1].length > 0 ? true : undefined;
      });
    });

    it("explains an instruction on hover", async () => {
      const editor = await open("sum.avm");
      const text = await eventually("a hover", async () => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
          "vscode.executeHoverProvider",
          editor.document.uri,
          find(editor.document, "CALLDATACOPY"),
        );
        return hovers.flatMap(({ contents }) => contents.map(textOf)).join("\n") || undefined;
      });
      assert.match(text, /CALLDATACOPY/);
      assert.ok(text.includes(SUMMARY), text);
      assert.match(text, /L2/);
    });

    it("completes instructions and names", async () => {
      const editor = await open("frames.avm");
      const labels = async (position: vscode.Position): Promise<string[]> => {
        const list = await vscode.commands.executeCommand<vscode.CompletionList>(
          "vscode.executeCompletionItemProvider",
          editor.document.uri,
          position,
        );
        return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
      };
      await until("instructions", async () =>
        (await labels(find(editor.document, "INTERNALCALL fib"))).includes("INTERNALCALL"),
      );
      await until("labels", async () =>
        (await labels(find(editor.document, "INTERNALCALL fib", "INTERNALCALL ".length))).includes("fib"),
      );
    });

    it("completes the paths of includes", async () => {
      const editor = await open("included.avm");
      const labelsBehind = async (text: string): Promise<string[]> => {
        const end = (): vscode.Position => editor.document.lineAt(editor.document.lineCount - 1).range.end;
        await editor.edit((edit) => edit.insert(end(), text));
        return eventually(`paths behind ${text}`, async () => {
          const labels = await completedAt(editor.document, end());
          return labels.some((label) => label.includes(".avm")) ? labels : undefined;
        });
      };
      const library = await labelsBehind("\n.include <std/");
      assert.ok(library.includes("loop.avm"), library.join());
      const own = await labelsBehind('\n.include "');
      assert.ok(own.includes("sum.avm") && own.includes("contracts/"), own.join());
      await vscode.commands.executeCommand("workbench.action.files.revert");
    });

    it("completes what an operand takes first", async () => {
      const { document } = await open("ranked.avm");
      const firstAt = async (text: string, offset: number, wanted: string): Promise<string[]> => {
        const at = find(document, text, offset);
        return eventually(`what fits ${text}`, async () => {
          const labels = await completedAt(document, at);
          return labels.includes(wanted) ? labels : undefined;
        });
      };
      // Constants before labels in a literal, `u1` for a condition, `u32` for an address.
      const literal = await firstAt("#LIMIT", 1, "LIMIT");
      assert.equal(literal[0], "LIMIT", literal.join());
      assert.ok(literal.indexOf("LIMIT") < literal.indexOf("again"), literal.join());
      assert.equal((await firstAt("JUMPI flag", "JUMPI ".length, "flag"))[0], "flag");
      const address = await firstAt("MOV [count]", "MOV [".length, "count");
      assert.equal(
        address.find((label) => ["count", "flag", "value"].includes(label)),
        "count",
      );
    });

    it("has lenses that show references and run things", async () => {
      const editor = await open("frames.avm");
      const lenses = await eventually("lenses", async () => {
        const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
          "vscode.executeCodeLensProvider",
          editor.document.uri,
          100,
        );
        return found.every(({ isResolved }) => isResolved) && found.length > 1 ? found : undefined;
      });
      const titles = lenses.map(({ command }) => command!.title);
      for (const title of ["Run", "Debug", "Run Test", "Debug Test"])
        assert.ok(titles.includes(title), `${title} in ${titles.join("; ")}`);
      const uses = lenses.find(({ command }) => /^\d+ calls?, /.test(command!.title))!.command!;
      await vscode.commands.executeCommand(uses.command, ...uses.arguments!);
    });

    it("goes to a definition", async () => {
      const editor = await open("frames.avm");
      const target = await eventually("a definition", async () => {
        const places = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
          "vscode.executeDefinitionProvider",
          editor.document.uri,
          find(editor.document, "INTERNALCALL fib", "INTERNALCALL f".length),
        );
        return places.at(0);
      });
      const range = "targetUri" in target ? target.targetRange : target.range;
      assert.match(editor.document.lineAt(range.start.line).text, /^fib:/);
    });

    it("shows the labels of a file in the outline", async () => {
      const editor = await open("frames.avm");
      const symbols = await eventually("symbols", () =>
        vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
          "vscode.executeDocumentSymbolProvider",
          editor.document.uri,
        ),
      );
      const names = symbols.map(({ name }) => name);
      for (const name of ["STACK", "base", "fib"])
        assert.ok(names.includes(name), `${name} in ${names.join()}`);
    });

    it("selects names, local labels and qualified labels as whole words", async () => {
      const document = await vscode.workspace.openTextDocument({
        language: "avm",
        content: "JUMPI [cell], #loop.again+.next",
      });
      const words = ["cell", "loop.again", ".next"].map((word) => {
        const at = document.positionAt(document.getText().indexOf(word) + 1);
        return document.getText(document.getWordRangeAtPosition(at));
      });
      assert.deepEqual(words, ["cell", "loop.again", ".next"]);
    });

    it("assembles a file", async () => {
      const editor = await open("sum.avm");
      const output = await vscode.commands.executeCommand<vscode.Uri | undefined>("avm.assemble");
      const expected = editor.document.uri.fsPath.replace(/\.avm$/, ".bin");
      assert.equal(output?.fsPath, expected);
      const bytes = readFileSync(expected);
      // The opcode of SET_8 and its mode bits.
      assert.deepEqual([...bytes.subarray(0, 2)], [0x27, 0x00]);
    });

    it("doesn't assemble a file that has a mistake", async () => {
      await open("broken.avm");
      assert.equal(await vscode.commands.executeCommand("avm.assemble"), undefined);
      assert.equal(existsSync(path.join(folder(), "broken.bin")), false);
    });

    it("shows the listing, and keeps it up to date", async () => {
      const editor = await open("loop.avm");
      await vscode.commands.executeCommand("avm.showListing");
      const listing = await eventually("the listing", () =>
        vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "avm-listing"),
      );
      assert.match(listing.getText(), /^loop\.avm, target v6, \d+ bytes/);
      assert.match(listing.getText(), /27 00/);
      await editor.edit((edit) =>
        edit.insert(new vscode.Position(editor.document.lineCount, 0), "\nadded:\n"),
      );
      await until("the listing has the new label", () => /^ +\d+ +added:$/m.test(listing.getText()));
      await vscode.commands.executeCommand("workbench.action.files.revert");
    });

    it("opens the listing at the cursor", async () => {
      const editor = await open("long.avm");
      place(editor, find(editor.document, "#300\n"));
      await vscode.commands.executeCommand("avm.showListing");
      await until("the listing shows the line", () => {
        const listing = vscode.window.visibleTextEditors.find(
          ({ document }) => document.uri.scheme === "avm-listing",
        );
        if (!listing?.document.getText().includes("#300")) return false;
        const at = find(listing.document, "#300");
        return listing.visibleRanges.some((range) => range.contains(at));
      });
    });

    it("opens bytecode as its disassembly, and refreshes it when the file changes", async () => {
      await open("sum.avm");
      const output = await vscode.commands.executeCommand<vscode.Uri>("avm.assemble");
      await vscode.commands.executeCommand("vscode.open", output);
      const document = await eventually("the disassembly", () => {
        const shown = vscode.window.activeTextEditor?.document;
        return shown?.uri.scheme === "avm-contract" ? shown : undefined;
      });
      assert.equal(document.languageId, "avm");
      assert.match(document.getText(), /^ +CALLDATACOPY +/m);
      await until("no other tab", () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length === 2);
      writeFileSync(output.fsPath, Buffer.from("2700000002000000", "hex"));
      await until("the new text", () => !document.getText().includes("CALLDATACOPY"));
    });

    it("opens other .bin files in VS Code's own editor", async () => {
      const other = vscode.Uri.file(path.join(folder(), "other.bin"));
      writeFileSync(other.fsPath, "no bytecode at all, only text, which is long enough to see\n");
      await vscode.commands.executeCommand("vscode.open", other);
      await until("VS Code's own editor", () =>
        vscode.window.tabGroups.all.some(({ tabs }) =>
          tabs.some(({ input }) => input instanceof vscode.TabInputText),
        ),
      );
    });

    it("follows the cursor from the source to the listing, and back", async () => {
      const editor = await open("long.avm");
      await vscode.commands.executeCommand("avm.showListing");
      const listing = await eventually("the listing", () =>
        vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === "avm-listing"),
      );
      await until("its text", () => listing.document.getText().includes("#400"));
      const shows = (shown: vscode.TextEditor, text: string): boolean => {
        const at = find(shown.document, text);
        return shown.visibleRanges.some((range) => range.contains(at));
      };
      assert.equal(shows(listing, "#400"), false);
      place(editor, find(editor.document, "#400"));
      await until("the listing shows the line", () => shows(listing, "#400"));
      await vscode.window.showTextDocument(listing.document, { viewColumn: listing.viewColumn });
      place(vscode.window.activeTextEditor!, find(listing.document, "#10\n"));
      await until("the source shows the line", () => shows(editor, "#10\n"));
    });

    it("renames a label and its uses", async () => {
      const editor = await open("frames.avm");
      const edit = await eventually("an edit", async () => {
        const found = await vscode.commands.executeCommand<vscode.WorkspaceEdit | undefined>(
          "vscode.executeDocumentRenameProvider",
          editor.document.uri,
          find(editor.document, "INTERNALCALL fib", "INTERNALCALL ".length),
          "fibonacci",
        );
        return found && found.size > 0 ? found : undefined;
      });
      const before = editor.document.getText().match(/\bfib\b(?=:|$)/gm)!.length;
      await vscode.workspace.applyEdit(edit);
      assert.equal(editor.document.getText().match(/\bfibonacci\b/g)?.length, before);
      await vscode.commands.executeCommand("workbench.action.files.revert");
    });

    it("fixes a mistake with a code action", async () => {
      const editor = await open("broken.avm");
      const mistake = (await diagnosed(editor.document)).find(
        ({ code }) => codeOf(code) === "unknown-mnemonic",
      )!;
      const action = await eventually("an action", async () => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          "vscode.executeCodeActionProvider",
          editor.document.uri,
          mistake.range,
          vscode.CodeActionKind.QuickFix.value,
        );
        return actions.find(({ title }) => title.includes("MOV"));
      });
      await vscode.workspace.applyEdit(action.edit!);
      await until("no error is left", () => errorsOf(editor.document).length === 0);
      await vscode.commands.executeCommand("workbench.action.files.revert");
    });

    it("formats a file", async () => {
      const document = await vscode.workspace.openTextDocument({
        language: "avm",
        content: "add [1],[2] ,[3];sum\n",
      });
      await vscode.window.showTextDocument(document);
      await until("the layout", async () => {
        await vscode.commands.executeCommand("editor.action.formatDocument");
        return document.getText() === "        ADD     [1], [2], [3]                   ; sum\n";
      });
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    });

    it("runs a task, and finds the problems in what it prints", async () => {
      await open("sum.avm");
      const run = async (task: vscode.Task): Promise<number | undefined> => {
        const execution = await vscode.tasks.executeTask(task);
        return new Promise((resolve) => {
          const listener = vscode.tasks.onDidEndTaskProcess((event) => {
            if (event.execution !== execution) return;
            listener.dispose();
            resolve(event.exitCode);
          });
        });
      };
      const tasks = await eventually("tasks", async () => {
        const found = await vscode.tasks.fetchTasks({ type: "avmasm" });
        return found.length > 0 ? found : undefined;
      });
      const check = tasks.find(({ name }) => name === "check sum.avm");
      assert.ok(check, tasks.map(({ name }) => name).join());
      assert.equal(await run(check), 0);
      const tags = vscode.Uri.file(path.join(folder(), "closed.avm"));
      const told = (): unknown[] => [
        vscode.languages.getDiagnostics(tags),
        vscode.languages.getDiagnostics(uri),
      ];
      const uri = vscode.Uri.file(path.join(folder(), "unopened.avm"));
      await until("the server's diagnostics", () => vscode.languages.getDiagnostics(uri).length > 0);
      await until("the server's diagnostics", () => vscode.languages.getDiagnostics(tags).length > 0);
      const before = JSON.stringify(told());
      const own = (await vscode.tasks.fetchTasks()).find(({ name }) => name === "look");
      assert.equal(await run(own!), 1);
      // The language server reports the same problem, and VS Code lists it once: both have the same owner.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.equal(JSON.stringify(told()), before);
      assert.deepEqual(
        vscode.languages.getDiagnostics(uri).map(({ code, range }) => [codeOf(code), range.start.line]),
        [["unknown-mnemonic", 4]],
      );
    });

    it("disassembles a contract, with all that the language has", async () => {
      const document = await disassembled();
      assert.equal(document.languageId, "avm");
      assert.match(document.getText(), /^\.target v5\n/);
      assert.match(document.getText(), /^public_dispatch:$/m);
      await until("a hover", async () => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
          "vscode.executeHoverProvider",
          document.uri,
          find(document, "SSTORE"),
        );
        return hovers.length > 0;
      });
    });

    it("goes from an instruction to its line of Noir, and back", async () => {
      const document = await disassembled();
      const code = vscode.window.activeTextEditor!;
      place(code, find(document, "SSTORE"));
      await vscode.commands.executeCommand("avm.goToNoir");
      const noir = await eventually("the Noir source", () => {
        const editor = vscode.window.activeTextEditor;
        return editor?.document.uri.path.endsWith("main.nr") ? editor : undefined;
      });
      const lineOfCursor = (editor: vscode.TextEditor): string =>
        editor.document.lineAt(editor.selection.active.line).text.trim();
      await until("the line", () => lineOfCursor(noir) === "store(1)");
      place(noir, find(noir.document, "opcode()"));
      await vscode.commands.executeCommand("avm.goToInstructions");
      await until("the instruction", () => {
        const editor = vscode.window.activeTextEditor;
        return editor?.document === document && /^ADD\b/.test(lineOfCursor(editor));
      });
    });

    it("changes the target in the file or in the settings, wherever the current one is set", async () => {
      const old = await open("old.avm");
      await vscode.commands.executeCommand("avm.selectTarget", "v5");
      assert.match(old.document.getText(), /^\.target v5$/m);
      await open("sum.avm");
      const setting = (): unknown => vscode.workspace.getConfiguration("avm").get("target");
      await vscode.commands.executeCommand("avm.selectTarget", "v4");
      assert.equal(setting(), "v4");
      await vscode.commands.executeCommand("avm.selectTarget", "v6");
      assert.equal(setting(), "v6");
      await vscode.workspace
        .getConfiguration("avm")
        .update("target", undefined, vscode.ConfigurationTarget.Workspace);
    });

    it("debugs a program, forwards and back", async () => {
      const editor = await open("frames.avm");
      const session = await debug(editor.document, { calldata: [3] });
      const start = await lineOfSession(session);
      assert.equal(editor.document.lineAt(start).text.trim().split(/\s+/)[0], "SET");
      await move(session, "next");
      assert.equal(await lineOfSession(session), start + 1);
      await move(session, "stepBack");
      assert.equal(await lineOfSession(session), start);
      await vscode.debug.stopDebugging(session);
    });

    it("stops at breakpoints, and shows the cells that have names", async () => {
      const editor = await open("frames.avm");
      const line = find(editor.document, "LT      n, two, small").line;
      const breakpoint = new vscode.SourceBreakpoint(
        new vscode.Location(editor.document.uri, new vscode.Position(line, 0)),
        true,
        "n == 1",
      );
      vscode.debug.addBreakpoints([breakpoint]);
      try {
        const session = await debug(editor.document, { calldata: [3], stopOnEntry: false });
        assert.equal(await lineOfSession(session), line);
        const frame = vscode.debug.activeStackItem as vscode.DebugStackFrame;
        const value = (await session.customRequest("evaluate", {
          expression: "n",
          frameId: frame.frameId,
        })) as {
          result: string;
        };
        assert.match(value.result, /^1 : u32 /);
        await vscode.debug.stopDebugging(session);
      } finally {
        vscode.debug.removeBreakpoints([breakpoint]);
      }
    });

    it("stops before a halt", async () => {
      const { document } = await open("tags.avm");
      const session = await debug(document, { calldata: [], stopOnEntry: false });
      const info = (await session.customRequest("exceptionInfo", { threadId: 1 })) as { exceptionId: string };
      assert.match(info.exceptionId, /tag|u32|address/);
      await vscode.debug.stopDebugging(session);
    });

    it("restarts the language server", async () => {
      await vscode.commands.executeCommand("avm.restartServer");
      const editor = await open("broken.avm");
      await diagnosed(editor.document);
    });
  });
}

/** What completion offers, in the order in which it is shown. */
async function completedAt(document: vscode.TextDocument, position: vscode.Position): Promise<string[]> {
  const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
    "vscode.executeCompletionItemProvider",
    document.uri,
    position,
  );
  const labelOf = ({ label }: vscode.CompletionItem): string =>
    typeof label === "string" ? label : label.label;
  const keyOf = (item: vscode.CompletionItem): string => item.sortText ?? labelOf(item);
  return [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map(labelOf);
}

function folder(): string {
  return vscode.workspace.workspaceFolders![0].uri.fsPath;
}

async function open(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(vscode.Uri.file(path.join(folder(), name)), { preview: false });
}

/** Disassembles the contract in the workspace, as if a user had chosen it in the explorer. */
async function disassembled(): Promise<vscode.TextDocument> {
  const artifact = vscode.Uri.file(path.join(folder(), "token.json"));
  const shown = (): vscode.TextDocument | undefined => {
    const document = vscode.window.activeTextEditor?.document;
    return document?.uri.scheme === "avm-contract" ? document : undefined;
  };
  await vscode.commands.executeCommand("avm.disassembleArtifact", artifact, "public_dispatch");
  return eventually("the code of the contract", shown);
}

/** Starts a debug session, and waits until it is paused. */
async function debug(document: vscode.TextDocument, more: object): Promise<vscode.DebugSession> {
  const configuration = {
    type: "avm",
    request: "launch",
    name: "debug",
    program: document.uri.fsPath,
    ...more,
  };
  assert.ok(await vscode.debug.startDebugging(undefined, configuration));
  await until("the run to stop", () => vscode.debug.activeStackItem instanceof vscode.DebugStackFrame);
  return vscode.debug.activeDebugSession!;
}

/** The line on which a session is paused, counted from 0. */
async function lineOfSession(session: vscode.DebugSession): Promise<number> {
  const answer = (await session.customRequest("stackTrace", { threadId: 1, levels: 1 })) as {
    stackFrames: { line: number }[];
  };
  return answer.stackFrames[0].line - 1;
}

async function move(session: vscode.DebugSession, request: string): Promise<void> {
  await session.customRequest(request, { threadId: 1 });
}

function place(editor: vscode.TextEditor, position: vscode.Position): void {
  editor.selection = new vscode.Selection(position, position);
}

/** The position of a text, or of a character in it. */
function find(document: vscode.TextDocument, text: string, offset = 0): vscode.Position {
  const at = document.getText().indexOf(text);
  assert.ok(at >= 0, text);
  return document.positionAt(at + offset);
}

async function replace(editor: vscode.TextEditor, from: string, to: string): Promise<void> {
  const start = find(editor.document, from);
  const range = new vscode.Range(start, start.translate(0, from.length));
  assert.ok(await editor.edit((edit) => edit.replace(range, to)));
}

function errorsOf(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
}

async function diagnosed(document: vscode.TextDocument): Promise<vscode.Diagnostic[]> {
  assert.equal(document.getText(), BROKEN);
  return eventually("errors", () => {
    const errors = errorsOf(document);
    return errors.length > 0 ? errors : undefined;
  });
}

function codeOf(code: vscode.Diagnostic["code"]): unknown {
  return typeof code === "object" ? code.value : code;
}

function textOf(content: vscode.MarkdownString | vscode.MarkedString): string {
  return typeof content === "string" ? content : content.value;
}

/** Polls until there is a result. */
function eventually<Result>(
  what: string,
  ask: () => Result | undefined | PromiseLike<Result | undefined>,
): Promise<Result> {
  return waitFor(what, ask, TIMEOUT_MS);
}

async function until(what: string, holds: () => boolean | PromiseLike<boolean>): Promise<void> {
  await eventually(what, async () => ((await holds()) ? true : undefined));
}
