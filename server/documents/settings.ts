/** The user's settings: the section `avm` of the client's configuration. */

import { isDiagnosticCode } from "../../diagnostics/catalogue.ts";
import { isOptional, LEVELS, type Level, type Levels } from "../../diagnostics/policy.ts";
import { parseTarget } from "../../isa/instruction-set.ts";
import { DEFAULT_TARGET, type TargetName } from "../../isa/table.ts";

const LENSES = ["routines", "all", "off"] as const;
export type Lenses = (typeof LENSES)[number];

export interface Settings {
  /** The target of files without a `.target`. */
  readonly target: TargetName;
  /** Report possible halts as warnings, not as hints. */
  readonly strict: boolean;
  /** Severities of codes; a project's own severities take precedence. */
  readonly severity: Levels;
  /** Run the checker. */
  readonly check: boolean;
  /** Report diagnostics of files that aren't open. */
  readonly workspaceDiagnostics: boolean;
  /** Allow a project to include from folders outside of the project. */
  readonly foldersOutside: boolean;
  /** The labels with a code lens: those of routines, all global ones, or none. */
  readonly lenses: Lenses;
  readonly inlayHints: {
    /** The inferred tag of a written cell. */
    readonly tags: boolean;
    /** The byte offset of each instruction. */
    readonly offsets: boolean;
    /** The L2 gas of each instruction. */
    readonly gas: boolean;
    /** The names of operands. */
    readonly operands: boolean;
  };
}

export const DEFAULT_SETTINGS: Settings = {
  target: DEFAULT_TARGET,
  strict: false,
  severity: {},
  check: true,
  workspaceDiagnostics: true,
  foldersOutside: false,
  lenses: "routines",
  inlayHints: { tags: true, offsets: false, gas: false, operands: false },
};

/** Reads the settings that a client sends. Missing values and values of a wrong type get their defaults. */
export function readSettings(value: unknown): Settings {
  const { target, strict, check, workspaceDiagnostics, foldersOutside, lenses, inlayHints } =
    DEFAULT_SETTINGS;
  const given = recordOf(value);
  const hints = recordOf(given.inlayHints);
  const flag = (flags: Record<string, unknown>, name: string, otherwise: boolean): boolean =>
    typeof flags[name] === "boolean" ? flags[name] : otherwise;
  return {
    target: typeof given.target === "string" ? (parseTarget(given.target) ?? target) : target,
    strict: flag(given, "strict", strict),
    severity: levelsOf(given.severity),
    check: flag(given, "check", check),
    workspaceDiagnostics: flag(given, "workspaceDiagnostics", workspaceDiagnostics),
    foldersOutside: flag(given, "foldersOutside", foldersOutside),
    lenses: LENSES.find((name) => name === given.lenses) ?? lenses,
    inlayHints: {
      tags: flag(hints, "tags", inlayHints.tags),
      offsets: flag(hints, "offsets", inlayHints.offsets),
      gas: flag(hints, "gas", inlayHints.gas),
      operands: flag(hints, "operands", inlayHints.operands),
    },
  };
}

/** Keeps the entries whose code exists and may have the given severity. */
function levelsOf(value: unknown): Levels {
  const levels: Levels = {};
  for (const [code, level] of Object.entries(recordOf(value))) {
    if (!isDiagnosticCode(code) || !LEVELS.includes(level as Level)) continue;
    if (level === "error" || isOptional(code)) levels[code] = level as Level;
  }
  return levels;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
