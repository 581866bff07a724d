/** The language server as a browser's worker: it has no files, and asks the editor for those that are included. */

import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import manifest from "../package.json" with { type: "json" };
import { optionsIn, serve } from "./protocol/connection.ts";
import { MAX_SURVEYED } from "./session/session.ts";
import { remoteFiles, type ReadAnswer } from "./session/remote-files.ts";

// The types are those of a page; this is the worker's own end of the channel.
const port = globalThis as never;
const connection = createConnection(new BrowserMessageReader(port), new BrowserMessageWriter(port));

serve(
  connection,
  (params) => {
    const { library } = optionsIn(params);
    return remoteFiles(
      (uri) => connection.sendRequest<ReadAnswer>("avm/read", { uri }),
      (folder) => connection.sendRequest<string[]>("avm/find", { folder, most: MAX_SURVEYED }),
      typeof library === "string" ? library : undefined,
    );
  },
  manifest.version,
);
connection.listen();
