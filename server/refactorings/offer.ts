/** An edit that is offered, and the test that it changes nothing else. */

import type { CodeAction } from "vscode-languageserver-types";

export interface Offer {
  readonly action: CodeAction;
  /** Tries the edit, which takes as long as assembling the program. Returns why it can't be made; undefined if it can. */
  readonly whyNot: () => string | undefined;
}
