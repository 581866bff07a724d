/**
 * Random hostile folders: files that include each other, links in and out, configurations, named
 * pipes.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { RandomNumbers } from "../support/random.ts";
import { deepSource } from "./nesting.ts";
import { mutated, randomSource } from "./random-source.ts";
import { many, once, pick } from "./target.ts";

/** An entry of the folder: `content` is a file's content or a link's target; it is unused for folders and pipes. */
export type Entry = readonly [kind: "file" | "link" | "folder" | "pipe", path: string, content: string];

/** Content of the files outside of the project; no output may contain it. */
export const SECRET = "TOP SECRET";

const NAMES = ["a.avm", "b.avm", "c.avm", "d/e.avm", "d/f.avm", "d/d/g.avm", "x.avm", "a\u001b[31m\nb.avm"];
const PATHS = [
  ...NAMES,
  ...["../a.avm", "d", ".", "..", "../secret.avm", "up/secret.avm", "/dev/zero", "/dev/stdin", "link.avm"],
  ...["e.avm", "/etc/passwd", "loop", "loop/a.avm", "", "d/../b.avm", "a.avm\\0", "//host/share/x.avm"],
];
const AIMS = [...PATHS, "../secret.json", "../..", "/", "loop", "/proc/self/mem", "../project/a.avm"];
const CONFIGURATIONS = [
  '{"include":["d"]}',
  '{"include":["..","/","up"]}',
  '{"target":"v6","strict":true,"severity":{"dead-store":"error"}}',
  '{"__proto__":{"target":"v4"},"constructor":{"prototype":1}}',
  '{"include":["d","d","d","d/d","."]}',
  `{"include":[${'"d",'.repeat(300)}"d"]}`,
  '{"severity":{"__proto__":"off","toString":"error"}}',
  '{"strict":1e999,"target":-0}',
  "[".repeat(5_000),
  "null",
  "",
  "\0",
];

/** A random tree; its first entry is the source file to check. */
export function randomTree(random: RandomNumbers, most: number): Entry[] {
  return [["file", "a.avm", content(random)], ...many(random, most, () => entry(random))];
}

function entry(random: RandomNumbers): Entry {
  switch (random.below(9)) {
    case 0:
      return ["link", pick(random, [...NAMES, "link.avm", "up", "loop"]), pick(random, AIMS)];
    case 1: {
      const name = pick(random, ["", "", "d/", "d/d/"]) + "avmasm.config.json";
      const text = pick(random, CONFIGURATIONS);
      if (once(random, 6)) return ["link", name, pick(random, AIMS)];
      return ["file", name, once(random, 4) ? mutated(random, text) : text];
    }
    case 2:
      return once(random, 3) ? ["pipe", pick(random, NAMES), ""] : ["folder", pick(random, NAMES), ""];
    default:
      return ["file", pick(random, NAMES), content(random)];
  }
}

function content(random: RandomNumbers): string {
  const includes = many(random, 6, () => {
    const wanted = pick(random, PATHS);
    return once(random, 5) ? `.include <${wanted}>` : `.include "${wanted}"`;
  });
  const repeated = once(random, 5) ? includes.flatMap((line) => [line, line]) : includes;
  const rest = pick(random, [
    () => "",
    () => randomSource(random, 6),
    () => deepSource(random),
    () => "\ufeff\0\u2028\ud800",
    () => `.macro m p=${pick(random, ["1", "m", "q"])}\n m\n.endm\n m`,
  ])();
  const lines = [...repeated, rest];
  return once(random, 3) ? lines.reverse().join("\n") : lines.join("\n");
}

/** A temporary folder with a project, and with secret files beside the project. */
export class TreeFolder {
  readonly top = mkdtempSync(path.join(os.tmpdir(), "avmasm-tree-"));
  readonly project = path.join(this.top, "project");

  constructor() {
    writeFileSync(path.join(this.top, "secret.avm"), `${SECRET}\n`);
    writeFileSync(path.join(this.top, "secret.json"), `${SECRET}\n`);
  }

  /** Replaces the project's content. Skips entries that can't be created. */
  write(entries: readonly Entry[]): void {
    rmSync(this.project, { recursive: true, force: true });
    mkdirSync(this.project);
    for (const one of entries) {
      try {
        this.put(one);
      } catch {
        // Another entry already has this path.
      }
    }
  }

  remove(): void {
    rmSync(this.top, { recursive: true, force: true });
  }

  private put([kind, name, content]: Entry): void {
    const place = path.join(this.project, name);
    if (!place.startsWith(this.project + path.sep)) return;
    mkdirSync(path.dirname(place), { recursive: true });
    if (kind === "file") writeFileSync(place, content, { flag: "wx" });
    else if (kind === "link") symlinkSync(content, place);
    else if (kind === "folder") mkdirSync(place);
    else execFileSync("mkfifo", [place], { stdio: "ignore" });
  }
}

/** Whether {@link randomTree} could have made the input: shrinking may leave out parts of entries. */
export function isTree(input: readonly unknown[]): input is readonly Entry[] {
  return input.every((one) => Array.isArray(one) && one.length === 3);
}
