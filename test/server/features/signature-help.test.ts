import assert from "node:assert/strict";
import { signatureHelp } from "../../../server/features/signature-help.ts";
import { open } from "../fixture.ts";

/** Fails unless the signature is this one, with the active operand in «». */
function check(text: string, expected: string | null, documentation?: RegExp): void {
  const { snapshot, position } = open(text);
  const help = signatureHelp(snapshot, position);
  if (!help || expected === null) return assert.equal(help, expected);
  const [signature] = help.signatures;
  const range = signature.parameters?.[help.activeParameter!]?.label as [number, number] | undefined;
  const { label } = signature;
  const shown = range
    ? `${label.slice(0, range[0])}«${label.slice(range[0], range[1])}»${label.slice(range[1])}`
    : label;
  assert.equal(shown, expected);
  if (documentation) assert.match(JSON.stringify(signature), documentation);
}

describe("signature help", () => {
  it("marks the operand that is being written", () => {
    check("ADD $0", "ADD «a», b, dst", /Adds two values/);
    check("ADD [1$0", "ADD «a», b, dst");
    check("ADD [1], $0", "ADD a, «b», dst");
    check("ADD [1], [2], [$0", "ADD a, b, «dst»");
    check("label: add_16 [1],$0", "ADD_16 a, «b», dst", /the tag of a/);
  });

  it("marks none after the last operand", () => {
    check("NOT [1], [2], $0", "NOT src, dst");
  });

  it("ignores commas inside of parentheses", () => {
    check("SET [0], u8, #lo(1, $0", "SET dst, inTag, «value»");
  });

  it("shows a macro's parameters and its comment", () => {
    const text = "; Adds.\n.macro INC cell, by=[2]\n.endm\n INC ";
    check(`${text}$0`, "INC «cell», by", /Adds/);
    check(`${text}[1], $0`, "INC cell, «by»", /\[2\] unless it is given/);
  });

  it("is absent elsewhere", () => {
    check("$0", null);
    check("AD$0", null);
    check("NOPE $0", null);
    check("ADD ; $0", null);
    check(".const A = $0", null);
  });
});
