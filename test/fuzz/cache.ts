/**
 * Fuzzes the command with damaged code caches: flipped bits, zeroed pages, cut off, swapped. The command must give the
 * same result as without a cache, and must replace the damaged cache. The input lists the damages.
 */

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { readCache } from "../../cli/code-cache.ts";
import { environment, root } from "../support/command.ts";
import { assertSame, assertThat, many, pick, type FuzzTarget } from "./target.ts";

/** A damage: the index of the cache, the kind, where it begins (in millionths of the file), and its length in bytes. */
type Damage = readonly [cache: number, kind: string, at: number, length: number];

/** A command that hangs is ended after this time; a busy machine lets the others wait long too. */
const TIMEOUT_MS = 120_000;

const KINDS = ["flip", "zero", "ones", "cut", "insert", "swap", "other-cache", "header", "garbage"];

interface Installation {
  readonly folder: string;
  /** The caches as the build wrote them, by name. */
  readonly caches: ReadonlyMap<string, Buffer>;
}

let installed: Installation | undefined;

export const cache: FuzzTarget<readonly unknown[]> = {
  name: "cache",
  make: (random) => [
    ...many(random, 3, () =>
      damage(random.below(8), pick(random, KINDS), random.below(1_000_000), random.below(5_000)),
    ),
    damage(0, pick(random, KINDS), random.below(1_000_000), 1 + random.below(64)),
  ],
  check: (input) => {
    const { folder, caches } = (installed ??= install());
    const names = [...caches.keys()];
    for (const [name, good] of caches) writeFileSync(path.join(folder, "dist", name), good);
    for (const one of input as readonly Damage[]) {
      if (!Array.isArray(one)) return;
      const name = names[one[0] % names.length];
      const file = path.join(folder, "dist", name);
      writeFileSync(file, damaged(readFileSync(file), one, caches));
    }
    for (const round of ["with the damage", "afterwards"]) {
      const { status, signal, stdout, stderr } = run(folder);
      assertThat(
        signal === null && status === 0,
        `${round}: it ends with ${signal ?? status ?? "?"}: ${stderr}`,
      );
      assertSame("what it writes", stdout, WANTED);
    }
    const name = names.find((one) => one.startsWith("building-"))!;
    const bundle = readFileSync(path.join(folder, "dist/building.cjs"));
    assertThat(readCache(path.join(folder, "dist", name), bundle) !== undefined, "the cache isn't healed");
  },
  end: () => {
    if (installed) rmSync(installed.folder, { recursive: true, force: true });
    installed = undefined;
  },
};

/** A program that needs every bundle: a line that only the grammar can parse, and a selector to hash. */
const SOURCE =
  '.const S = selector("f()") & 0\n        SET [S + (((0)))], u32, #7 * (S + 1)\n        RETURN [0], [0]\n';
const WANTED = "27000004073b0000000000\n";

function run(folder: string): ReturnType<typeof spawnSync> & { stdout: string; stderr: string } {
  const args = [path.join(folder, "dist/avmasm.cjs"), "build", "-", "--format", "hex", "--no-check"];
  return spawnSync(process.execPath, args, {
    input: SOURCE,
    encoding: "utf8",
    env: environment,
    timeout: TIMEOUT_MS,
  });
}

function install(): Installation {
  const folder = mkdtempSync(path.join(os.tmpdir(), "avmasm-caches-"));
  for (const name of ["dist", "lib"])
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  cpSync(path.join(root, "package.json"), path.join(folder, "package.json"));
  // The first run writes the caches that are missing.
  run(folder);
  const names = readdirSync(path.join(folder, "dist")).filter((name) => name.endsWith(".cache"));
  return {
    folder,
    caches: new Map(names.sort().map((name) => [name, readFileSync(path.join(folder, "dist", name))])),
  };
}

function damage(...parts: Damage): Damage {
  return parts;
}

function damaged(
  bytes: Buffer,
  [, kind, share, length]: Damage,
  caches: ReadonlyMap<string, Buffer>,
): Buffer {
  const at = Math.floor((share * bytes.length) / 1_000_000);
  const result = Buffer.from(bytes);
  const piece = Buffer.alloc(length, share & 255);
  switch (kind) {
    case "flip":
      if (at < result.length) result[at] ^= 1 << (length & 7);
      return result;
    case "zero":
      return result.fill(0, at, Math.min(result.length, at + length));
    case "ones":
      return result.fill(255, at, Math.min(result.length, at + length));
    case "cut":
      return result.subarray(0, at);
    case "insert":
      return Buffer.concat([result.subarray(0, at), piece, result.subarray(at)]);
    case "swap":
      return Buffer.concat([result.subarray(at), result.subarray(0, at)]);
    case "other-cache":
      return [...caches.values()][length % caches.size];
    case "header":
      if (result.length > 0) result[share % Math.min(128, result.length)] ^= 1 << (length & 7);
      return result;
    default:
      return piece;
  }
}
