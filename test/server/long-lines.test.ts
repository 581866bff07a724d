/** Lines as long as they may be, of what a careless pattern would go over again and again: minutes, where it is done in no time. */

import { codeActions } from "../../server/features/code-action.ts";
import { completion } from "../../server/features/completion.ts";
import { formatting } from "../../server/features/formatting.ts";
import { hover } from "../../server/features/hover.ts";
import { signatureHelp } from "../../server/features/signature-help.ts";
import { convert } from "../../convert/convert.ts";
import { open } from "./fixture.ts";
import { toItsEnd } from "../../program/cooperative.ts";

const LENGTH = 900_000;
const TEXTS: Readonly<Record<string, string>> = {
  "a word and a space": `${"a".repeat(LENGTH)} $0`,
  "a word with dots behind": `${"a".repeat(LENGTH)}.b.c$0`,
  dots: `${".".repeat(LENGTH)}$0 `,
  digits: `${"1".repeat(LENGTH)}$0 `,
  "spaces in front of a formatter's word": `;${" ".repeat(LENGTH)}fmt: off${" ".repeat(LENGTH / 10)}x\n$0x:`,
  "a comment of spaces and stars": `/*${" *".repeat(LENGTH / 2)} */\nlabel$0:\n`,
  "a comment of spaces": `label$0: ; ${" ".repeat(LENGTH)}x`,
  backslashes: `.error "${"\\".repeat(LENGTH)}$0`,
  brackets: `MOV ${"[".repeat(LENGTH)}$0`,
};

describe("lines that are very long", function () {
  this.timeout(20_000);
  for (const [name, text] of Object.entries(TEXTS)) {
    it(`of ${name} delay no other request`, () => {
      const { snapshot, position } = open(text);
      completion(snapshot, position, { snippets: true, typed: undefined });
      hover(snapshot, position);
      signatureHelp(snapshot, position);
      codeActions(snapshot, { start: position, end: position }, {});
      toItsEnd(formatting(snapshot));
      convert("transpiler", "x", text.replace("$0", ""));
    });
  }
});
