/** All that is written: standard output and error, and files, which are replaced whole or not at all. */

// The functions of node:fs that wait: to set the others' threads up, and to load node:fs/promises, takes a tenth of the whole run.
import {
  accessSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { CommandError } from "../command.ts";
import { describeSystemError } from "../../disk/system-errors.ts";
import { statOf } from "./input.ts";
import { shown } from "../terminal/text.ts";

/** Writes to standard output. */
export function print(data: string | Uint8Array): void {
  if (data.length > 0) opened("stdout").write(data);
}

/** Writes text for a person to standard error; what comes from a user went through `printable`. */
export function printError(text: string): void {
  if (text !== "") opened("stderr").write(text);
}

const watched = new Set<string>();

/**
 * A standard stream. Setting one up takes time, so that is left to the first write. If the reader of a pipe has gone, the
 * process ends quietly; if output can't be written otherwise, it ends with a message.
 */
function opened(name: "stdout" | "stderr"): NodeJS.WriteStream {
  const stream = process[name];
  if (watched.has(name)) return stream;
  watched.add(name);
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (name === "stdout" && error.code !== "EPIPE") {
      printError(`avmasm: standard output can't be written: ${describeSystemError(error)}\n`);
      process.exitCode = 2;
    }
    process.exit();
  });
  return stream;
}

/** Throws where an output is an input or another output, by whatever name. */
export function checkOutputs(outputs: readonly string[], inputs: readonly string[]): void {
  for (const [index, output] of outputs.entries()) {
    if (output === "-") {
      if (outputs.indexOf("-") < index) throw new CommandError("only one output can go to standard output");
      continue;
    }
    const input = inputs.find((input) => isSameFile(input, output));
    if (input !== undefined) {
      throw new CommandError(`\`${output}\` is an input (\`${input}\`) and is not overwritten`);
    }
    const other = outputs.slice(0, index).find((other) => other !== "-" && isSameFile(other, output));
    if (other !== undefined) throw new CommandError(`\`${output}\` would be written twice`);
  }
}

function isSameFile(a: string, b: string): boolean {
  if (resolve(a) === resolve(b)) return true;
  const [first, second] = [statOf(a), statOf(b)];
  // Devices may be read and written at once.
  return first?.isFile() === true && first.dev === second?.dev && first.ino === second.ino;
}

/**
 * Writes a file, or standard output for `-`. A regular file is replaced in one step, so that nobody ever sees half of
 * it and a failure leaves the old one; it keeps its mode and owner, and a symbolic link to it stays one. Devices and
 * pipes are written as they are, but a terminal is only shown what it wouldn't obey. `durable`: it is on the disk then,
 * as what a person wrote must be. Throws {@link CommandError}.
 */
export async function writeOutput(
  target: string,
  data: string | Uint8Array,
  { durable = false } = {},
): Promise<void> {
  try {
    const descriptor = descriptorOf(target);
    if (descriptor === 1) return print(typeof data === "string" && process.stdout.isTTY ? shown(data) : data);
    if (descriptor !== undefined) return writeAll(descriptor, bufferOf(data));
    const existing = statOf(target);
    if (existing && !existing.isFile()) return writeFileSync(target, data);
    await replaceFile(followLinks(target), bufferOf(data), existing, durable);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const reason = isMissing ? "its folder does not exist" : describeSystemError(error);
    throw new CommandError(`\`${target}\` can't be written: ${reason}`);
  }
}

/** The open file that a name stands for: renaming over `/dev/stdout` would not reach what it is redirected to. */
function descriptorOf(target: string): number | undefined {
  if (target === "-" || target === "/dev/stdout") return 1;
  if (target === "/dev/stderr") return 2;
  const match = /^\/(?:dev|proc\/self)\/fd\/([0-9]+)$/.exec(target);
  return match ? Number(match[1]) : undefined;
}

function bufferOf(data: string | Uint8Array): Buffer {
  return typeof data === "string"
    ? Buffer.from(data)
    : Buffer.from(data.buffer, data.byteOffset, data.length);
}

function writeAll(descriptor: number, data: Buffer): void {
  for (let written = 0; written < data.length;) written += writeSync(descriptor, data, written);
}

/** What is written between two looks at the signals that came. */
const BLOCK = 4 * 1024 * 1024;

async function replaceFile(
  file: string,
  data: Buffer,
  existing: Stats | undefined,
  durable: boolean,
): Promise<void> {
  // Renaming asks for nothing but the directory's permission; a file that is read-only is meant to be.
  if (existing) accessSync(file, constants.W_OK);
  const unique = `${process.pid}-${Date.now().toString(36)}`;
  const temporary = join(dirname(file), `.${basename(file).slice(0, 100)}.${unique}.tmp`);
  const stop = removeOnSignal(temporary);
  try {
    // The name is nobody else's: what is removed below was made here.
    const descriptor = openSync(temporary, "wx", 0o666);
    try {
      for (let start = 0; start < data.length; start += BLOCK) {
        writeAll(descriptor, data.subarray(start, start + BLOCK));
        await signals();
      }
      if (existing) {
        fchmodSync(descriptor, existing.mode & 0o7777);
        keepOwner(temporary, existing);
      }
      // Waiting for the disk takes longer than assembling.
      if (durable) fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    remove(temporary);
    throw error;
  } finally {
    stop();
  }
}

/** The file may belong to somebody else; where it can't be given back to them, it is ours from now on. */
function keepOwner(temporary: string, { uid, gid }: Stats): void {
  if (process.getuid?.() === uid && process.getgid?.() === gid) return;
  try {
    chownSync(temporary, uid, gid);
  } catch {
    // Only the superuser gives files away.
  }
}

/** Lets the handlers of signals run, if one came. */
async function signals(): Promise<void> {
  await new Promise((done) => setImmediate(done));
}

/** Removes the file and ends by the signal where one comes. Returns what takes that back. */
function removeOnSignal(temporary: string): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    // First: once nobody listens, a second signal ends the process at once.
    remove(temporary);
    stop();
    process.kill(process.pid, signal);
  };
  const stop = (): void => {
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  return stop;
}

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It is gone, or was never there.
  }
}

/** Where a symbolic link leads, even where nothing is there yet. */
function followLinks(target: string, steps = 40): string {
  if (steps === 0 || lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return target;
  return followLinks(resolve(realpathSync(dirname(target)), readlinkSync(target)), steps - 1);
}
