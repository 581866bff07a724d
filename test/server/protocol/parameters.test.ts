import assert from "node:assert/strict";
import path from "node:path";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "mocha";
import { PARAMETERS } from "../../../server/protocol/parameters.ts";
import { root } from "../../support/command.ts";
import { startServer, type StdioClient } from "../stdio-client.ts";

const NOTIFICATIONS = Object.keys(PARAMETERS).filter((method) => /\/did(?:Open|Change|Close)/.test(method));
const INVALID_PARAMS = -32602;
/** Parameters that are none, and what a client with a fault might send. */
const JUNK: readonly unknown[] = [
  {},
  { textDocument: {} },
  { textDocument: { uri: 7 } },
  { textDocument: null },
];

describe("malformed parameters", function () {
  this.timeout(60_000);
  let server: StdioClient;
  before(async () => {
    server = startServer(path.join(root, "dist/server.cjs"));
    await server.request("initialize", { processId: null, rootUri: null, capabilities: {} });
    server.notify("initialized", {});
  });
  after(() => {
    server.process.kill();
  });

  for (const [method, parameters] of Object.entries(PARAMETERS)) {
    if (parameters.length === 0 || NOTIFICATIONS.includes(method) || method === "initialize") continue;
    it(`${method} names the malformed parameter`, async () => {
      for (const params of JUNK) {
        const { error } = await server.request(method, params);
        assert.equal(error?.code, INVALID_PARAMS, JSON.stringify(params));
        assert.match(error.message, /^The parameter `[\w.[\]]+` has to be /);
      }
    });
  }

  for (const method of NOTIFICATIONS) {
    if (PARAMETERS[method].length === 0) continue;
    it(`${method} is logged, and the server goes on`, async () => {
      const from = server.notifications.length;
      server.notify(method, {});
      await server.waitFor(
        "window/logMessage",
        ({ message }) => String(message).startsWith(`${method}: The parameter \``),
        from,
      );
      assert.equal((await server.request("workspace/symbol", { query: "" })).error, undefined);
    });
  }

  it("are reported inside of lists, too", async () => {
    const from = server.notifications.length;
    server.notify("workspace/didChangeWatchedFiles", { changes: [null] });
    await server.waitFor(
      "window/logMessage",
      ({ message }) => String(message).includes("`changes[].uri`"),
      from,
    );
  });

  it("have a description for every request of the server", () => {
    const source = readFileSync(path.join(root, "server/protocol/own-requests.ts"), "utf8");
    const own = [...source.matchAll(/(?:Request|Notification)Type\w*<[^>]*>\("(avm\/\w+)"\)/g)].map(
      ([, name]) => name,
    );
    assert.ok(own.length >= 4);
    for (const method of own) assert.ok(Object.hasOwn(PARAMETERS, method), method);
  });
});
