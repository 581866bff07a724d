/**
 * Validates the parameters of messages. A request with an invalid parameter gets `InvalidParams` with the parameter's
 * name; an invalid notification is logged. Handlers only get valid parameters.
 */

import { isObject, property } from "../../artifact/json.ts";
import {
  ErrorCodes,
  RequestType,
  NotificationType,
  ResponseError,
  type Connection,
  type MessageStrategy,
} from "vscode-languageserver";

/** A parameter's path and its required kind. A path that ends in `[]` is a list. */
type Parameter = readonly [path: string, kind: Kind];
type Kind = "text" | "number" | "integer" | "position" | "range" | "list" | "object";

const WORDS: Readonly<Record<Kind, string>> = {
  text: "a text",
  number: "a number from 0",
  integer: "a whole number",
  position: "a position",
  range: "a range",
  list: "a list",
  object: "an object",
};

const DOCUMENT: readonly Parameter[] = [["textDocument.uri", "text"]];
const PLACE: readonly Parameter[] = [
  ...DOCUMENT,
  ["position.line", "number"],
  ["position.character", "number"],
];
const RANGE: readonly Parameter[] = [...DOCUMENT, ["range", "range"]];
const ITEM: readonly Parameter[] = [
  ["item.uri", "text"],
  ["item.range", "range"],
  ["item.selectionRange", "range"],
];

/** Required parameters by method. */
export const PARAMETERS: Readonly<Record<string, readonly Parameter[]>> = {
  initialize: [["capabilities", "object"]],
  "textDocument/didOpen": [...DOCUMENT, ["textDocument.version", "integer"], ["textDocument.text", "text"]],
  "textDocument/didChange": [...DOCUMENT, ["textDocument.version", "integer"], ["contentChanges", "list"]],
  "textDocument/didClose": DOCUMENT,
  "workspace/didChangeWatchedFiles": [["changes", "list"]],
  "workspace/didChangeConfiguration": [],
  "textDocument/hover": PLACE,
  "textDocument/completion": PLACE,
  "completionItem/resolve": [["label", "text"]],
  "textDocument/signatureHelp": PLACE,
  "textDocument/definition": PLACE,
  "textDocument/declaration": PLACE,
  "textDocument/references": [...PLACE, ["context", "object"]],
  "textDocument/documentHighlight": PLACE,
  "textDocument/linkedEditingRange": PLACE,
  "textDocument/prepareRename": PLACE,
  "textDocument/rename": [...PLACE, ["newName", "text"]],
  "textDocument/documentSymbol": DOCUMENT,
  "workspace/symbol": [["query", "text"]],
  "workspace/willRenameFiles": [["files", "list"]],
  "avm/disassemble": [],
  "avm/assemble": DOCUMENT,
  "avm/listing": DOCUMENT,
  "avm/graph": DOCUMENT,
  "avm/summary": DOCUMENT,
  "avm/profile": DOCUMENT,
  "avm/tests": [],
  "avm/runTests": DOCUMENT,
  "textDocument/foldingRange": DOCUMENT,
  "textDocument/selectionRange": [...DOCUMENT, ["positions", "list"], ["positions[]", "position"]],
  "textDocument/documentLink": DOCUMENT,
  "textDocument/codeAction": [...RANGE, ["context", "object"]],
  "codeAction/resolve": [["title", "text"]],
  "textDocument/inlayHint": RANGE,
  "textDocument/formatting": DOCUMENT,
  "textDocument/rangeFormatting": RANGE,
  "textDocument/onTypeFormatting": [...PLACE, ["ch", "text"]],
  "textDocument/codeLens": DOCUMENT,
  "codeLens/resolve": [["range", "range"]],
  "textDocument/prepareCallHierarchy": PLACE,
  "callHierarchy/incomingCalls": ITEM,
  "callHierarchy/outgoingCalls": ITEM,
  "textDocument/diagnostic": DOCUMENT,
  "workspace/diagnostic": [["previousResultIds", "list"]],
  "textDocument/semanticTokens/full": DOCUMENT,
  "textDocument/semanticTokens/full/delta": [...DOCUMENT, ["previousResultId", "text"]],
  "textDocument/semanticTokens/range": RANGE,
};

/** Required properties of list items, by method. */
const ITEMS: Readonly<Record<string, readonly Parameter[]>> = {
  "textDocument/didChange": [["contentChanges[].text", "text"]],
  "workspace/didChangeWatchedFiles": [["changes[].uri", "text"]],
  "workspace/willRenameFiles": [
    ["files[].oldUri", "text"],
    ["files[].newUri", "text"],
  ],
  "workspace/diagnostic": [
    ["previousResultIds[].uri", "text"],
    ["previousResultIds[].value", "text"],
  ],
};

/** The error in a message's parameters, as a sentence; undefined if they are valid. */
function problemOf(method: string, params: unknown): string | undefined {
  if (!Object.hasOwn(PARAMETERS, method)) return undefined;
  const parameters = [...PARAMETERS[method], ...(Object.hasOwn(ITEMS, method) ? ITEMS[method] : [])];
  for (const [path, kind] of parameters) {
    if (!valuesAt(params, path.split(".")).every((value) => isA(kind, value)))
      return `The parameter \`${path}\` has to be ${WORDS[kind]}.`;
  }
  return undefined;
}

function valuesAt(value: unknown, [name, ...rest]: readonly string[]): unknown[] {
  if (name === undefined) return [value];
  const isEach = name.endsWith("[]");
  const inner = property(value, isEach ? name.slice(0, -2) : name);
  if (!isEach) return valuesAt(inner, rest);
  return Array.isArray(inner) ? inner.flatMap((item) => valuesAt(item, rest)) : [undefined];
}

function isA(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case "text":
      return typeof value === "string";
    case "integer":
      return Number.isInteger(value);
    case "number":
      return Number.isInteger(value) && (value as number) >= 0;
    case "list":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "position":
      return isA("number", property(value, "line")) && isA("number", property(value, "character"));
    case "range":
      return isA("position", property(value, "start")) && isA("position", property(value, "end"));
  }
}

const MALFORMED_REQUEST = new RequestType<{ readonly problem: string }, never, void>("$/avm/malformed");
const MALFORMED_NOTIFICATION = new NotificationType<{ readonly problem: string }>(
  "$/avm/malformedNotification",
);

/** Passes messages with invalid parameters to {@link answerMalformed}. */
export const checkingParameters: MessageStrategy = {
  handleMessage: (message, next) => {
    const { id, method, params } = message as { id?: unknown; method?: unknown; params?: unknown };
    const problem = typeof method === "string" ? problemOf(method, params) : undefined;
    if (problem === undefined) return next(message);
    const { method: instead } = id === undefined ? MALFORMED_NOTIFICATION : MALFORMED_REQUEST;
    const told = id === undefined ? `${String(method)}: ${problem}` : problem;
    return next({ ...message, method: instead, params: { problem: told } } as typeof message);
  },
};

export function answerMalformed(connection: Connection): void {
  connection.onRequest(
    MALFORMED_REQUEST,
    ({ problem }) => new ResponseError<void>(ErrorCodes.InvalidParams, problem),
  );
  connection.onNotification(MALFORMED_NOTIFICATION, ({ problem }) => connection.console.warn(problem));
}
