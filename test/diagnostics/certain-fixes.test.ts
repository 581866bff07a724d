import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fixTexts } from "../../diagnostics/apply-fixes.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { check } from "../../project/check.ts";
import { root } from "../support/command.ts";
import { fuzz } from "../support/runs.ts";
import { fixMutants } from "./mutated-programs.ts";

function fixed(text: string): string {
  const { texts } = fixTexts((changed) => {
    const current = changed.get("a.avm") ?? text;
    const { diagnostics } = check(parseSource("a.avm", current));
    return { diagnostics, texts: new Map([["a.avm", current]]) };
  });
  return texts.get("a.avm") ?? text;
}

describe("fixes that are made without anybody looking", () => {
  const folder = path.join(root, "test/fixtures/edits/fixes");
  for (const name of readdirSync(folder)) {
    it(`leave what is a guess: ${name}`, () => {
      const text = readFileSync(path.join(folder, name), "utf8");
      assert.equal(fixed(text), text);
    });
  }

  it("are a comma between brackets, and a suppression that suppresses nothing", () => {
    assert.equal(
      fixed("        SET [0], u32, #1\n        MOV [0] [1]\n        RETURN [0], [1]\n"),
      "        SET [0], u32, #1\n        MOV [0], [1]\n        RETURN [0], [1]\n",
    );
    assert.equal(
      fixed("        SET [0], u32, #1 ; avm-ignore: dead-store\n        RETURN [0], [0]\n"),
      "        SET [0], u32, #1 \n        RETURN [0], [0]\n",
    );
  });

  it("never make another program of those that have a mistake", () => {
    const counts = fixMutants(fuzz(100), 3);
    assert.ok(counts.restored > 0, JSON.stringify(counts));
  });
});
