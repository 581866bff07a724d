/** The language server as a browser's worker: it can't read files, and asks the editor for included ones. */

import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import manifest from "../package.json" with { type: "json" };
import { serveDebugger } from "./debugging/serve.ts";
import { serve } from "./protocol/connection.ts";
import { checkingParameters } from "./protocol/parameters.ts";
import { optionsIn } from "./protocol/initialization.ts";
import { MAX_WORKSPACE_FILES } from "./session/file-provider.ts";
import { remoteFiles, type ReadAnswer } from "./session/remote-files.ts";

// TypeScript's types are those of a page; in a worker, the global object is its end of the channel.
const port = globalThis as never;
const connection = createConnection(new BrowserMessageReader(port), new BrowserMessageWriter(port), {
  messageStrategy: checkingParameters,
});

serve(
  connection,
  (params) => {
    const { library, pages } = optionsIn(params);
    const files = remoteFiles(
      (uri) => connection.sendRequest<ReadAnswer>("avm/read", { uri }),
      (folder) => connection.sendRequest<string[]>("avm/find", { folder, most: MAX_WORKSPACE_FILES }),
      (folder) => connection.sendRequest<string[]>("avm/list", { folder }),
      typeof library === "string" ? library : undefined,
    );
    return typeof pages === "string" ? { ...files, pages } : files;
  },
  manifest.version,
  serveDebugger,
);
connection.listen();
