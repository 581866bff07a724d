/** Worlds as JSON files: read into a session, and written from one. */

import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import type { Contract } from "../machine/world.ts";
import { setEnvironment } from "./environment.ts";
import type { NotRunnable, Runnable } from "./runnable.ts";
import type { Session } from "./session.ts";
import { hexOf, parseField } from "./values.ts";

/** Reads the program of a contract, by its path as the world's file has it. */
export type ProgramReader = (path: string) => Promise<Runnable | NotRunnable>;

const SECTIONS = ["contracts", "storage", "nullifiers", "noteHashes", "messages", "env"] as const;
const CONTRACT_KEYS = ["program", "deployer", "classId", "initHash", "immutablesHash"] as const;

/** Takes a world's JSON into a session. Returns what is wrong with it: sentences without a full stop. */
export async function readWorld(text: string, session: Session, program: ProgramReader): Promise<string[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return [`it is not JSON: ${(error as Error).message}`];
  }
  if (!isObject(value))
    return ["it is JSON, but no world: that is an object with contracts, storage and so on"];
  const reader = new WorldReader(session, program);
  for (const [key, section] of Object.entries(value)) await reader.section(key, section);
  return reader.problems;
}

class WorldReader {
  readonly problems: string[] = [];
  private readonly session: Session;
  private readonly program: ProgramReader;

  constructor(session: Session, program: ProgramReader) {
    this.session = session;
    this.program = program;
  }

  async section(key: string, value: unknown): Promise<void> {
    const { world, settings } = this.session;
    switch (key as (typeof SECTIONS)[number]) {
      case "contracts":
        for (const [address, entry] of this.entries(key, value)) {
          await this.contract(this.field(`contracts: ${address}`, address), entry, `contracts.${address}`);
        }
        return;
      case "storage":
        for (const [address, slots] of this.entries(key, value)) {
          const contract = this.field("storage", address);
          for (const [slot, found] of this.entries(`storage.${address}`, slots)) {
            const where = `storage.${address}.${slot}`;
            const fields = [contract, this.field(where, slot), this.field(where, found)];
            if (fields.every((field) => field !== undefined))
              world.setStorage(fields[0], fields[1], fields[2]);
          }
        }
        return;
      case "nullifiers":
        if (!Array.isArray(value)) return this.wrong(key, "a list of fields");
        for (const found of value) {
          const field = this.field(key, found);
          if (field !== undefined) world.addNullifier(field);
        }
        return;
      case "noteHashes":
      case "messages":
        for (const [index, found] of this.entries(key, value)) {
          const leaf = this.field(key, index);
          const hash = this.field(`${key}.${index}`, found);
          if (leaf === undefined || hash === undefined) continue;
          if (key === "messages") world.setMessage(leaf, hash);
          else world.setNoteHash(leaf, hash);
        }
        return;
      case "env":
        for (const [name, found] of this.entries(key, value)) {
          const field = this.field(`env.${name}`, found);
          const problem = field === undefined ? undefined : setEnvironment(world, settings, name, field);
          if (problem !== undefined) this.problems.push(`\`env\`: ${problem}`);
        }
        return;
      default:
        this.problems.push(`a world has no \`${key}\`${didYouMean(nearest(key, SECTIONS))}`);
    }
  }

  private async contract(address: bigint | undefined, entry: unknown, where: string): Promise<void> {
    const given: Record<string, unknown> =
      typeof entry === "string" ? { program: entry } : isObject(entry) ? entry : {};
    if (typeof given.program !== "string") {
      return this.wrong(where, "the path of a program, or an object with `program`");
    }
    const instance: Partial<Record<keyof Omit<Contract, "code">, bigint>> = {};
    for (const [key, value] of Object.entries(given)) {
      if (key === "program") continue;
      if (!(CONTRACT_KEYS as readonly string[]).includes(key)) {
        this.problems.push(`\`${where}\` has no \`${key}\`${didYouMean(nearest(key, CONTRACT_KEYS))}`);
        continue;
      }
      const field = this.field(`${where}.${key}`, value);
      if (field !== undefined) instance[key as keyof typeof instance] = field;
    }
    const runnable = await this.program(given.program);
    if ("error" in runnable) {
      this.problems.push(`\`${where}\`: \`${given.program}\` can't be run: ${runnable.error}`);
    } else if (address !== undefined) {
      const problem = this.session.deploy(address, runnable, instance);
      if (problem !== undefined) this.problems.push(`\`${where}\`: ${problem}`);
    }
  }

  private entries(where: string, value: unknown): [string, unknown][] {
    if (isObject(value)) return Object.entries(value);
    this.wrong(where, "an object");
    return [];
  }

  private field(where: string, value: unknown): bigint | undefined {
    const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== "string") {
      this.wrong(where, 'a field, as text (`"0x2a"`) or a number below 2^53');
      return undefined;
    }
    const field = parseField(text);
    if (typeof field === "bigint") return field;
    this.problems.push(`\`${where}\`: ${field.error}`);
    return undefined;
  }

  private wrong(where: string, wanted: string): void {
    this.problems.push(`\`${where}\` is ${wanted}`);
  }
}

/** A session's world as JSON. `pathOf` says how a contract's program is called in the file. */
export function writeWorld(session: Session, pathOf: (name: string) => string): string {
  const { world, settings } = session;
  const contracts: Record<string, unknown> = {};
  for (const [address, { code, deployer, classId, initHash, immutablesHash }] of world.contracts) {
    const runnable = session.runnableOf(code);
    if (!runnable) continue;
    contracts[hexOf(address)] = {
      program: pathOf(runnable.name),
      deployer: hexOf(deployer),
      classId: hexOf(classId),
      initHash: hexOf(initHash),
      immutablesHash: hexOf(immutablesHash),
    };
  }
  const storage: Record<string, unknown> = {};
  for (const [address, slots] of world.storage) {
    if (slots.size > 0) storage[hexOf(address)] = hexEntries(slots, hexOf);
  }
  const { address, sender } = settings;
  const env = Object.entries(world.environment).map(([name, value]: [string, bigint]) => [
    name,
    hexOf(value),
  ]);
  const json = {
    contracts,
    storage,
    nullifiers: [...world.nullifiers].map(hexOf),
    noteHashes: hexEntries(world.noteHashes, String),
    messages: hexEntries(world.messages, String),
    env: { ADDRESS: hexOf(address), SENDER: hexOf(sender), ...(Object.fromEntries(env) as object) },
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function hexEntries(
  map: ReadonlyMap<bigint, bigint>,
  keyOf: (key: bigint) => string,
): Record<string, string> {
  return Object.fromEntries([...map].map(([key, value]) => [keyOf(key), hexOf(value)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
