import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { artifact, bytesOfJson } from "../support/artifacts.ts";
import { avmasm, temporaryFolder, type Folder } from "../support/command.ts";

const { example } = JSON.parse(
  readFileSync(new URL("../fixtures/class-ids.json", import.meta.url), "utf8"),
) as { example: { artifact: object; bytecode: string } & Record<string, unknown> };

describe("avmasm inspect", function () {
  this.timeout(60_000);
  let folder: Folder;
  const run = (...args: string[]): ReturnType<typeof avmasm> => avmasm(args, { cwd: folder.path });
  beforeEach(() => {
    folder = temporaryFolder({
      "hand.json": bytesOfJson(example.artifact),
      "hand.hex": example.bytecode,
      "hand.avm": ".target v4\nstart: SET [1], u32, #0\nRETURN [1], [1]\n",
      "bad.avm": "ADDD [1]\n",
      "private.json": bytesOfJson(
        artifact([{ name: "f", attributes: ["abi_private"], bytecode: "H4sIAAAA" }], { name: "Private" }),
      ),
      "old.json": bytesOfJson(
        artifact([{ name: "public_dispatch" }], { aztec_version: undefined, noir_version: "1.0.0-beta.3" }),
      ),
    });
  });
  afterEach(() => folder.remove());

  it("prints what is known of an artifact as JSON", () => {
    const { status, stdout, stderr } = run("inspect", "hand.json", "--target", "v5", "--format", "json");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.deepEqual(JSON.parse(stdout), {
      name: "Hand",
      target: "v5",
      functions: [
        {
          name: "sum",
          signature: "sum(Field,Field)",
          selector: "0xa2d04b8a",
          attributes: ["public", "view"],
          bytes: 11,
        },
      ],
      publicBytecode: {
        bytes: 60,
        fields: 3,
        maxFields: 3000,
        commitment: example.publicBytecodeCommitment,
      },
      privateFunctionsRoot: "0x202860adb1b8975971eeaf571aaaa88a27f4035290d58532ae7d60b0dfaad54c",
      artifactHash: example.artifactHash,
      classId: (example.classId as Record<string, string>).v5,
    });
  });

  it("prints null for facts that bytecode doesn't contain", () => {
    const { status, stdout } = run("inspect", "hand.hex", "--format", "json");
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), {
      name: null,
      target: "v6",
      functions: [],
      publicBytecode: {
        bytes: 60,
        fields: 3,
        maxFields: 3000,
        commitment: example.publicBytecodeCommitment,
      },
      privateFunctionsRoot: null,
      artifactHash: null,
      classId: null,
    });
  });

  it("takes source text, and reports its errors", () => {
    const { status, stdout } = run("inspect", "hand.avm");
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^hand\.avm \(v4\)\n\nsize +11 bytes, 2 of 3,000 fields \(0\.1%\)\ncommitment +0x[0-9a-f]{64}\n/,
    );
    const bad = run("inspect", "bad.avm");
    assert.equal(bad.status, 1);
    assert.match(bad.stderr, /unknown-mnemonic/);
  });

  it("takes contracts without public functions, and says why there is no class id", () => {
    const { status, stdout, stderr } = run("inspect", "private.json");
    assert.equal(status, 0);
    assert.match(stdout, /^Private, Aztec 5\.2\.0/);
    assert.match(stderr, /no class id: the private function f has no verification key/);
  });

  it("names the compiler if no target fits its artifact, as every command does", () => {
    for (const command of ["inspect", "size", "gas", "disasm", "tags"]) {
      const { stderr } = run(command, "old.json");
      assert.match(
        stderr,
        /Noir 1\.0\.0-beta\.3 is older than every instruction set .* nearest, v2/,
        command,
      );
      assert.doesNotMatch(run(command, "old.json", "--target", "v3").stderr, /older than/);
    }
  });
});

describe("avmasm selector", () => {
  it("prints the selector, and the canonical form of what isn't canonical", () => {
    assert.deepEqual(pick(avmasm(["selector", "sum(Field,Field)"])), [0, "0xa2d04b8a\n", ""]);
    assert.deepEqual(pick(avmasm(["selector", "transfer(to: AztecAddress, amount: u128)"])), [
      0,
      "0x754fb767\n",
      "avmasm: in canonical form `transfer((Field),u128)`\n",
    ]);
    const { stdout } = avmasm(["selector", "sum( Field, Field )", "--format", "json"]);
    assert.deepEqual(JSON.parse(stdout), { signature: "sum(Field,Field)", selector: "0xa2d04b8a" });
  });

  it("refuses a wrong signature with the reason", () => {
    const { status, stderr } = avmasm(["selector", "sum(Feld)"]);
    assert.equal(status, 2);
    assert.match(stderr, /there is no type `Feld`; did you mean `Field`\?, at character 5/);
  });
});

describe("avmasm size --budget", () => {
  it("fails if the bytecode is larger than the budget", () => {
    const folder = temporaryFolder({ "hand.hex": example.bytecode });
    try {
      assert.equal(avmasm(["size", "hand.hex", "--budget", "3"], { cwd: folder.path }).status, 0);
      const { status, stderr } = avmasm(["size", "hand.hex", "--budget", "2"], { cwd: folder.path });
      assert.equal(status, 1);
      assert.equal(stderr, "avmasm: hand.hex takes 3 fields, 1 more than the 2 allowed\n");
      for (const budget of ["-1", "x", "3001"]) {
        assert.equal(avmasm(["size", "hand.hex", `--budget=${budget}`], { cwd: folder.path }).status, 2);
      }
    } finally {
      folder.remove();
    }
  });
});

function pick({ status, stdout, stderr }: ReturnType<typeof avmasm>): unknown[] {
  return [status, stdout, stderr];
}
