/** Links the codes of diagnostics to their pages, which are part of the package and need no network. */

import type { ClientCapabilities, CodeAction, Diagnostic } from "vscode-languageserver";

/** Adds the link to each diagnostic, if the client supports links and the server knows the folder of the pages. */
export class DiagnosticPages {
  /** The URI of the pages' folder, with a slash at its end. */
  private readonly folder: string | undefined;

  constructor(folder: string | undefined, { textDocument }: ClientCapabilities) {
    this.folder = textDocument?.publishDiagnostics?.codeDescriptionSupport ? folder : undefined;
  }

  link = (diagnostics: readonly Diagnostic[]): Diagnostic[] => {
    const { folder } = this;
    return folder === undefined
      ? [...diagnostics]
      : diagnostics.map((one) =>
          one.code === undefined ? one : { ...one, codeDescription: { href: `${folder}${one.code}.md` } },
        );
  };

  /** The diagnostics in an action must equal the ones that were sent. */
  linkIn<Action extends CodeAction>(action: Action): Action {
    const { diagnostics } = action;
    return diagnostics ? { ...action, diagnostics: this.link(diagnostics) } : action;
  }
}
