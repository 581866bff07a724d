import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");
/** The built command; `npm test` builds it first. */
export const command = path.join(root, "dist/avmasm.cjs");

/** The environment of a run: no variable that turns colours on or off, whatever the environment of the tests. */
export const environment: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined };
// Reading these certificates would triple the time that Node takes to start.
delete environment.NODE_EXTRA_CA_CERTS;

export interface RunOptions {
  cwd?: string;
  input?: string | Uint8Array;
  env?: NodeJS.ProcessEnv;
}

export interface RunResult {
  status: number | null;
  stdout: string;
  stderr: string;
  bytes: Buffer;
}

/** Runs `avmasm` in a process of its own. */
export function avmasm(
  args: readonly string[],
  { cwd = root, input = "", env = {} }: RunOptions = {},
): RunResult {
  assert.ok(existsSync(command), "dist/avmasm.cjs is missing; `npm run build` writes it");
  const result = spawnSync(process.execPath, [command, ...args], {
    cwd,
    input,
    env: { ...environment, ...env },
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
  });
  // After a timeout the output is incomplete, and the status may still be a regular one.
  const { code }: NodeJS.ErrnoException = result.error ?? { name: "", message: "" };
  assert.notEqual(code, "ETIMEDOUT", `\`avmasm ${args.join(" ")}\` took more than a minute`);
  return {
    status: result.status,
    stdout: result.stdout.toString(),
    stderr: result.stderr.toString(),
    bytes: result.stdout,
  };
}

/** A temporary folder with these files. File names contain no folder; `remove` deletes the folder. */
export interface Folder {
  readonly path: string;
  write(name: string, text: string | Uint8Array): void;
  names(): string[];
  remove(): void;
}

export function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): Folder {
  const folder = mkdtempSync(path.join(os.tmpdir(), "avmasm-test-"));
  const write = (name: string, text: string | Uint8Array): void => {
    writeFileSync(path.join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    path: folder,
    write,
    names: () => readdirSync(folder).sort(),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
