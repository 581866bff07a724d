/**
 * The Test Explorer: lists the tests of all files of the workspace. The language server runs them on the text in the
 * editor, or the debugger runs one after the other. The editor shows a failure beside the directive whose expectation
 * failed.
 */

import * as vscode from "vscode";
import { debounce } from "../helpers/debounce.ts";
import { baseName } from "../helpers/uris.ts";
import type { LanguageServer } from "../language-server.ts";
import { coverageOf, detailsOf, type ServerCoverage } from "./coverage.ts";

/** Parts of the server's answers; `server/requests/tests.ts` documents the fields. */
interface ServerRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

interface FileOfTests {
  readonly uri: string;
  readonly tests: readonly { readonly name: string; readonly range: ServerRange }[];
}

interface Place {
  readonly uri: string;
  readonly range: ServerRange;
}

interface RanTest {
  readonly name: string;
  readonly failures: readonly {
    readonly message: string;
    readonly expected: string;
    readonly found: string;
    readonly place: Place;
    readonly related: readonly { readonly message: string; readonly place: Place }[];
  }[];
  readonly gas: { readonly l2: number; readonly da: number };
  readonly steps: number;
  readonly durationMs: number;
}

type Answer =
  | {
      readonly tests: readonly RanTest[];
      readonly brokenTags?: readonly { readonly message: string; readonly place: Place }[];
      readonly coverage?: readonly ServerCoverage[];
    }
  | { readonly error: string };

/** Time between the last change and the request for the list of tests. */
const UPDATE_DELAY_MS = 500;

export function registerTests(server: LanguageServer): vscode.Disposable {
  const controller = vscode.tests.createTestController("avm", "AVM Tests");

  const update = async (): Promise<void> => {
    const files = await server.request<readonly FileOfTests[]>("avm/tests", null).catch(() => undefined);
    if (files) show(controller, files);
  };
  const updated = debounce(() => void update(), UPDATE_DELAY_MS);
  controller.refreshHandler = update;
  controller.resolveHandler = update;

  const profile = (
    label: string,
    kind: vscode.TestRunProfileKind,
    handler: (request: vscode.TestRunRequest, token: vscode.CancellationToken) => Promise<void>,
  ): vscode.TestRunProfile => controller.createRunProfile(label, kind, handler, true);
  const run = (withCoverage: boolean) => (request: vscode.TestRunRequest, token: vscode.CancellationToken) =>
    runAll(controller, server, request, token, withCoverage);
  profile("Run", vscode.TestRunProfileKind.Run, run(false));
  profile("Debug", vscode.TestRunProfileKind.Debug, (request, token) =>
    debugAll(controller, server, request, token),
  );
  const coverage = profile("Coverage", vscode.TestRunProfileKind.Coverage, run(true));
  coverage.loadDetailedCoverage = (_, file) => Promise.resolve(detailsOf(file));

  /** Runs the test that a code lens names by its file and name. */
  const runOne = async (uri: string, name: string): Promise<void> => {
    await update();
    const item = controller.items.get(vscode.Uri.parse(uri, true).toString())?.children.get(name);
    if (!item) return;
    await runAll(controller, server, new vscode.TestRunRequest([item]), undefined, false);
  };

  const changed = (document: vscode.TextDocument): void => {
    if (document.languageId === "avm") updated.soon();
  };
  const files = vscode.workspace.createFileSystemWatcher("**/*.avm");

  updated.soon();
  return vscode.Disposable.from(
    controller,
    updated,
    files,
    files.onDidCreate(updated.soon),
    files.onDidChange(updated.soon),
    files.onDidDelete(updated.soon),
    vscode.workspace.onDidOpenTextDocument(changed),
    vscode.workspace.onDidChangeTextDocument(({ document }) => changed(document)),
    vscode.workspace.onDidCloseTextDocument(changed),
    // Files of the workspace may have been read meanwhile.
    server.onDidCheck(updated.soon),
    vscode.commands.registerCommand("avm.runTest", runOne),
  );
}

/** Updates the tree to the given files and tests. Items that stay keep their results. */
function show(controller: vscode.TestController, files: readonly FileOfTests[]): void {
  const known = new Set<string>();
  for (const { uri: text, tests } of files) {
    const uri = vscode.Uri.parse(text, true);
    const id = uri.toString();
    known.add(id);
    let file = controller.items.get(id);
    if (!file) {
      file = controller.createTestItem(id, baseName(uri), uri);
      file.description = vscode.workspace.asRelativePath(uri);
      controller.items.add(file);
    }
    const names = new Set(tests.map(({ name }) => name));
    for (const [name] of file.children) if (!names.has(name)) file.children.delete(name);
    for (const [index, { name, range }] of tests.entries()) {
      let test = file.children.get(name);
      if (!test) {
        test = controller.createTestItem(name, name, uri);
        file.children.add(test);
      }
      test.range = rangeOf(range);
      test.sortText = String(index).padStart(6, "0");
    }
  }
  for (const [id] of controller.items) if (!known.has(id)) controller.items.delete(id);
}

/** The tests that a request asks for, by the item of their file. */
function chosen(
  controller: vscode.TestController,
  { include, exclude = [] }: vscode.TestRunRequest,
): Map<vscode.TestItem, vscode.TestItem[]> {
  const byFile = new Map<vscode.TestItem, vscode.TestItem[]>();
  const add = (item: vscode.TestItem): void => {
    if (exclude.includes(item)) return;
    if (!item.parent) return item.children.forEach(add);
    const tests = byFile.get(item.parent) ?? [];
    byFile.set(item.parent, tests);
    if (!tests.includes(item)) tests.push(item);
  };
  if (include) include.forEach(add);
  else controller.items.forEach(add);
  return byFile;
}

/** @param given cancels the run; undefined if a code lens started it: the run then has its own token */
async function runAll(
  controller: vscode.TestController,
  server: LanguageServer,
  request: vscode.TestRunRequest,
  given: vscode.CancellationToken | undefined,
  withCoverage: boolean,
): Promise<void> {
  const run = controller.createTestRun(request);
  const token = given ?? run.token;
  const all = chosen(controller, request);
  for (const [, tests] of all) for (const test of tests) run.enqueued(test);
  for (const [file, tests] of all) {
    if (token.isCancellationRequested) {
      for (const test of tests) run.skipped(test);
      continue;
    }
    for (const test of tests) run.started(test);
    const answer = await ask(server, file.uri!, tests, withCoverage, token);
    report(run, tests, answer);
    if ("coverage" in answer)
      for (const covered of answer.coverage ?? []) run.addCoverage(coverageOf(covered));
  }
  run.end();
}

async function ask(
  server: LanguageServer,
  uri: vscode.Uri,
  tests: readonly vscode.TestItem[],
  coverage: boolean,
  token: vscode.CancellationToken,
): Promise<Answer> {
  try {
    // The server only knows the text of files that are open.
    await vscode.workspace.openTextDocument(uri);
    const names = tests.map(({ id }) => id);
    const params = { textDocument: { uri: uri.toString() }, names, coverage };
    return (await server.request<Answer | null>("avm/runTests", params, token)) ?? { error: "it isn't open" };
  } catch (error) {
    // VS Code shows tests without a result as skipped.
    if (token.isCancellationRequested) return { tests: [] };
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function report(run: vscode.TestRun, tests: readonly vscode.TestItem[], answer: Answer): void {
  if ("error" in answer) {
    for (const test of tests) run.errored(test, new vscode.TestMessage(answer.error));
    return;
  }
  // Report a failed tag expectation beside its line and in the output.
  for (const { message, place } of answer.brokenTags ?? [])
    run.appendOutput(`warning: ${message}\r\n`, locationOf(place));
  const results = new Map(answer.tests.map((result) => [result.name, result]));
  for (const test of tests) {
    const result = results.get(test.id);
    if (!result) {
      run.skipped(test);
      continue;
    }
    const { failures, gas, steps, durationMs } = result;
    const end = failures.length === 0 ? "passed" : "failed";
    const used = `${gas.l2.toLocaleString("en")} L2 gas, ${gas.da.toLocaleString("en")} DA gas, ${steps.toLocaleString("en")} steps`;
    run.appendOutput(`${end}  ${test.label}  ${used}\r\n`, undefined, test);
    for (const { message } of failures) run.appendOutput(`        ${message}\r\n`, undefined, test);
    if (failures.length === 0) run.passed(test, durationMs);
    else run.failed(test, failures.map(messageOf), durationMs);
  }
}

/**
 * The message of a failed expectation. VS Code shows its first line in the editor, and the expected and found values in
 * the view that opens below.
 */
function messageOf(failure: RanTest["failures"][number]): vscode.TestMessage {
  const { message, expected, found, place, related } = failure;
  const notes = related.map(({ message: what, place: { uri, range } }) => {
    return `${what}: ${baseName(vscode.Uri.parse(uri, true))}:${range.start.line + 1}`;
  });
  const shown = vscode.TestMessage.diff([message, ...notes].join("\n"), expected, found);
  shown.location = locationOf(place);
  return shown;
}

/** Debugs one test after the other: there is one debugger. */
async function debugAll(
  controller: vscode.TestController,
  server: LanguageServer,
  request: vscode.TestRunRequest,
  token: vscode.CancellationToken,
): Promise<void> {
  const run = controller.createTestRun(request);
  for (const [file, tests] of chosen(controller, request)) {
    for (const test of tests) {
      if (token.isCancellationRequested) {
        run.skipped(test);
        continue;
      }
      run.started(test);
      const cancelled = token.onCancellationRequested(() => {
        const session = vscode.debug.activeDebugSession;
        if (session?.configuration.test === test.id) void vscode.debug.stopDebugging(session);
      });
      const ended = new Promise<void>((resolve) => {
        const listener = vscode.debug.onDidTerminateDebugSession(({ configuration }) => {
          if (configuration.test !== test.id) return;
          listener.dispose();
          resolve();
        });
      });
      const started = await vscode.commands.executeCommand<boolean>(
        "avm.debugTest",
        file.uri!.toString(),
        test.id,
      );
      if (started) await ended;
      cancelled.dispose();
      if (token.isCancellationRequested) run.skipped(test);
      else report(run, [test], await ask(server, file.uri!, [test], false, token));
    }
  }
  run.end();
}

function locationOf({ uri, range }: Place): vscode.Location {
  return new vscode.Location(vscode.Uri.parse(uri, true), rangeOf(range));
}

function rangeOf({ start, end }: ServerRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
