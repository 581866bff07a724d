/**
 * The command "AVM: Show References" of code lenses: opens VS Code's own references view, which a server can't open.
 */

import * as vscode from "vscode";

/** A position as the protocol sends it: line and character count from 0. */
interface ServerPosition {
  readonly line: number;
  readonly character: number;
}

export function registerReferences(): vscode.Disposable {
  return vscode.commands.registerCommand("avm.showReferences", async (text: string, at: ServerPosition) => {
    const uri = vscode.Uri.parse(text, true);
    const position = new vscode.Position(at.line, at.character);
    const places = await vscode.commands.executeCommand<vscode.Location[]>(
      "vscode.executeReferenceProvider",
      uri,
      position,
    );
    const isDefinition = ({ uri: other, range }: vscode.Location): boolean =>
      other.toString() === uri.toString() && range.contains(position);
    const uses = places.filter((place) => !isDefinition(place));
    await vscode.commands.executeCommand("editor.action.showReferences", uri, position, uses);
  });
}
