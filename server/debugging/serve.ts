/**
 * Debug sessions inside of the language server, for an editor that can start no process: `avm/debug` carries the messages
 * of the Debug Adapter Protocol in both directions, each with the number of its session.
 */

import { NotificationType, type Connection } from "vscode-languageserver";
import { LaunchError } from "../../debugger/launch.ts";
import { AvmDebugSession } from "../../debugger/session.ts";
import { nextTurn } from "../session/event-loop.ts";
import type { Session } from "../session/session.ts";
import { prepareLaunch } from "./launch.ts";

interface DebugMessage {
  /** Number of the session; the client chooses it. */
  readonly session: number;
  /** Null ends the session. */
  readonly message: object | null;
}

const DEBUG = new NotificationType<DebugMessage>("avm/debug");

export function serveDebugger(connection: Connection, current: () => Session | undefined): void {
  const sessions = new Map<number, AvmDebugSession>();

  const begin = (number: number): AvmDebugSession => {
    const debugged = new AvmDebugSession({
      prepare: async (args) => {
        const session = current();
        if (!session) throw new LaunchError("the language server has ended");
        await session.whenIndexed();
        return prepareLaunch(session, args);
      },
      pathOf: (name) => name,
      pause: nextTurn,
    });
    debugged.onDidSendMessage((message) => {
      void connection.sendNotification(DEBUG, { session: number, message });
    });
    return debugged;
  };

  connection.onNotification(DEBUG, ({ session: number, message }) => {
    if (message === null) {
      sessions.get(number)?.shutdown();
      return void sessions.delete(number);
    }
    let session = sessions.get(number);
    if (!session) sessions.set(number, (session = begin(number)));
    session.handleMessage(message as Parameters<AvmDebugSession["handleMessage"]>[0]);
  });
}
