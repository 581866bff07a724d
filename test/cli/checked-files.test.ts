/** The files of `avmasm check`: as parts of programs, fixed, and after a bug of the tool. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CheckedFiles, wholePrograms } from "../../cli/arguments/checked-files.ts";
import { inputFiles } from "../../cli/arguments/input-file.ts";
import { Projects } from "../../cli/arguments/project.ts";
import { check } from "../../project/check.ts";
import { mergeDiagnostics } from "../../project/shared-mistakes.ts";
import { root, temporaryFolder, type Folder } from "../support/command.ts";

const GOOD = "        SET [0], u32, #1\n        RETURN [0], [0]\n";

describe("the files of avmasm check", function () {
  this.timeout(60_000);
  let folder: Folder;
  beforeEach(() => {
    folder = temporaryFolder({});
  });
  afterEach(() => {
    folder.remove();
  });

  const put = (name: string, text: string): string => {
    const file = path.join(folder.path, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  const filesOf = async (names: readonly string[], checker = check): Promise<CheckedFiles> => {
    const files = new CheckedFiles(new Projects(), { target: undefined, strict: false }, checker);
    await files.read(inputFiles(names, {}));
    return files;
  };
  const report = async (files: CheckedFiles): Promise<string[]> =>
    mergeDiagnostics(wholePrograms(await files.check()), (name) => path.basename(name)).map(
      ({ source, span, code, related = [] }) =>
        [
          `${path.basename(source)}:${span.line + 1} ${code}`,
          ...related
            .filter(({ message }) => message.startsWith("in the program"))
            .map(({ message }) => message),
        ].join(", "),
    );

  describe("that others include", () => {
    const place = (name: string): string => path.join(folder.path, name);
    const copy = (name: string): void =>
      cpSync(path.join(root, "test/fixtures/edits/includes", name), folder.path, { recursive: true });

    it("are judged as part of those, whether a routine or constants are in them", async () => {
      copy("closed");
      assert.deepEqual(await report(await filesOf([place("lib.avm"), place("a.avm")])), [
        "a.avm:5 endless-loop",
      ]);
      copy("library");
      assert.deepEqual(await report(await filesOf([place("lib.avm"), place("main.avm")])), []);
      assert.deepEqual(await report(await filesOf([place("lib.avm")])), []);
    });

    it("have a mistake once, with the programs that it concerns", async () => {
      copy("twice");
      const all = ["lib.avm", "main.avm", "other.avm"];
      for (const names of [all, all.toReversed(), all.slice(1)]) {
        assert.deepEqual(await report(await filesOf(names.map(place))), [
          `lib.avm:13 return-without-call, ${names
            .filter((name) => name !== "lib.avm")
            .map((name) => `in the program \`${name}\``)
            .join(", ")}`,
        ]);
      }
    });
  });

  describe("that are fixed", () => {
    const fix = async (...names: string[]): Promise<string[]> => {
      const files = await filesOf(names.map((name) => path.join(folder.path, name)));
      return (await files.fix()).map(({ name, count, text }) => {
        writeFileSync(name, text);
        return `${path.relative(folder.path, name)}: ${count}`;
      });
    };

    it("are those that are named, each once, whatever includes them", async () => {
      put("lib.avm", "\ufeff.macro M\n        MOV [0] [1]\n        MOV [2] [3]\n        .endm\n");
      const lib = readFileSync(path.join(folder.path, "lib.avm"), "utf8");
      for (const named of [
        ["main.avm", "lib.avm"],
        ["lib.avm", "main.avm"],
      ]) {
        put("lib.avm", lib);
        put("main.avm", `.include "lib.avm"\n${GOOD}        MOV [0] [1]\n`);
        assert.deepEqual((await fix(...named)).sort(), ["lib.avm: 2", "main.avm: 1"]);
        assert.equal(readFileSync(path.join(folder.path, "lib.avm"), "utf8"), lib.replaceAll("] [", "], ["));
      }
      assert.deepEqual(await fix("main.avm"), []);
    });

    it("are none that another file includes", async () => {
      const broken = ".macro M\n        MOV [0] [1]\n        .endm\n";
      put("main.avm", `.include "lib.avm"\n${GOOD}        MOV [0] [1]\n`);
      put("lib.avm", broken);
      assert.deepEqual(await fix("main.avm"), ["main.avm: 1"]);
      assert.equal(readFileSync(path.join(folder.path, "lib.avm"), "utf8"), broken);
    });

    it("keep the comments that other programs may need", async () => {
      const routine = "double: ADD [1], [1], [1] ; avm-ignore: tag-mismatch\n        INTERNALRETURN\n";
      put("lib.avm", routine);
      put("main.avm", `        INTERNALCALL double\n${GOOD}.include "lib.avm"\n`);
      assert.deepEqual(await fix("lib.avm"), []);
      assert.deepEqual(await fix("lib.avm", "main.avm"), []);
    });

    for (const name of readdirSync(path.join(root, "test/fixtures/cases"), { recursive: true }) as string[]) {
      if (!name.endsWith(".avm")) continue;
      it(`keep the bytes: ${name}`, async () => {
        cpSync(path.join(root, "test/fixtures/cases", path.dirname(name)), folder.path, { recursive: true });
        const file = path.join(folder.path, path.basename(name));
        const before = readFileSync(file, "utf8");
        await fix(path.basename(name));
        const after = readFileSync(file, "utf8");
        if (before !== after)
          assert.equal(after.replaceAll(/,|; avm-ignore.*/g, ""), before.replaceAll(",", ""));
      });
    }
  });

  it("are all looked at, if a bug of the tool keeps one of them from being checked", async () => {
    const names = [put("a.avm", "        ADDD\n"), put("b.avm", GOOD), put("c.avm", "        SUBB\n")];
    const faulty: typeof check = (file, options) => {
      if (file.name === names[1]) throw new Error("a fault of the test");
      return check(file, options);
    };
    const files = await filesOf(names, faulty);
    const write = process.stderr.write.bind(process.stderr);
    const said: string[] = [];
    process.stderr.write = (text: string | Uint8Array) => said.push(String(text)) > 0;
    try {
      assert.deepEqual(await files.fix(), []);
      assert.deepEqual(await report(files), ["a.avm:1 unknown-mnemonic", "c.avm:1 unknown-mnemonic"]);
    } finally {
      process.stderr.write = write;
    }
    assert.equal(files.faulty, true);
    assert.equal(said.length, 1);
    assert.match(said[0], /^avmasm: internal error: .*b\.avm: a fault of the test\n/);
  });
});
