import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Session } from "../../../server/session/session.ts";
import { MAIN, providerOf, uriOf } from "../fixture.ts";

const FILES = {
  "avmasm.config.json": '{"include": ["lib"]}',
  "lib/a.avm": ".const A = 1\n",
  "b.avm": ".const B = 1\n",
  "closed.avm": '.include "b.avm"\n        FROB\n',
  "program.bin": "",
};
const TEXT = `.include "a.avm"
.include "b.avm"
        SET [1], u32, #A
        RETURN [1], [1]
`;

/** A session in a folder below a link, in which some files are links too. */
function start(links: Readonly<Record<string, string>>) {
  const reads = new Map<string, string>();
  const own = providerOf(FILES);
  const session = new Session(
    { publish: () => undefined, logError: () => undefined, refresh: () => undefined },
    {
      read: (uri, real) => {
        reads.set(uri, real);
        return own.read(uri, real);
      },
      bytes: (uri, real) => {
        reads.set(uri, real);
        return { error: "it is empty" };
      },
      stamp: (uri) => own.stamp(uri),
      real: (uri) => links[uri] ?? uri.replace("/work/", "/real/"),
      find: () => Promise.resolve([uriOf("closed.avm")]),
    },
    { encoding: "utf-16", push: true, workspace: [uriOf("./")] },
  );
  session.openDocument(MAIN, 1, TEXT);
  const use = async (): Promise<void> => {
    session.snapshot(MAIN)!.allDiagnostics();
    session.readDeployed(MAIN, "v4", MAIN, "program.bin");
    await session.workspaceDiagnostics();
  };
  return { use, reads };
}

describe("a session in a folder with links", () => {
  it("reads each file by the place to which all links led when it was found inside", async () => {
    const { use, reads } = start({});
    await use();
    const names = Object.keys(FILES);
    const expected = names.map((name) => [uriOf(name), uriOf(name).replace("/work/", "/real/")]);
    assert.deepEqual([...reads].sort(), expected.sort());
  });

  it("reads no file that a link leads out of it to", async () => {
    const { use, reads } = start(
      Object.fromEntries(Object.keys(FILES).map((name) => [uriOf(name), "file:///elsewhere/secret.avm"])),
    );
    await use();
    // What isn't in the project's folder, because its configuration wasn't read, is looked for beside the program.
    assert.deepEqual([...reads], [[uriOf("a.avm"), uriOf("a.avm").replace("/work/", "/real/")]]);
  });
});
