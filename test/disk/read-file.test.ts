import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs, {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Projects } from "../../cli/arguments/project.ts";
import { sourceFiles } from "../../cli/arguments/source-files.ts";
import { readSource } from "../../cli/arguments/source.ts";
import { writeOutput } from "../../cli/files/output.ts";
import { PATHS } from "../../cli/files/paths.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { readRealFile } from "../../disk/read-file.ts";
import { realInside, withReal } from "../../project/places.ts";
import { startExchanging } from "../support/restless-folder.ts";

const REPLACED = { error: "it was replaced while it was read" };
const OWN = ".const OWN = 1\n";

describe("a file that was exchanged since it was decided that it may be read", function () {
  this.timeout(60_000);
  const { openSync, readlinkSync } = fs;
  let top: string;
  let folder: string;
  beforeEach(() => {
    top = fs.realpathSync.native(mkdtempSync(path.join(os.tmpdir(), "avm-exchanged-")));
    folder = path.join(top, "project");
    mkdirSync(path.join(folder, "sub"), { recursive: true });
    writeFileSync(path.join(top, "secret.avm"), "TOP SECRET\n");
    for (const name of ["file.avm", "sub/secret.avm"]) writeFileSync(path.join(folder, name), OWN);
  });
  afterEach(() => {
    fs.openSync = openSync;
    fs.readlinkSync = readlinkSync;
    syncBuiltinESMExports();
    rmSync(top, { recursive: true, force: true });
  });
  const at = (name: string): string => path.join(folder, name);
  /** What a read gives: the text, or the error. */
  const read = (name: string): string | { readonly error: string } => {
    const real = realInside(at(name), withReal([folder], PATHS), PATHS);
    assert.equal(real, at(name));
    const found = readRealFile(real);
    return found instanceof Uint8Array ? new TextDecoder().decode(found) : found;
  };
  /** Has other work done directly before and after the file is opened, the first time or each time. */
  const whenOpened = (before: () => void, after: () => void = () => undefined, times = 1): void => {
    let opened = 0;
    fs.openSync = (...args) => {
      const isExchanged = opened++ < times;
      if (isExchanged) before();
      try {
        return openSync(...args);
      } finally {
        if (isExchanged) after();
      }
    };
    syncBuiltinESMExports();
  };
  const withoutProc = (): void => {
    fs.readlinkSync = () => assert.fail("there is no /proc");
    syncBuiltinESMExports();
  };
  const linkFile = (): void => {
    unlinkSync(at("file.avm"));
    symlinkSync("../secret.avm", at("file.avm"));
  };
  const linkFolder = (): void => {
    renameSync(at("sub"), at("kept"));
    symlinkSync("..", at("sub"));
  };
  const restoreFolder = (): void => {
    unlinkSync(at("sub"));
    renameSync(at("kept"), at("sub"));
  };

  it("isn't read if it is a link, or if a folder is one", () => {
    const [file, below] = ["file.avm", "sub/secret.avm"].map((name) =>
      realInside(at(name), withReal([folder], PATHS), PATHS)!,
    );
    linkFile();
    linkFolder();
    assert.deepEqual(readRealFile(file), REPLACED);
    assert.deepEqual(readRealFile(below), REPLACED);
  });

  for (const system of ["with /proc", "without /proc"]) {
    it(`isn't read if it becomes a link just before it is opened, ${system}`, () => {
      if (system === "without /proc") withoutProc();
      whenOpened(linkFile);
      assert.deepEqual(read("file.avm"), REPLACED);
    });

    it(`isn't read if a folder becomes a link just before it is opened, ${system}`, () => {
      if (system === "without /proc") withoutProc();
      whenOpened(linkFolder);
      assert.deepEqual(read("sub/secret.avm"), REPLACED);
    });

    it(`isn't read from elsewhere if a folder is a link only while it is opened, ${system}`, () => {
      if (system === "without /proc") withoutProc();
      whenOpened(linkFolder, restoreFolder, 2);
      assert.equal(read("sub/secret.avm"), OWN);
      whenOpened(linkFolder, restoreFolder, Infinity);
      assert.deepEqual(read("sub/secret.avm"), REPLACED);
    });

    it(`is read if it is saved meanwhile: written anew, or kept under another name, ${system}`, () => {
      if (system === "without /proc") withoutProc();
      const save = (): void => {
        writeFileSync(at("new"), ".const NEW = 1\n");
        renameSync(at("new"), at("file.avm"));
      };
      whenOpened(() => undefined, save);
      assert.match(String(read("file.avm")), /OWN|NEW/);
      whenOpened(
        () => undefined,
        () => {
          renameSync(at("file.avm"), at("file.avm~"));
          save();
        },
      );
      assert.match(String(read("file.avm")), /NEW/);
    });
  }

  it("doesn't hold the reader up if it becomes a pipe", () => {
    whenOpened(() => {
      unlinkSync(at("file.avm"));
      execFileSync("mkfifo", [at("file.avm")]);
    });
    assert.deepEqual(read("file.avm"), { error: "it is a named pipe, not a regular file" });
  });

  it("isn't read if a folder from which may be read becomes a link later", async () => {
    writeFileSync(at("avmasm.config.json"), '{"include":["sub"]}');
    const project = await new Projects().of(at("main.avm"));
    const read = createIncludeReader(at("main.avm"), project);
    const inSub = createIncludeReader(at("sub/main.avm"));
    linkFolder();
    for (const [reader, from] of [
      [read, "main.avm"],
      [inSub, "sub/main.avm"],
    ] as const) {
      const found = reader({ from: at(from), path: "secret.avm", standard: false });
      assert.match("error" in found ? found.error : "", /^it is outside of the project/);
    }
  });

  it("isn't read or written if it was found in a folder of sources", async () => {
    const [file] = sourceFiles([at("sub")], {});
    linkFolder();
    assert.deepEqual(await readSource(file), REPLACED);
    await assert.rejects(writeOutput(file.argument, "", { real: file.real }), /it was replaced by a link/);
    restoreFolder();
    unlinkSync(at("sub/secret.avm"));
    symlinkSync("../../secret.avm", at("sub/secret.avm"));
    await assert.rejects(writeOutput(file.argument, "", { real: file.real }), /it was replaced by a link/);
    assert.equal(fs.readFileSync(path.join(top, "secret.avm"), "utf8"), "TOP SECRET\n");
  });

  it("isn't read while another process exchanges it thousands of times", () => {
    rmSync(at("sub"), { recursive: true });
    const stop = startExchanging(folder);
    const answers = new Set<string>();
    try {
      for (const end = performance.now() + 4_000; performance.now() < end;) {
        for (const name of ["file.avm", "sub/secret.avm"]) {
          const found = createIncludeReader(at("main.avm"))({
            from: at("main.avm"),
            path: name,
            standard: false,
          });
          answers.add("error" in found ? found.error : "text" in found ? found.text : "");
        }
      }
    } finally {
      stop();
    }
    assert.ok(answers.has(OWN), [...answers].join());
    assert.doesNotMatch([...answers].join(), /SECRET/);
  });
});
