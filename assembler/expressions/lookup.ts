/** Looks names up: plain ones, and local labels, which belong to a global one. */

import { tokenText } from "../../grammar/line.ts";
import { MAX_CONSTANT_DEPTH } from "../limits.ts";
import type { AssemblySymbol, Scope } from "./symbols.ts";

/** The name under which a symbol is kept: a local label's stands behind the global one above it. */
export function qualify(name: string, label: string): string {
  return name.startsWith(".") ? label + name : name;
}

/**
 * The symbol that a name means in a scope.
 *
 * @param label the global label above the place of use
 */
export function lookupName(name: string, scope: Scope, label: string): AssemblySymbol | undefined {
  const dot = name.indexOf(".");
  if (dot < 0) return scope.lookup(name);
  return lookupLocal(dot === 0 ? label : name.slice(0, dot), name.slice(dot), scope, 0);
}

/** The local label of a global one, which owns it: that of another expansion with the same name is none of its. */
function lookupLocal(global: string, local: string, scope: Scope, depth: number): AssemblySymbol | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const found = at.names.get(global + local);
    if (found) return found;
    const owner = at.names.get(global);
    if (owner) return depth < MAX_CONSTANT_DEPTH ? localOf(owner, local, depth) : undefined;
  }
  return undefined;
}

/** The local label of what stands for a label: a constant or a parameter. */
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
