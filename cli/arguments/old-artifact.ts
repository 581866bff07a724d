/** `build --into`: reads an artifact and replaces its public code. */

import { replacePublicCode } from "../../artifact/artifact-writer.ts";
import { parseJson } from "../../artifact/json.ts";
import { releaseOfJson } from "../../artifact/release.ts";
import type { Assembly } from "../../assembler/assembly.ts";
import { publicCodeOf } from "../../assembler/output/artifact.ts";
import type { TargetName } from "../../isa/table.ts";
import { CommandError, orUnreadable } from "../command.ts";
import { readInput } from "../files/input.ts";

export interface OldArtifact {
  readonly json: unknown;
  /** Number of spaces per level of indentation; 0 if the JSON is on one line. */
  readonly indent: number;
}

/** Reads the artifact. Throws {@link CommandError}. */
export async function readOldArtifact(file: string, target: TargetName): Promise<OldArtifact> {
  const bytes = orUnreadable({ name: file }, await readInput(file));
  const parsed = orUnreadable({ name: file }, parseJson(bytes));
  const release = releaseOfJson(parsed.value);
  if (release.target !== undefined && release.target !== target) {
    throw new CommandError(
      `\`${file}\` is for ${release.target}, and the code was assembled for ${target}; use \`--target ${release.target}\``,
    );
  }
  const start = new TextDecoder().decode(bytes.subarray(0, 100));
  return { json: parsed.value, indent: /^\s*\{\r?\n( +)"/.exec(start)?.[1].length ?? 0 };
}

/** Returns the artifact's JSON with the new code. Throws {@link CommandError}. */
export function replaceCode(file: string, { json, indent }: OldArtifact, assembly: Assembly): string {
  const replaced = replacePublicCode(json, publicCodeOf(assembly));
  if ("error" in replaced && typeof replaced.error === "string")
    throw new CommandError(`\`${file}\`: ${replaced.error}`);
  return `${JSON.stringify(replaced, null, indent)}\n`;
}
