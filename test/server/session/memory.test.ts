import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Session } from "../../../server/session/session.ts";
import { providerOf, uriOf } from "../fixture.ts";

const TEXT = '.include "shared.avm"\nSET [1], u32, #0\nRETURN [1], [1]\n';
const FILES = { "shared.avm": ".const A = 1\n", "kept.avm": TEXT };

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

for (const push of [true, false]) {
  describe(`a session that ${push ? "pushes" : "is asked for"} diagnostics`, () => {
    const session = new Session(
      { publish: () => undefined, logError: assert.fail, refresh: () => undefined },
      providerOf(FILES),
      { encoding: "utf-16", push },
    );
    after(() => session.dispose());

    /** The analysis and the assembly of an open document, without keeping them alive. */
    const resultsOf = (uri: string): WeakRef<object>[] => {
      const snapshot = session.snapshot(uri)!;
      return [new WeakRef(snapshot.fullAssembly()!), new WeakRef(snapshot.fullAnalysis()!)];
    };
    /** How many of these still exist. */
    const alive = async (results: readonly WeakRef<object>[]): Promise<number> => {
      // The current turn keeps what it dereferenced.
      await setTimeout(20);
      collectGarbage();
      return results.filter((result) => result.deref()).length;
    };

    it("drops the results of documents that were closed", async () => {
      session.openDocument(uriOf("kept.avm"), 1, TEXT);
      const kept = resultsOf(uriOf("kept.avm"));
      const dropped: WeakRef<object>[] = [];
      for (let count = 0; count < 5; count++) {
        const uri = uriOf(`closed${count}.avm`);
        session.openDocument(uri, 1, TEXT);
        dropped.push(...resultsOf(uri));
        session.closeDocument(uri);
      }
      session.snapshot(uriOf("kept.avm"));
      assert.equal(await alive(dropped), 0);
      assert.equal(await alive(kept), 2);
    });

    it("drops the results of a text that was edited", async () => {
      const uri = uriOf("edited.avm");
      session.openDocument(uri, 1, TEXT);
      const before = resultsOf(uri);
      session.changeDocument(uri, 2, [{ text: `${TEXT}        JUMP #0\n` }]);
      resultsOf(uri);
      assert.equal(await alive(before), 0);
    });
  });
}
