/** Looks up names, including those of local labels, which belong to a global label. */

import { tokenText } from "../../grammar/line.ts";
import { MAX_CONSTANT_DEPTH } from "../limits.ts";
import type { AssemblySymbol, Scope } from "./symbols.ts";

/** The key of a name in a scope: a local label is qualified by the global label above it. */
export function qualify(name: string, label: string): string {
  return name.startsWith(".") ? label + name : name;
}

/**
 * The symbol of a name in a scope.
 *
 * @param label the global label above the place of use
 */
export function lookupName(name: string, scope: Scope, label: string): AssemblySymbol | undefined {
  const dot = name.indexOf(".");
  if (dot < 0) return scope.lookup(name);
  return lookupLocal(dot === 0 ? label : name.slice(0, dot), name.slice(dot), scope, 0);
}

/** The local label of a global one. The search stops at the scope that defines the global label, which others may shadow. */
function lookupLocal(global: string, local: string, scope: Scope, depth: number): AssemblySymbol | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const found = at.names.get(global + local);
    if (found) return found;
    const owner = at.names.get(global);
    if (owner) return depth < MAX_CONSTANT_DEPTH ? localOf(owner, local, depth) : undefined;
  }
  return undefined;
}

/** The local label of a constant or parameter whose value is a global label. */
function localOf(owner: AssemblySymbol, local: string, depth: number): AssemblySymbol | undefined {
  const at =
    owner.kind === "constant"
      ? owner.value
      : owner.kind === "parameter" && owner.argument.node.kind === "bare"
        ? { ...owner.argument, node: owner.argument.node.value }
        : undefined;
  if (at?.node.kind !== "name") return undefined;
  const name = tokenText(at.line, at.node.first);
  return name.includes(".") ? undefined : lookupLocal(name, local, at.scope, depth + 1);
}
