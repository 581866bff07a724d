/** Writes standard output, standard error and files. A file is replaced atomically. */

// Synchronous functions of node:fs: loading node:fs/promises and starting its threads takes a tenth of a typical run.
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
  writeSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { CommandError } from "../command.ts";
import { describeSystemError } from "../../disk/system-errors.ts";
import { statOf } from "./input.ts";
import { printableMessage, shown } from "../terminal/text.ts";

/** Writes to standard output. */
export function print(data: string | Uint8Array): void {
  if (data.length > 0) opened("stdout").write(data);
}

/** Writes text for a person to standard error. The caller passes what comes from a user through `printable`. */
export function printError(text: string): void {
  if (text !== "") opened("stderr").write(text);
}

/** Writes a message of one line to standard error. */
export function printMessage(message: string): void {
  printError(`avmasm: ${printableMessage(message)}\n`);
}

/** True once anything was written to standard output or standard error. */
export function hasPrinted(): boolean {
  return watched.size > 0;
}

const watched = new Set<string>();

/**
 * Opens a standard stream at the first write, since that takes time. If the reader of a pipe has gone, the
 * process ends without a message; on other errors it ends with one.
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

/** Throws if an output is the same file as an input or another output, also by another name. */
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
  // A device may be input and output at the same time.
  return first?.isFile() === true && first.dev === second?.dev && first.ino === second.ino;
}

/**
 * Writes a file, or standard output for `-`. A regular file is replaced in one step, so that no process reads half of
 * it and a failure keeps the old one; it keeps its mode and owner, and a symbolic link to it stays a link. Devices and
 * pipes are written directly; for a terminal, control characters are replaced. With `durable` the data is synced to disk,
 * as is needed for a person's own text. Throws {@link CommandError}.
 *
 * @param real the path without links, for a file that was found in a folder: if there is a link in it by now, nothing is written
 */
export async function writeOutput(
  target: string,
  data: string | Uint8Array | readonly Uint8Array[],
  { durable = false, real }: { readonly durable?: boolean; readonly real?: string | undefined } = {},
): Promise<void> {
  try {
    const descriptor = descriptorOf(target);
    if (descriptor === 1 && typeof data === "string") return print(process.stdout.isTTY ? shown(data) : data);
    const parts =
      typeof data === "string" || data instanceof Uint8Array ? [bufferOf(data)] : data.map(bufferOf);
    if (descriptor === 1) return parts.forEach(print);
    if (descriptor !== undefined) return writeParts(descriptor, parts);
    if (real !== undefined && realpathSync.native(real) !== real)
      throw new CommandError(`\`${target}\` can't be written: it was replaced by a link`);
    const existing = statOf(target);
    if (existing && !existing.isFile() && real === undefined) return writeInto(target, parts);
    await replaceFile(real ?? followLinks(target), parts, existing, durable);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const reason = isMissing ? "its folder does not exist" : describeSystemError(error);
    throw new CommandError(`\`${target}\` can't be written: ${reason}`);
  }
}

/** The open file descriptor that a path such as `/dev/stdout` names. Renaming a file over that path would not reach the redirection. */
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

function writeParts(descriptor: number, parts: readonly Buffer[]): void {
  for (const part of parts) writeAll(descriptor, part);
}

/** Writes to what isn't a regular file. */
function writeInto(target: string, parts: readonly Buffer[]): void {
  const descriptor = openSync(target, "w");
  try {
    writeParts(descriptor, parts);
  } finally {
    closeSync(descriptor);
  }
}

/** Bytes to write before signal handlers get to run. */
const BLOCK = 4 * 1024 * 1024;

async function replaceFile(
  file: string,
  parts: readonly Buffer[],
  existing: Stats | undefined,
  durable: boolean,
): Promise<void> {
  // Renaming needs only the directory's permission, so a read-only file is refused here.
  if (existing) accessSync(file, constants.W_OK);
  const unique = `${process.pid}-${Date.now().toString(36)}`;
  const temporary = join(dirname(file), `.${basename(file).slice(0, 100)}.${unique}.tmp`);
  const stop = removeOnSignal(temporary);
  try {
    // `wx` fails if the file exists, so the file that is removed below was created here.
    const descriptor = openSync(temporary, "wx", 0o666);
    try {
      for (const part of parts) {
        for (let start = 0; start < part.length; start += BLOCK) {
          writeAll(descriptor, part.subarray(start, start + BLOCK));
          await runSignalHandlers();
        }
      }
      if (existing) {
        fchmodSync(descriptor, existing.mode & 0o7777);
        keepOwner(temporary, existing);
      }
      // Syncing takes longer than assembling, so only the caller that needs it asks for it.
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

/** Gives the temporary file the owner of the file that it replaces, if the process is allowed to. */
function keepOwner(temporary: string, { uid, gid }: Stats): void {
  if (process.getuid?.() === uid && process.getgid?.() === gid) return;
  try {
    chownSync(temporary, uid, gid);
  } catch {
    // Only the superuser may change a file's owner.
  }
}

/** Lets pending signal handlers run. */
async function runSignalHandlers(): Promise<void> {
  await new Promise((done) => setImmediate(done));
}

/** Installs handlers that remove the file and end the process by the signal. Returns a function that uninstalls them. */
function removeOnSignal(temporary: string): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    // Uninstalled first, so that a second signal ends the process at once.
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
    // The file doesn't exist any more, or never did.
  }
}

/** The target of a symbolic link, even if that doesn't exist yet. */
function followLinks(target: string, steps = 40): string {
  if (steps === 0 || lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return target;
  return followLinks(resolve(realpathSync(dirname(target)), readlinkSync(target)), steps - 1);
}
