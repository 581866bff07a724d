import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { describe, it } from "mocha";
import { readCache, writeCache } from "../../cli/code-cache.ts";
import { environment, root } from "../support/command.ts";

describe("a code cache", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "avmasm-cache-"));
  });
  afterEach(() => {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true, force: true });
  });
  const bundle = Buffer.from("(function () {})");
  const cache = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 37) & 255));

  it("is read as it was written, for the same bundle only", () => {
    const file = path.join(folder, "x.cache");
    assert.equal(readCache(file, bundle), undefined);
    writeCache(file, bundle, cache);
    assert.deepEqual(readCache(file, bundle), cache);
    assert.equal(readCache(file, Buffer.from("(function () {;})")), undefined);
    assert.equal(readCache(file, Buffer.from("(function () {:)")), undefined);
    assert.deepEqual(readdirSync(folder), ["x.cache"]);
  });

  it("isn't used once any bit of it is another, or any part is missing or zero", () => {
    const file = path.join(folder, "x.cache");
    writeCache(file, bundle, cache);
    const whole = readFileSync(file);
    const refused = (content: Uint8Array): void => {
      writeFileSync(file, content);
      assert.equal(readCache(file, bundle), undefined);
    };
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
        const flipped = Buffer.from(whole);
        flipped[bit >> 3] ^= 1 << (bit & 7);
        refused(flipped);
      }),
    );
    fc.assert(fc.property(fc.nat(whole.length - 1), (length) => refused(whole.subarray(0, length))));
    fc.assert(
      fc.property(fc.nat(whole.length - 100), (start) =>
        refused(Buffer.from(whole).fill(0, start, start + 100)),
      ),
    );
    refused(Buffer.alloc(whole.length));
  });

  /** An installation of its own, with what the build left of caches. */
  const install = (): string => {
    for (const name of ["dist", "lib"]) {
      cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
    }
    cpSync(path.join(root, "package.json"), path.join(folder, "package.json"));
    return path.join(folder, "dist");
  };
  const build = (): void => {
    const args = [path.join(folder, "dist/avmasm.cjs"), "build", "-", "--format", "hex"];
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
      input: "        SET [0], u32, #0\n        RETURN [0], [0]\n",
      encoding: "utf8",
      env: environment,
    });
    assert.deepEqual([status, signal, stderr], [0, null, ""], stdout);
  };

  it("that is damaged, cut off or from elsewhere does no harm, and heals", () => {
    const dist = install();
    const name = readdirSync(dist).find((file) => /^assembling-.*\.cache$/.test(file))!;
    const file = path.join(dist, name);
    const good = readFileSync(file);
    const source = readFileSync(path.join(dist, "assembling.cjs"));
    const damaged = [
      Buffer.from(good).fill(0, 4096, 8192),
      good.subarray(0, good.length >> 1),
      Buffer.alloc(0),
      readFileSync(
        path.join(
          dist,
          readdirSync(dist).find((other) => /^grammar-.*\.cache$/.test(other))!,
        ),
      ),
    ];
    for (const content of damaged) {
      writeFileSync(file, content);
      build();
      assert.ok(readCache(file, source), "it was made again");
      build();
    }
  });

  it("that a check of a long source has made is used afterwards", () => {
    const dist = install();
    const source = path.join(folder, "long.avm");
    writeFileSync(source, "        SET [0], u32, #0\n".repeat(3000) + "        RETURN [0], [0]\n");
    const name = readdirSync(dist).find((file) => /^assembling-.*\.cache$/.test(file))!;
    const file = path.join(dist, name);
    const check = (): void => {
      const args = [path.join(dist, "avmasm.cjs"), "check", source];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", env: environment });
      assert.equal(status, 0, stderr);
    };
    rmSync(file);
    check();
    const { ino } = statSync(file);
    check();
    // A cache that V8 rejects is replaced by a new file.
    assert.equal(statSync(file).ino, ino);
  });

  it("that can't be written is done without", () => {
    const dist = install();
    for (const file of readdirSync(dist)) if (file.endsWith(".cache")) rmSync(path.join(dist, file));
    const before = readdirSync(dist);
    chmodSync(dist, 0o555);
    build();
    chmodSync(dist, 0o755);
    // The superuser may write wherever it likes.
    if (process.getuid?.() !== 0) assert.deepEqual(readdirSync(dist), before);
  });
});
