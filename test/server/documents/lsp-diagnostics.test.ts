import assert from "node:assert/strict";
import { DiagnosticSeverity } from "vscode-languageserver-types";
import { check } from "../../../project/check.ts";
import { MAX_SENT, shownIn, toLspDiagnostics } from "../../../server/documents/lsp-diagnostics.ts";
import { openDocument } from "../../../server/documents/document.ts";

/** What is sent of a text. */
function sent(text: string) {
  const document = openDocument("file:///main.avm", 1, text, "utf-16");
  return toLspDiagnostics(shownIn(document, check(document.file).diagnostics), document, [document]);
}

describe("diagnostics for the client", () => {
  const UNREAD = "SET [2], u8, #1\n".repeat(MAX_SENT + 200);

  it("are the most severe where there are too many", () => {
    const found = sent(`${UNREAD}SET [2], u8, #300\nSET [1], u32, #0\nRETURN [1], [1]\n`);
    assert.equal(found.length, MAX_SENT);
    const [first, ...others] = found.map(({ code }) => code);
    assert.equal(first, "literal-too-wide");
    assert.deepEqual(new Set(others), new Set(["dead-store"]));
    assert.equal(found[1].range.start.line, 0);
  });

  it("say how many errors and warnings are missing", () => {
    const found = sent(`${"ADD [1]\n".repeat(MAX_SENT + 5)}${UNREAD}`);
    assert.equal(found.length, MAX_SENT + 1);
    const last = found.pop()!;
    assert.equal(last.message, "5 more errors and warnings of this file are not shown");
    assert.equal(last.severity, DiagnosticSeverity.Information);
    assert.ok(found.every(({ severity }) => severity === DiagnosticSeverity.Error));
  });
});
