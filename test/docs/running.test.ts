/** The commands of docs/running.md print what stands below them there. */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { avmasm, temporaryFolder } from "../support/command.ts";
import { codeBlocks } from "../support/documentation.ts";

describe("docs/running.md", function () {
  this.timeout(60_000);
  const blocks = codeBlocks("docs/running.md");
  const folder = temporaryFolder(blocks.at(-1)!.files);
  after(() => folder.remove());

  for (const { text, line } of blocks.filter(({ language }) => language === "console")) {
    it(`has what is printed at line ${line}`, () => {
      const commands = text.split(/^\$ avmasm /m).slice(1);
      assert.ok(commands.length > 0);
      for (const command of commands) {
        const end = command.indexOf("\n");
        const { stdout, stderr } = avmasm(command.slice(0, end).split(" "), { cwd: folder.path });
        assert.deepEqual([stdout, stderr], [command.slice(end + 1), ""]);
      }
    });
  }
});
