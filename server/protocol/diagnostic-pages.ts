/** Links the codes of diagnostics to their pages, which are part of the package, so that they open without a network. */

import type { ClientCapabilities, CodeAction, Diagnostic } from "vscode-languageserver";

/** Adds the page to each diagnostic, if the client can show a link and the server knows where the pages are. */
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

  /** Actions name the diagnostics that they resolve as these were sent. */
  linkIn<Action extends CodeAction>(action: Action): Action {
    const { diagnostics } = action;
    return diagnostics ? { ...action, diagnostics: this.link(diagnostics) } : action;
  }
}
