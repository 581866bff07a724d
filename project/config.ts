/** Parses a project's configuration: the settings for all source files in and below its folder. */

import { CATALOGUE, isDiagnosticCode } from "../diagnostics/catalogue.ts";
import { LEVELS, isOptional, type Level, type Levels } from "../diagnostics/policy.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import { parseTarget } from "../isa/instruction-set.ts";
import { TARGETS, type TargetName } from "../isa/table.ts";
import { grouped } from "../program/grouped.ts";

export interface Project {
  /** The instruction set of files without a `.target`. */
  readonly target?: TargetName;
  /** Report possible halts as warnings, not as hints. */
  readonly strict?: boolean;
  /** Folders to search for an included file that isn't beside the including file. Relative to the configuration. */
  readonly include: readonly string[];
  readonly levels: Levels;
  /** How many instructions the tests of one run may execute together. */
  readonly maxSteps?: number;
}

/** Bounds of a configuration; `docs/limits.md` states them. Each include may be looked for in each folder. */
export const MAX_CONFIG_CHARACTERS = 100_000;
export const MAX_INCLUDE_FOLDERS = 64;
/** Maximum number of reported errors in one configuration. */
const MAX_PROBLEMS = 10;

/** The settings of a file without a configuration. */
export const NO_PROJECT: Project = { include: [], levels: {} };

/** Parses the value of a key. Returns a message if it is invalid. */
type ReadKey = (value: unknown) => Partial<Project> | string;

const KEYS: Readonly<Record<string, ReadKey>> = {
  $schema: () => ({}),
  target: (value) => {
    const target = typeof value === "string" ? parseTarget(value) : undefined;
    return target ? { target } : `it is one of ${TARGETS.join(", ")}`;
  },
  strict: (value) => (typeof value === "boolean" ? { strict: value } : "it is true or false"),
  include: (value) => {
    if (!isStrings(value)) return 'it is a list of folders: `["lib", "../shared"]`';
    if (value.length <= MAX_INCLUDE_FOLDERS) return { include: value };
    return `it names at most ${MAX_INCLUDE_FOLDERS} folders; these are ${grouped(value.length)}`;
  },
  severity: (value) => readLevels(value),
  maxSteps: (value) =>
    Number.isSafeInteger(value) && (value as number) > 0
      ? { maxSteps: value as number }
      : "it is a number of instructions from 1 on",
};

/**
 * Parses a configuration.
 *
 * @returns the settings, or error messages without a full stop
 */
export function readProject(text: string): Project | { readonly problems: readonly string[] } {
  if (text.length > MAX_CONFIG_CHARACTERS) {
    return { problems: [`it has more than ${grouped(MAX_CONFIG_CHARACTERS)} characters`] };
  }
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return { problems: [`it isn't JSON: ${(error as Error).message}`] };
  }
  if (!isRecord(given)) return { problems: ['it must contain an object: `{ "strict": true }`'] };
  let project = NO_PROJECT;
  const problems: string[] = [];
  for (const [key, value] of Object.entries(given)) {
    const read = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    const found = read?.(value);
    if (problems.length === MAX_PROBLEMS) break;
    if (!found) problems.push(`there is no key \`${key}\`${didYouMean(nearest(key, Object.keys(KEYS)))}`);
    else if (typeof found === "string") problems.push(`\`${key}\`: ${found}`);
    else project = { ...project, ...found };
  }
  return problems.length > 0 ? { problems } : project;
}

function readLevels(value: unknown): Partial<Project> | string {
  const all = LEVELS.map((level) => `\`${level}\``).join(", ");
  if (!isRecord(value)) return 'it gives codes a severity: `{ "dead-store": "warning" }`';
  const levels: Levels = {};
  for (const [code, level] of Object.entries(value)) {
    if (!isDiagnosticCode(code)) {
      return `there is no diagnostic \`${code}\`${didYouMean(nearest(code, Object.keys(CATALOGUE)))}`;
    }
    if (!LEVELS.includes(level as Level)) return `\`${code}\` is one of ${all}`;
    if (level !== "error" && !isOptional(code))
      return `\`${code}\` is always an error, because the program can't be assembled`;
    levels[code] = level as Level;
  }
  return { levels };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
