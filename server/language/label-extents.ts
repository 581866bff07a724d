/**
 * The end of each label's code: the next label that isn't a part of it, or the end of the part of a block that contains
 * it. So the extents of labels and the blocks of a file are properly nested.
 */

import type { Line } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { structureOf, type Definition } from "./scopes.ts";

/** The end of what a label covers. */
export interface End {
  readonly line: number;
  readonly column: number;
}

interface OpenLabel {
  readonly definition: Definition;
  /** The line of the next macro or test, where the label's code ends unless a local label of it follows; undefined if there is none. */
  cut: number | undefined;
}

/** The file, or a part of a block, around the current line. */
interface Scope {
  readonly start: number;
  /** True if the block has a scope of its own. */
  readonly isRegion: boolean;
  global: OpenLabel | undefined;
  local: OpenLabel | undefined;
}

/** The ends of all labels of a file. */
export function labelEnds(file: SourceFile): Map<Definition, End> {
  const { definitions, blocks } = structureOf(file);
  const ends = new Map<Definition, End>();
  /** Blocks that are open at the line, outermost first; those of a condition with the line of their part. */
  const scopes: Scope[] = [{ start: 0, isRegion: true, global: undefined, local: undefined }];
  const open: { readonly end: number; readonly parts: readonly number[]; next: number }[] = [];
  let next = 0;
  for (let line = 0; line < file.lines.length; line++) {
    for (; next < definitions.length && definitions[next].line === line; next++) {
      if (definitions[next].kind === "label") begin(definitions[next]);
    }
    const around = open.at(-1);
    if (around && (line === around.end || line === around.parts[around.next])) {
      const { isRegion } = scopes.at(-1)!;
      leave(line);
      around.next++;
      if (line === around.end) open.pop();
      else scopes.push({ start: line, isRegion, global: undefined, local: undefined });
    }
    const block = blocks.get(line);
    if (!block) continue;
    if (block.kind === "macro" || block.kind === "test") {
      const { global, local } = scopes.at(-1)!;
      if (global) global.cut ??= line;
      if (local) local.cut ??= line;
    }
    const isRegion = block.kind === "macro" || block.kind === "test" || block.kind === "rept";
    scopes.push({ start: line, isRegion, global: undefined, local: undefined });
    open.push({ ...block, next: 1 });
  }
  while (scopes.length > 0) leave(file.lines.length);
  return ends;

  function begin(definition: Definition): void {
    const { name, line, columns } = definition;
    const isLocal = name.includes(".");
    let end: End = { line, column: isLocal ? columns.start - 1 : columns.start };
    // In the scopes around it, a label ends in front of the block.
    for (let depth = scopes.length - 1; depth >= 0; depth--) {
      const scope = scopes[depth];
      close(scope.local, end);
      scope.local = undefined;
      if (!isLocal) {
        close(scope.global, end);
        scope.global = undefined;
      } else if (scope.global && name.startsWith(`${scope.global.definition.name}.`)) {
        scope.global.cut = undefined;
      }
      if (scope.isRegion) break;
      end = { line: scope.start, column: 0 };
    }
    const scope = scopes.at(-1)!;
    scope[isLocal ? "local" : "global"] = { definition, cut: undefined };
  }

  function leave(line: number): void {
    const { global, local } = scopes.pop()!;
    close(local, { line, column: 0 });
    close(global, { line, column: 0 });
  }

  /** @param end where something else begins */
  function close(label: OpenLabel | undefined, end: End): void {
    if (!label) return;
    const { definition, cut } = label;
    const first = definition.line;
    if (cut === undefined && end.line === first && end.column > definition.columns.end) {
      const text = file.lines[first].text.slice(0, end.column).trimEnd();
      ends.set(definition, { line: first, column: text.length });
      return;
    }
    let last = Math.max((cut ?? end.line) - 1, first);
    while (last > first && isAfterCode(file.lines[last])) last--;
    ends.set(definition, { line: last, column: file.lines[last].text.length });
  }
}

/** True for an empty line or a definition: at the end of a label's code, it isn't part of that. */
function isAfterCode({ tokenCount, tree: { labels, statement } }: Line): boolean {
  if (tokenCount === 0) return true;
  if (labels.length > 0 || statement?.kind !== "directive") return false;
  switch (statement.body.kind) {
    case "constant":
    case "cell":
    case "target":
    case "contract":
    case "function":
    case "struct":
      return true;
    default:
      return false;
  }
}
