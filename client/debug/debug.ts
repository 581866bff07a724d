/**
 * Running and debugging in VS Code: launching without a launch.json, the run and debug commands, hovers, and values
 * beside lines.
 */

import * as vscode from "vscode";
import { sourceDocument } from "../helpers/source-document.ts";
import { operandAt, operandsBetween } from "./operand-text.ts";

/** The debug type; the manifest has the schema of its launch configurations. */
export const DEBUG_TYPE = "avm";

/** The editor shows values beside this many lines above the line where the run is paused. */
const INLINE_VALUE_LINES = 60;

/** Prefix of the workspace state's keys for the calldata that the user typed last for each file. */
const CALLDATA_KEY = "calldata";

export type CreateAdapter = () => vscode.ProviderResult<vscode.DebugAdapterDescriptor>;

export function registerDebug(
  context: vscode.ExtensionContext,
  createAdapter: CreateAdapter,
): vscode.Disposable {
  const selector = { language: "avm" };
  return vscode.Disposable.from(
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
      createDebugAdapterDescriptor: createAdapter,
    }),
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, new Configurations(context)),
    vscode.commands.registerCommand("avm.debugFile", (uri?: unknown) => start(uri, false)),
    vscode.commands.registerCommand("avm.runFile", (uri?: unknown) => start(uri, true)),
    vscode.commands.registerCommand("avm.debugTest", (uri: string, test: string) => startTest(uri, test)),
    vscode.languages.registerEvaluatableExpressionProvider(selector, {
      provideEvaluatableExpression(document, position) {
        const found = operandAt(document.lineAt(position.line).text, position.character);
        return found && new vscode.EvaluatableExpression(rangeOf(position.line, found), found.text);
      },
    }),
    vscode.languages.registerInlineValuesProvider(selector, { provideInlineValues }),
  );
}

function configurationOf(uri: vscode.Uri): vscode.DebugConfiguration {
  return { type: DEBUG_TYPE, request: "launch", name: "Debug AVM", program: pathOf(uri) };
}

/** The adapter's name for a file: its path, or its URI if it isn't on disk. */
export function pathOf(uri: vscode.Uri): string {
  return uri.scheme === "file" ? uri.fsPath : uri.toString();
}

async function startTest(uri: string, test: string): Promise<boolean> {
  const program = vscode.Uri.parse(uri, true);
  return vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(program), {
    ...configurationOf(program),
    ...{ name: test, test },
  });
}

/** @param given the URI from a menu, its text from a code lens, or undefined for the file in the active editor */
async function start(given: unknown, noDebug: boolean): Promise<boolean> {
  const uri = typeof given === "string" ? vscode.Uri.parse(given, true) : given;
  const document = await sourceDocument(uri instanceof vscode.Uri ? uri : undefined);
  if (!document) return false;
  return vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(document.uri), {
    ...configurationOf(document.uri),
    ...(noDebug && { name: "Run AVM", noDebug }),
  });
}

/** Fills in the fields that a launch configuration leaves out. */
class Configurations implements vscode.DebugConfigurationProvider {
  private readonly context: vscode.ExtensionContext;

  constructor(context: vscode.ExtensionContext) {
    this.context = context;
  }

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [{ type: DEBUG_TYPE, request: "launch", name: "Debug AVM", program: "${file}", calldata: [] }];
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const program: unknown = configuration.program;
    if (typeof program !== "string" || program === "") {
      void vscode.window.showErrorMessage("`program` names no file: it is what is debugged.");
      return undefined;
    }
    const needsCalldata =
      configuration.calldata === undefined &&
      configuration.function === undefined &&
      configuration.test === undefined;
    if (!needsCalldata) return configuration;
    const calldata = await askForCalldata(this.context, program);
    return calldata === undefined ? undefined : { ...configuration, calldata };
  }

  /** A launch without a launch.json debugs the file in the active editor. */
  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (configuration.type || configuration.request) return configuration;
    const document = await sourceDocument(undefined);
    return document && configurationOf(document.uri);
  }
}

/** Asks for the calldata of a program, and offers what the user typed last. Returns undefined if the user cancels. */
export async function askForCalldata(
  context: vscode.ExtensionContext,
  program: string,
): Promise<string | undefined> {
  const remembered = context.workspaceState.get<Record<string, string>>(CALLDATA_KEY, {});
  const calldata = await vscode.window.showInputBox({
    title: "Calldata",
    prompt: "Fields that the program is called with, with commas between them. Empty if there are none.",
    placeHolder: "1, 0x2a, -1",
    value: remembered[program] ?? "",
    ignoreFocusOut: true,
  });
  if (calldata !== undefined)
    await context.workspaceState.update(CALLDATA_KEY, { ...remembered, [program]: calldata });
  return calldata;
}

/** The cells named in the lines above the paused one and in that line, for the editor to show their values. */
function provideInlineValues(
  document: vscode.TextDocument,
  viewPort: vscode.Range,
  { stoppedLocation }: vscode.InlineValueContext,
): vscode.InlineValue[] {
  const last = Math.min(stoppedLocation.end.line, document.lineCount - 1);
  const first = Math.max(viewPort.start.line, last - INLINE_VALUE_LINES, 0);
  const values: vscode.InlineValue[] = [];
  for (let line = first; line <= last; line++) {
    for (const found of operandsBetween(document.lineAt(line).text))
      values.push(new vscode.InlineValueEvaluatableExpression(rangeOf(line, found), found.text));
  }
  return values;
}

function rangeOf(line: number, { start, end }: { start: number; end: number }): vscode.Range {
  return new vscode.Range(line, start, line, end);
}
