/** An offered edit, with a check that it doesn't change the program. */

import type { CodeAction } from "vscode-languageserver-types";
import type { Paused } from "../../program/cooperative.ts";

export interface OfferedEdit {
  readonly action: CodeAction;
  /**
   * Verifies the edit, which takes as long as assembling the program. Returns why it can't be made; undefined if it
   * can.
   */
  readonly whyNot: () => Paused<string | undefined>;
}
