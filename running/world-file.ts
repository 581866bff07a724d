/** Reads worlds in JSON into a session, and writes them. */

import { isObject } from "../artifact/json.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import type { Contract } from "../machine/world.ts";
import { setEnvironment } from "./environment.ts";
import type { NotRunnable, Runnable } from "./runnable.ts";
import type { Session } from "./session.ts";
import { hexOf, parseField } from "./values.ts";

/** How the JSON of a world refers to a contract's program: in a file by path, in the library by value. */
export interface Programs {
  /** The phrase for such a reference in errors: "the path of a program". */
  readonly described: string;
  /** Reads the program. Undefined if the value has the wrong type. */
  read(value: unknown): Runnable | NotRunnable | undefined;
}

const SECTIONS = ["contracts", "storage", "nullifiers", "noteHashes", "messages", "env"] as const;
const CONTRACT_KEYS = ["program", "deployer", "classId", "initHash", "immutablesHash"] as const;

/** Reads the text of a world into a session. Returns its errors: sentences without a full stop. */
export function readWorld(text: string, session: Session, programs: Programs): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return [`it is not JSON: ${(error as Error).message}`];
  }
  if (!isObject(value))
    return ["it is JSON, but no world: that is an object with contracts, storage and so on"];
  return readParsedWorld(value, session, programs);
}

/** Reads a parsed world into a session. Returns its errors. */
export function readParsedWorld(
  value: Readonly<Record<string, unknown>>,
  session: Session,
  programs: Programs,
): string[] {
  const reader = new WorldReader(session, programs);
  for (const [key, section] of Object.entries(value)) {
    if (section !== undefined) reader.section(key, section);
    if (reader.problems.length >= MAX_PROBLEMS) break;
  }
  return reader.problems.slice(0, MAX_PROBLEMS);
}

/** Maximum number of errors to report in a world. */
const MAX_PROBLEMS = 10;
/** Indices of leaves are below this: NOTEHASHEXISTS and L1TOL2MSGEXISTS take a u64. */
const LEAF_LIMIT = 1n << 64n;

class WorldReader {
  readonly problems: string[] = [];
  private readonly session: Session;
  private readonly programs: Programs;
  /** Where each key was first given. */
  private readonly given = new Map<string, string>();

  constructor(session: Session, programs: Programs) {
    this.session = session;
    this.programs = programs;
  }

  section(key: string, value: unknown): void {
    const { world, settings } = this.session;
    switch (key as (typeof SECTIONS)[number]) {
      case "contracts":
        for (const [address, entry] of this.entries(key, value)) {
          const where = `contracts.${address}`;
          const at = this.field(`contracts: ${address}`, address);
          if (this.isFirst(where, key, at)) this.contract(at, entry, where);
        }
        return;
      case "storage":
        for (const [address, slots] of this.entries(key, value)) {
          const contract = this.field("storage", address);
          for (const [slot, found] of this.entries(`storage.${address}`, slots)) {
            const where = `storage.${address}.${slot}`;
            const fields = [contract, this.field(where, slot), this.field(where, found)];
            if (
              fields.every((field) => field !== undefined) &&
              this.isFirst(where, key, fields[0], fields[1])
            )
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
          const where = `${key}.${index}`;
          const hash = this.field(where, found);
          if (leaf === undefined || hash === undefined || !this.isFirst(where, key, leaf)) continue;
          if (leaf >= LEAF_LIMIT) this.problems.push(`\`${where}\`: the index of a leaf is a u64`);
          else if (key === "messages") world.setMessage(leaf, hash);
          else world.setNoteHash(leaf, hash);
        }
        return;
      case "env":
        for (const [name, found] of this.entries(key, value)) {
          const field = this.field(`env.${name}`, found);
          if (field === undefined || !this.isFirst(`env.${name}`, key, name.toUpperCase())) continue;
          const problem = setEnvironment(world, settings, name, field);
          if (problem !== undefined) this.problems.push(`\`env\`: ${problem}`);
        }
        return;
      default:
        this.problems.push(`a world has no \`${key}\`${didYouMean(nearest(key, SECTIONS))}`);
    }
  }

  /** Whether nothing was given for this key before. Reports it otherwise: one key can be written in several ways. */
  private isFirst(where: string, ...key: readonly (bigint | string | undefined)[]): boolean {
    const id = key.join(" ");
    const first = this.given.get(id);
    if (first === undefined) this.given.set(id, where);
    else this.problems.push(`\`${where}\` is given before, as \`${first}\``);
    return first === undefined;
  }

  private contract(address: bigint | undefined, entry: unknown, where: string): void {
    const given: Record<string, unknown> =
      isObject(entry) && Object.hasOwn(entry, "program") ? entry : { program: entry };
    const runnable = this.programs.read(given.program);
    if (!runnable) return this.wrong(where, `${this.programs.described}, or an object with \`program\``);
    const instance: Partial<Record<keyof Omit<Contract, "code">, bigint>> = {};
    for (const [key, value] of Object.entries(given)) {
      if (key === "program" || value === undefined) continue;
      if (!(CONTRACT_KEYS as readonly string[]).includes(key)) {
        this.problems.push(`\`${where}\` has no \`${key}\`${didYouMean(nearest(key, CONTRACT_KEYS))}`);
        continue;
      }
      const field = this.field(`${where}.${key}`, value);
      if (field !== undefined) instance[key as keyof typeof instance] = field;
    }
    if ("error" in runnable) {
      const name = typeof given.program === "string" ? `\`${given.program}\`` : "the program";
      this.problems.push(`\`${where}\`: ${name} can't be run: ${runnable.error}`);
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
    const isNumber = (typeof value === "number" && Number.isSafeInteger(value)) || typeof value === "bigint";
    const text = isNumber ? String(value) : value;
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

/** The content of a world, with a reference to a program for each contract. */
export interface WorldContent<Program> {
  contracts: Record<string, ContractContent<Program>>;
  storage: Record<string, Record<string, string>>;
  nullifiers: string[];
  noteHashes: Record<string, string>;
  messages: Record<string, string>;
  env: Record<string, string>;
}

export interface ContractContent<Program> {
  program: Program;
  deployer: string;
  classId: string;
  initHash: string;
  immutablesHash: string;
}

/** The content of a session's world. `programOf` gives the reference to a contract's program. */
export function worldOf<Program>(
  session: Session,
  programOf: (runnable: Runnable) => Program,
): WorldContent<Program> {
  const { world, settings } = session;
  const contracts: Record<string, ContractContent<Program>> = {};
  for (const [address, { code, deployer, classId, initHash, immutablesHash }] of world.contracts) {
    const runnable = session.runnableOf(code);
    if (!runnable) continue;
    contracts[hexOf(address)] = {
      program: programOf(runnable),
      deployer: hexOf(deployer),
      classId: hexOf(classId),
      initHash: hexOf(initHash),
      immutablesHash: hexOf(immutablesHash),
    };
  }
  const storage: Record<string, Record<string, string>> = {};
  for (const [address, slots] of world.storage) {
    if (slots.size > 0) storage[hexOf(address)] = hexEntries(slots, hexOf);
  }
  const { address, sender } = settings;
  const env = Object.entries(world.environment).map(([name, value]: [string, bigint]) => [
    name,
    hexOf(value),
  ]);
  return {
    contracts,
    storage,
    nullifiers: [...world.nullifiers].map(hexOf),
    noteHashes: hexEntries(world.noteHashes, String),
    messages: hexEntries(world.messages, String),
    env: {
      ADDRESS: hexOf(address),
      SENDER: hexOf(sender),
      ...(Object.fromEntries(env) as Record<string, string>),
    },
  };
}

/** Renders a session's world as the text of a file. `pathOf` gives the path of a contract's program. */
export function writeWorld(session: Session, pathOf: (name: string) => string): string {
  return `${JSON.stringify(
    worldOf(session, ({ name }) => pathOf(name)),
    null,
    2,
  )}\n`;
}

function hexEntries(
  map: ReadonlyMap<bigint, bigint>,
  keyOf: (key: bigint) => string,
): Record<string, string> {
  return Object.fromEntries([...map].map(([key, value]) => [keyOf(key), hexOf(value)]));
}
