/** Generates the parts of package.json that depend on the instruction table. */

import { DEFAULT_TARGET, TARGETS, TARGET_INFO } from "../../isa/table.ts";

/** Returns the manifest with the current values of the setting `avm.target`. */
export function withTargets(manifest: string): string {
  const json = JSON.parse(manifest);
  Object.assign(json.contributes.configuration.properties["avm.target"], {
    default: DEFAULT_TARGET,
    enum: TARGETS,
    enumDescriptions: TARGETS.map((target) => TARGET_INFO[target].summary),
  });
  return JSON.stringify(json, undefined, 2);
}
