/** The client that a server answers, as the first message describes it. */

import type { ClientCapabilities } from "vscode-languageserver";
import type { Session } from "../session/session.ts";
import type { DiagnosticPages } from "./diagnostic-pages.ts";

export interface ServedClient {
  /** Undefined before the first message and after the last. */
  session: Session | undefined;
  capabilities: ClientCapabilities;
  /** Whether the client has our extension's commands, so that lenses can run them. */
  hasCommands: boolean;
  /** Links the codes of diagnostics to their pages. */
  pages: DiagnosticPages;
}
