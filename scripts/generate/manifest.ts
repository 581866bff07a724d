/** The parts of package.json that follow from the instruction table. */

import { DEFAULT_TARGET, TARGETS, TARGET_INFO } from "../../isa/table.ts";

/** The manifest with the values that the setting `avm.target` can have. */
export function withTargets(manifest: string): string {
  const json = JSON.parse(manifest);
  Object.assign(json.contributes.configuration.properties["avm.target"], {
    default: DEFAULT_TARGET,
    enum: TARGETS,
    enumDescriptions: TARGETS.map((target) => TARGET_INFO[target].summary),
  });
  return JSON.stringify(json, undefined, 2);
}
