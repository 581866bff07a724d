import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, lstatSync } from "node:fs";
import path from "node:path";
import { avmasm, temporaryFolder, type Folder } from "../support/command.ts";

const UGLY = "start: set [1],u32,#5 ;five\n";
const TIDY = "start:\n        SET     [1], u32, #5                    ; five\n";

describe("avmasm fmt", function () {
  this.timeout(60_000);
  let folder: Folder;
  const fmt = (args: string[], input = ""): [number | null, string, string] => {
    const { status, stdout, stderr } = avmasm(["fmt", ...args], { cwd: folder.path, input });
    return [status, stdout, stderr];
  };
  const file = (name: string): string => path.join(folder.path, name);
  const read = (name: string): string => readFileSync(file(name), "utf8");
  beforeEach(() => {
    folder = temporaryFolder({ "ugly.avm": UGLY, "tidy.avm": TIDY });
  });
  afterEach(() => {
    folder.remove();
  });

  it("formats files in place, and prints nothing", () => {
    folder.write("crlf.avm", UGLY.replaceAll("\n", "\r\n"));
    assert.deepEqual(fmt(["ugly.avm", "crlf.avm"]), [0, "", ""]);
    assert.equal(read("ugly.avm"), TIDY);
    assert.equal(read("crlf.avm"), TIDY.replaceAll("\n", "\r\n"));
    assert.deepEqual(folder.names(), ["crlf.avm", "tidy.avm", "ugly.avm"]);
  });

  it("formats all sources in a folder", () => {
    mkdirSync(path.join(folder.path, "inner"));
    folder.write("inner/ugly.avm", UGLY);
    assert.deepEqual(fmt(["."]), [0, "", ""]);
    assert.equal(read("ugly.avm"), TIDY);
    assert.equal(read("inner/ugly.avm"), TIDY);
  });

  it("doesn't write a file that is already formatted", () => {
    const before = statSync(file("tidy.avm"), { bigint: true });
    assert.deepEqual(fmt(["tidy.avm"]), [0, "", ""]);
    const after = statSync(file("tidy.avm"), { bigint: true });
    assert.deepEqual([after.mtimeNs, after.ino], [before.mtimeNs, before.ino]);
  });

  it("keeps a file's mode, and a link a link", () => {
    chmodSync(file("ugly.avm"), 0o750);
    symlinkSync("ugly.avm", file("link.avm"));
    assert.deepEqual(fmt(["link.avm"]), [0, "", ""]);
    assert.equal(read("ugly.avm"), TIDY);
    assert.equal(statSync(file("ugly.avm")).mode & 0o777, 0o750);
    assert.ok(lstatSync(file("link.avm")).isSymbolicLink());
  });

  it("formats standard input", () => {
    assert.deepEqual(fmt(["-"], UGLY), [0, TIDY, ""]);
    assert.deepEqual(fmt(["-"], TIDY), [0, TIDY, ""]);
    assert.deepEqual(fmt(["-"], ""), [0, "", ""]);
  });

  it("lists what would change, and writes nothing", () => {
    assert.deepEqual(fmt(["--check", "ugly.avm", "tidy.avm"]), [1, "ugly.avm\n", ""]);
    assert.deepEqual(fmt(["--check", "tidy.avm"]), [0, "", ""]);
    assert.deepEqual(fmt(["--check", "-"], UGLY), [1, "<stdin>\n", ""]);
    assert.equal(read("ugly.avm"), UGLY);
  });

  it("leaves lines with syntax errors unchanged, and reports them", () => {
    folder.write("bad.avm", `  add [1] [2], [3]\n${UGLY}`);
    const said = "avmasm: bad.avm: line 1 can't be read and stays as it is; `avmasm check` reports why\n";
    assert.deepEqual(fmt(["bad.avm"]), [0, "", said]);
    assert.equal(read("bad.avm"), `  add [1] [2], [3]\n${TIDY}`);
    folder.write("worse.avm", `${TIDY})\n)\n`);
    const more =
      "avmasm: worse.avm: 2 lines can't be read and stay as they are, the first is line 3; `avmasm check` reports why\n";
    assert.deepEqual(fmt(["--check", "worse.avm"]), [0, "", more]);
  });

  it("continues after a file that can't be read", () => {
    folder.write("binary.avm", new Uint8Array([0xff, 0xfe]));
    assert.deepEqual(fmt(["gone.avm", "binary.avm", "ugly.avm"]), [
      2,
      "",
      "avmasm: `gone.avm` can't be read: there is no such file\n" +
        "avmasm: `binary.avm` can't be read: it is not text in UTF-8; if it is bytecode, `avmasm disasm` reads it\n",
    ]);
    assert.equal(read("ugly.avm"), TIDY);
  });

  it("uses the names of the given target", () => {
    const old = "emitunencryptedlog [1], [2]\n";
    assert.match(fmt(["-"], old)[1], /emitunencryptedlog/);
    assert.match(fmt(["--target", "v3", "-"], old)[1], /EMITUNENCRYPTEDLOG/);
  });
});
