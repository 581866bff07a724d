/** `completionItem/resolve`: the documentation of the selected item. */

import { MarkupKind, type CompletionItem } from "vscode-languageserver-types";
import { isDirectiveName } from "../../grammar/directives.ts";
import { parseTarget } from "../../isa/instruction-set.ts";
import { parseTag } from "../../isa/tags.ts";
import { describeSymbol } from "../language/describe-symbol.ts";
import {
  describeBuiltin,
  describeDirective,
  describeInstruction,
  describeMember,
  describeTag,
  describeTarget,
} from "../language/markdown.ts";
import { instructionNamed, memberNamed } from "../language/name-resolution.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { structureOf } from "../language/scopes.ts";
import type { CompletionData, CompletionItemData } from "./completion.ts";

/** The URI of the document that an item was made for; undefined if the item has no further documentation. */
export function documentOf(item: CompletionItem): string | undefined {
  return (item.data as CompletionItemData | undefined)?.uri;
}

export function completionResolve(snapshot: Snapshot, item: CompletionItem): CompletionItem {
  const data = item.data as CompletionItemData | undefined;
  const value = data && documentationOf(snapshot, data.item);
  return value === undefined ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value } };
}

function documentationOf(snapshot: Snapshot, data: CompletionData): string | undefined {
  const { name } = data;
  switch (data.kind) {
    case "instruction": {
      const found = instructionNamed(snapshot.set, name);
      return found && describeInstruction(found.definition, found.form, snapshot.set.target);
    }
    case "member": {
      const operands = instructionNamed(snapshot.set, data.mnemonic)?.definition.operands ?? [];
      for (const operand of operands) {
        const member = operand.kind === "enum" ? memberNamed(operand, name) : undefined;
        if (member && operand.kind === "enum") return describeMember(member, operand);
      }
      return undefined;
    }
    case "tag": {
      const tag = parseTag(name);
      return tag && describeTag(tag);
    }
    case "target": {
      const target = parseTarget(name);
      return target && describeTarget(target);
    }
    case "directive":
      return isDirectiveName(name) ? describeDirective(name) : undefined;
    case "builtin":
      return describeBuiltin(name);
    case "symbol": {
      for (const document of snapshot.files) {
        const definition = structureOf(document.file).definitions.find(
          (one) => one.name === name && one.line === data.line,
        );
        if (definition) return describeSymbol(snapshot, { document, definition });
      }
      return undefined;
    }
  }
}
