/**
 * Compares the results of two checkouts for the same sources, each with its built command: the output of `build
 * --format json --no-check` and of `check --format json`. Run it after a change that should change neither.
 *
 *   npx tsx scripts/compare-outputs.ts [--verbose] [--part K/N] BEFORE AFTER FILE|FOLDER...
 *
 * In folders it takes all sources (`.avm`), every code block of the language in pages (`.md`), and the disassembly of
 * bytecode (`.bin`) and artifacts (`.json`). It counts differences by kind; `--verbose` lists each. With `--part 2/8`
 * it takes only the second of every eight files, for folders that take long. The status is 1 if anything differs.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

interface Diagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly range: unknown;
}

/** Number of files that one `check` gets: with one file each, most of the time would go into starting processes. */
const FILES_PER_CHECK = 40;

const { values: flags, positionals } = parseArgs({
  options: { verbose: { type: "boolean", default: false }, part: { type: "string", default: "1/1" } },
  allowPositionals: true,
});
const [before, after, ...inputs] = positionals;
const [part, parts] = flags.part.split("/").map(Number);
if (inputs.length === 0 || !(part >= 1 && part <= parts)) {
  console.error(
    "usage: npx tsx scripts/compare-outputs.ts [--verbose] [--part K/N] BEFORE AFTER FILE|FOLDER...",
  );
  process.exit(2);
}
const scratch = mkdtempSync(path.join(tmpdir(), "compare-outputs-"));

function run(checkout: string, args: readonly string[]) {
  const command = path.join(path.resolve(checkout), "dist/avmasm.cjs");
  return spawnSync(process.execPath, [command, ...args], { encoding: "utf8", maxBuffer: 1 << 30 });
}

function filesIn(input: string): string[] {
  if (!statSync(input).isDirectory()) return [input];
  return readdirSync(input, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(input, name))
    .filter((name) => /\.(?:avm|bin|json|md)$/.test(name) && statSync(name).isFile())
    .sort();
}

/** The sources in a file, each written to a file of its own. Returns their paths. */
function sourcesOf(file: string): string[] {
  const write = (name: string, text: string): string => {
    const target = path.join(scratch, name);
    writeFileSync(target, text);
    return target;
  };
  const name = file.replace(/[^A-Za-z0-9.]+/g, "-");
  if (file.endsWith(".md")) {
    const blocks = readFileSync(file, "utf8").matchAll(/^```avm[^\n]*\n(.*?)^```/gms);
    return [...blocks].map(([, text], index) => write(`${name}-${index}.avm`, text));
  }
  if (!/\.(?:bin|json)$/.test(file)) return [file];
  const { status, stdout } = run(after, ["disasm", file]);
  return status === 0 ? [write(`${name}.avm`, stdout)] : [];
}

/** Differences by kind: their number, and the first of them. */
const differences = new Map<string, { count: number; first: string }>();

function differs(kind: string, source: string, detail = ""): void {
  const entry = differences.get(kind);
  differences.set(kind, { count: (entry?.count ?? 0) + 1, first: entry?.first ?? source });
  if (flags.verbose) console.log(`${source}: ${kind}${detail && `: ${detail}`}`);
}

/** Compares the builds of a source; returns true if both checkouts build it. */
function compareBuilds(source: string): boolean {
  const args = ["build", source, "--format", "json", "--no-check"];
  const [one, other] = [before, after].map((checkout) => run(checkout, args));
  if (one.status !== other.status) {
    differs(
      `build ends with ${one.status} before and ${other.status} after`,
      source,
      firstLine(other.stderr),
    );
    return false;
  }
  if (one.status !== 0) return false;
  if (one.stdout === other.stdout) return true;
  const [was, is] = [one.stdout, other.stdout].map((text) => JSON.parse(text) as Record<string, unknown>);
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (JSON.stringify(was[key]) !== JSON.stringify(is[key])) differs(`build: ${key}`, source);
  }
  return true;
}

/** The diagnostics of each source; undefined for a source that the command can't read. */
function reports(checkout: string, sources: readonly string[]): (Diagnostic[] | undefined)[] {
  const { stdout } = run(checkout, ["check", "--format", "json", ...sources]);
  if (stdout.trim() === "") {
    // One unreadable source ends the whole run, so run each source alone.
    return sources.length === 1 ? [undefined] : sources.flatMap((source) => reports(checkout, [source]));
  }
  const { files } = JSON.parse(stdout) as {
    files: readonly { path: string; diagnostics: readonly Diagnostic[] }[];
  };
  const found = new Map(files.map(({ path: name, diagnostics }) => [path.resolve(name), diagnostics]));
  return sources.map((source) => [...(found.get(path.resolve(source)) ?? [])]);
}

/** Compares the diagnostics of one source. */
function compareReports(source: string, one: readonly Diagnostic[], other: readonly Diagnostic[]): void {
  const added = [...other];
  const take = (same: (candidate: Diagnostic) => boolean): Diagnostic | undefined => {
    const index = added.findIndex(same);
    return index < 0 ? undefined : added.splice(index, 1)[0];
  };
  const at = ({ range }: Diagnostic): string => JSON.stringify(range);
  const gone = one.filter((was) => !take((is) => JSON.stringify(is) === JSON.stringify(was)));
  for (const was of gone) {
    const is =
      take(({ code, ...rest }) => code === was.code && at({ code, ...rest }) === at(was)) ??
      take((candidate) => at(candidate) === at(was));
    if (!is) differs(`check: ${was.severity} ${was.code} is gone`, source, was.message);
    else if (is.code !== was.code) differs(`check: ${was.code} is now ${is.code}`, source, is.message);
    else if (is.severity !== was.severity) {
      differs(`check: ${was.code} is now ${is.severity}, not ${was.severity}`, source, is.message);
    } else differs(`check: ${was.code} is worded otherwise`, source, `${was.message} → ${is.message}`);
  }
  for (const is of added) differs(`check: ${is.severity} ${is.code} is new`, source, is.message);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0];
}

const files = inputs.flatMap(filesIn).filter((_, index) => index % parts === part - 1);
const sources = files.flatMap(sourcesOf);
let built = 0;
let reported = 0;
for (const source of sources) if (compareBuilds(source)) built++;
for (let at = 0; at < sources.length; at += FILES_PER_CHECK) {
  const batch = sources.slice(at, at + FILES_PER_CHECK);
  const [one, other] = [reports(before, batch), reports(after, batch)];
  for (const [index, source] of batch.entries()) {
    const [was, is] = [one[index], other[index]];
    reported += is?.length ?? 0;
    if (was && is) compareReports(source, was, is);
    else if (was ?? is) differs(`check: no report ${was ? "after" : "before"}`, source);
  }
}
const sorted = [...differences].sort(([, one], [, other]) => other.count - one.count);
for (const [kind, { count, first }] of sorted) console.log(`${count} × ${kind} (first: ${first})`);
console.log(`${sources.length} sources, ${built} built by both, ${reported} diagnostics after`);
process.exitCode = differences.size > 0 || sources.length === 0 ? 1 : 0;
