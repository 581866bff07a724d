/**
 * What the commands and the language server write as JSON is as docs/schema/ says, and every field that a schema knows is
 * really written: each schema has the outputs that it is compared with.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import Ajv from "ajv-draft-04";
import { COMMANDS } from "../../scripts/generate/command-reference.ts";
import { fieldsOf, readSchema, schemaNames } from "../../scripts/generate/json-reference.ts";
import { assembleProgram } from "../../server/requests/assemble.ts";
import { disassembleContract } from "../../server/requests/disassemble.ts";
import { flowGraph } from "../../server/requests/graph.ts";
import { listing } from "../../server/requests/listing.ts";
import { summary } from "../../server/requests/summary.ts";
import { profileGas } from "../../server/requests/profile.ts";
import { runTests, testsOf } from "../../server/requests/tests.ts";
import { open } from "../server/fixture.ts";
import { avmasm, temporaryFolder } from "../support/command.ts";
import { codeBlocks } from "../support/documentation.ts";
import { noirContract } from "../support/noir-contract.ts";
import { toItsEnd } from "../../program/cooperative.ts";

/** An effect of each kind, a debug log, and a loop. */
const EFFECTS = `        SET     [1], u32, #0
        SET     [2], u32, #1
        SET     [3], ff, #7
        SET     [5], u8, #3
        DEBUGLOG [5], [5], [3], [2], #1
        SSTORE  [3], [3]
        EMITNOTEHASH [3]
        EMITNULLIFIER [3]
        EMITPUBLICLOG [2], [3]
        SENDL2TOL1MSG [3], [3]
again:  INTERNALCALL less
        JUMPI   [4], again
        RETURN  [2], [3]
.unused: RETURN [2], [3]
less:   LT      [2], [1], [4]
        INTERNALRETURN
.test "it returns 7"
        .call
        .returns 7
        .emitted nullifier, 7
.endtest
.test "it returns 8"
        .call
        .returns 8
        .stored 7, 8
.endtest
`;
/** Calls a routine with two tags. */
const TWO_TAGS = `        SET     [0], u32, #0
        SET     [1], u32, #7
        INTERNALCALL twice
        SET     [1], ff, #7
        INTERNALCALL twice
        RETURN  [0], [2]
twice:  ADD     [1], [1], [2]
        INTERNALRETURN
`;
const ROUTINE = "double: ADD [1], [1], [1]\n        INTERNALRETURN\n";
const SMALLER = "        SET     [1], u32, #0\nmain:   RETURN  [1], [1]\nmore:   RETURN  [1], [1]\n";
const LARGER =
  "        SET     [1], u32, #0\nmain:   MOV     [1], [2]\n        RETURN  [1], [2]\nother:  SET [1], u8, #9\n        RETURN  [1], [1]\n";
const HALTS = "        SET     [1], u8, #0\n        DIV     [1], [1], [1]\n        RETURN  [1], [1]\n";
const DECLARED = `.contract C
.function "f()", f
.include <std/dispatch.avm>
        DISPATCH
f:      SET     [1], u32, #0
        SET     [2], u32, #0
        RETURN  [1], [1]
`;
const FILES = {
  "effects.avm": EFFECTS,
  "two-tags.avm": TWO_TAGS,
  "reverts.avm":
    '.include <std/require.avm>\n        INTERNALCALL fail\n        RETURN [1], [1]\nfail:   FAIL str("no")\n',
  "silent.avm": "        SET     [1], u32, #0\n        REVERT  [1], [2]\n",
  "halts.avm": HALTS,
  "wrong.avm": "        GETENVVAR [2], SENDER\n        RETURN  [2], [2]\n",
  "routine.avm": ROUTINE,
  "smaller.avm": SMALLER,
  "larger.avm": LARGER,
  "open.avm":
    "        SET     [1], u32, #0\n        RETURNDATASIZE [2]\n        CALLDATACOPY [2], [1], [3]\n        RETURN  [2], [3]\n",
  "declared.avm": DECLARED,
  "cheaper.avm": DECLARED.replace("        SET     [2], u32, #0\n", ""),
  "broken.avm": "        SET     [1], u32, 2\n",
  // Its code has no source.
  "halts.hex": "0x00",
  ...codeBlocks("docs/running.md").at(-1)!.files,
};

describe("docs/schema", function () {
  this.timeout(120_000);
  const folder = temporaryFolder(FILES);
  after(() => folder.remove());
  const written = (name: string): string => readFileSync(path.join(folder.path, name), "utf8");
  const known = new Map<string, unknown>();
  const json = (...args: string[]): unknown => {
    const key = args.join(" ");
    if (!known.has(key)) {
      known.set(key, JSON.parse(avmasm([...args, "--format", "json"], { cwd: folder.path }).stdout));
    }
    return known.get(key);
  };
  const run = (...args: string[]): number | null => avmasm(args, { cwd: folder.path }).status;

  /** The outputs that each schema is held against. */
  const OUTPUTS: Readonly<Record<string, () => readonly unknown[]>> = {
    baseline: () => {
      run("test", "effects.avm", "--gas-baseline", "gas.json");
      return [JSON.parse(written("gas.json"))];
    },
    build: () => [json("build", "effects.avm")],
    check: () => [
      json("check", "wrong.avm", "routine.avm"),
      json("check", "effects.avm", "--strict"),
      json("check", "-"),
    ],
    config: () => [
      JSON.parse(codeBlocks("docs/language.md").find(({ language }) => language === "json")!.text),
      { $schema: "./config.schema.json", maxSteps: 100_000_000 },
    ],
    diff: () => [
      json("diff", "smaller.avm", "larger.avm"),
      json("diff", "larger.avm", "smaller.avm"),
      json("diff", "declared.avm", "cheaper.avm"),
    ],
    gas: () => [json("gas", "effects.avm"), json("gas", "open.avm")],
    inspect: () => {
      run(
        "build",
        path.resolve("examples/contracts/counter.avm"),
        "--format",
        "artifact",
        "-o",
        "counter.json",
      );
      return [json("inspect", "counter.json"), json("inspect", "halts.avm")];
    },
    map: () => {
      run("build", "reverts.avm", "--no-check", "--map", "reverts.map");
      return [JSON.parse(written("reverts.map"))];
    },
    run: () => [
      json("run", "effects.avm", "--call", "f() -> u8"),
      json("run", "reverts.avm"),
      json("run", "silent.avm"),
      json("run", "halts.avm"),
      json("run", "halts.hex"),
    ],
    selector: () => [json("selector", "f(to: AztecAddress)")],
    size: () => [json("size", "effects.avm"), json("size", "halts.hex")],
    tags: () =>
      ["effects.avm", "two-tags.avm"].map((file): unknown =>
        JSON.parse(avmasm(["tags", file], { cwd: folder.path }).stdout),
      ),
    test: () => [json("test", "effects.avm", "broken.avm")],
    trace: () => {
      const lines = ["effects.avm", "halts.avm"].map((file) => {
        run("run", file, "--trace", "trace.jsonl");
        return written("trace.jsonl").trim();
      });
      return lines
        .join("\n")
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
    },
    world: () => {
      run("run", "effects.avm", "--state", "world.json", "--save-state", "after.json");
      return [JSON.parse(written("world.json")), JSON.parse(written("after.json"))];
    },
  };

  it("has outputs for every schema but the server's, and a schema for every output", () => {
    assert.deepEqual([...Object.keys(OUTPUTS), "requests"].sort(), schemaNames());
    for (const [name, { options }] of COMMANDS) {
      const { format } = options;
      if (format?.type === "string" && format.choices?.includes("json")) assert.ok(name in OUTPUTS, name);
    }
  });

  for (const [name, outputs] of Object.entries(OUTPUTS)) {
    it(`${name}.schema.json describes all that is written, and nothing else`, () => {
      const schema = readSchema(name);
      const found = new Set<string>();
      for (const output of outputs()) {
        hold(schema, output);
        collect(output, "", found);
      }
      for (const field of fieldsOf(schema, schema)) {
        // A project gives no severity to most codes.
        if (field.path.startsWith("severity.")) continue;
        assert.ok(found.has(field.path), `nothing has \`${field.path}\``);
        assert.notEqual(field.description, "", `nothing is said of \`${field.path}\``);
      }
    });
  }

  it("run.schema.json asks for every kind of effect", () => {
    const { effects } = json("run", "effects.avm") as { effects: Record<string, unknown[]> };
    for (const [kind, list] of Object.entries(effects)) assert.equal(list.length, 1, kind);
  });

  it("refuses what isn't printed", () => {
    const ran = JSON.stringify(json("run", "effects.avm"));
    const schema = readSchema("run");
    assert.throws(() => hold(schema, JSON.parse(ran.replace('"steps"', '"step"'))));
    assert.throws(() => hold(schema, JSON.parse(ran.replace('"0x7"', '"7"'))));
  });

  it("has a code of the catalogue as a key of `severity`, and no other", () => {
    const schema = readSchema("config");
    hold(schema, { severity: { "dead-store": "off", "undefined-name": "error" } });
    assert.throws(() => hold(schema, { severity: { "undefined-name": "off" } }));
    assert.throws(() => hold(schema, { severity: { "dead-stor": "off" } }));
  });
});

describe("docs/schema/requests.schema.json", () => {
  const root = readSchema("requests");
  const { snapshot } = open(EFFECTS);
  const broken = open("        ADD [1]\n").snapshot;
  const content = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString("base64");
  const artifact = noirContract();

  /** The answers that each definition is held against. What a client answers isn't here. */
  const ANSWERS: Readonly<Record<string, () => readonly unknown[] | Promise<readonly unknown[]>>> = {
    document: () => [{ textDocument: { uri: "file:///a.avm" } }],
    notAssembled: () => [assembleProgram(broken), toItsEnd(listing(broken)), toItsEnd(flowGraph(broken))],
    assemble: () => [assembleProgram(snapshot), null],
    listing: () => [toItsEnd(listing(snapshot))],
    summary: () => [summary(snapshot), summary(open(ROUTINE).snapshot)],
    graph: () => [toItsEnd(flowGraph(snapshot))],
    disassembleParams: () => [{ content: "", function: "f" }],
    disassemble: () => [
      disassembleContract({ content: content("0x00") }),
      disassembleContract({ content: content("?") }),
      disassembleContract({ content: content(artifact) }),
      disassembleContract({ content: content(artifact), function: "public_dispatch" }),
    ],
    tests: () => [[testsOf(snapshot.document)]],
    runTestsParams: () => [{ textDocument: { uri: "file:///a.avm" }, names: ["a"], coverage: true }],
    runTests: async () => [
      await runTests(snapshot, { coverage: true }, RAN),
      await runTests(broken, {}, RAN),
    ],
    profileParams: () => [{ textDocument: { uri: "file:///a.avm" }, calldata: "1, 2" }],
    profile: () => [toItsEnd(profileGas(snapshot, { textDocument: { uri: "" }, calldata: "1" }))],
  };
  const RAN = { readDeployed: () => ({ error: "" }), pause: () => Promise.resolve(true) };

  const CLIENT = ["readParams", "read", "findParams", "find", "listParams", "list"];

  it("has answers for every definition", () => {
    assert.deepEqual([...Object.keys(ANSWERS), ...CLIENT], Object.keys(root.definitions!));
  });

  for (const [name, answers] of Object.entries(ANSWERS)) {
    it(`${name} describes what is sent`, async () => {
      const found = new Set<string>();
      for (const answer of await answers()) {
        const sent = JSON.parse(JSON.stringify(answer)) as unknown;
        hold({ ...root, $ref: `#/definitions/${name}` }, sent);
        collect(sent, "", found);
      }
      for (const { path: field, description } of fieldsOf(root.definitions![name], root)) {
        assert.notEqual(description, "", field);
        if (field !== "errors" || name === "notAssembled")
          assert.ok(found.has(field), `nothing has \`${field}\``);
      }
    });
  }
});

function hold(schema: object, value: unknown): void {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false }).compile(schema);
  assert.ok(validate(value), `${JSON.stringify(validate.errors, undefined, 1)}\n${JSON.stringify(value)}`);
}

/** The paths of all fields in a value; for each key in them there is one with `*` as well. */
function collect(value: unknown, at: string, found: Set<string>): void {
  found.add(at);
  if (Array.isArray(value)) for (const item of value) collect(item, `${at}[]`, found);
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      for (const name of [key, "*"]) collect(item, at === "" ? name : `${at}.${name}`, found);
    }
  }
}
