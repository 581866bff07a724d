/** The directives: syntax and meaning of each, for the lexer, completion, hover and documentation. */

import { nearest } from "../diagnostics/suggest.ts";
import { ENVIRONMENT } from "../isa/targets/v6.ts";

export interface DirectiveInfo {
  readonly usage: string;
  readonly summary: string;
}

export const DIRECTIVES = {
  target: {
    usage: ".target v6",
    summary: "Picks the instruction set. Must be the first statement of the main file.",
  },
  const: {
    usage: ".const NAME = expr",
    summary: "Names a value. It may be used above its definition.",
  },
  cell: {
    usage: ".cell NAME = [expr] : tag",
    summary:
      "Names a memory cell, absolute or relative to `sp`; the tag is optional and checked at every write.",
  },
  byte: { usage: ".byte expr, …", summary: "Puts raw bytes into the code." },
  assert: { usage: '.assert expr, "message"', summary: "Stops the assembly where the expression is 0." },
  error: { usage: '.error "message"', summary: "Stops the assembly." },
  include: { usage: '.include "path"', summary: "Reads another file here." },
  contract: { usage: ".contract NAME", summary: "Names the contract, for its artifact." },
  function: {
    usage: '.function "name(parameter: Type) -> Type", label [, view] [, initializer] [, only_self]',
    summary: "Declares a public function, whose code begins at the label; `selector(label)` is its selector.",
  },
  struct: {
    usage: '.struct NAME = "(field: Type, …)"',
    summary: "Defines a type for signatures.",
  },
  macro: { usage: ".macro NAME p1, p2=default", summary: "Starts a macro's body, which `.endm` ends." },
  endm: { usage: ".endm", summary: "Ends a macro's body." },
  rept: { usage: ".rept expr, var", summary: "Repeats the lines up to `.endr`." },
  endr: { usage: ".endr", summary: "Ends a repetition." },
  if: { usage: ".if expr", summary: "Assembles the lines up to `.endif` where the expression isn't 0." },
  elif: { usage: ".elif expr", summary: "An alternative that is tried where none above held." },
  else: { usage: ".else", summary: "What is assembled where no condition above held." },
  endif: { usage: ".endif", summary: "Ends a conditional part." },
  assume: {
    usage: ".assume operand: tag",
    summary: "Tells the checker that the cell has this tag from here on.",
  },
  expect: {
    usage: ".expect operand: tag",
    summary: "Demands that the checker can prove the cell to have this tag here.",
  },
  test: {
    usage: '.test "name"',
    summary: "Starts a test, which `.endtest` ends. It puts nothing into the code.",
  },
  endtest: { usage: ".endtest", summary: "Ends a test." },
  call: { usage: ".call fields…", summary: "In a test: runs the program with these fields as its calldata." },
  staticcall: {
    usage: ".staticcall fields…",
    summary: "In a test: runs the program with this calldata, and it may change nothing.",
  },
  env: {
    usage: ".env NAME, value",
    summary: "In a test: what `GETENVVAR` gives in the calls that follow; `L2GASLEFT` is the limit.",
  },
  storage: {
    usage: ".storage slot, value [, address]",
    summary: "In a test: writes a slot of the program's storage, or of another contract's.",
  },
  deploy: {
    usage: '.deploy address, "file"',
    summary: "In a test: puts another contract at an address: a source, bytecode or an artifact.",
  },
  at: {
    usage: ".at address",
    summary: "In a test: the calls that follow go to the contract at this address.",
  },
  returns: { usage: ".returns fields…", summary: "In a test: the call above returned exactly these fields." },
  reverts: {
    usage: '.reverts [fields… or "message"]',
    summary:
      "In a test: the call above reverted, with exactly these fields or this message where one is given.",
  },
  halts: { usage: '.halts "code"', summary: "In a test: the call above halted with this error." },
  stored: {
    usage: ".stored slot, value [, address]",
    summary: "In a test: after the call above, the slot holds this value.",
  },
  emitted: {
    usage: ".emitted log|nullifier|notehash|message, fields…",
    summary: "In a test: the call above left this log, nullifier, note hash or message.",
  },
  gas: { usage: ".gas l2 [, da]", summary: "In a test: the call above took at most so much gas." },
} as const satisfies Record<string, DirectiveInfo>;

export type DirectiveName = keyof typeof DIRECTIVES;

/** The directives that are only allowed in tests. */
export const TEST_STEPS = [
  "call",
  "staticcall",
  "env",
  "storage",
  "deploy",
  "at",
  "returns",
  "reverts",
  "halts",
  "stored",
  "emitted",
  "gas",
] as const satisfies readonly DirectiveName[];

export type TestStepName = (typeof TEST_STEPS)[number];

/** The contexts of directives: a file, a macro, a test, or a test file outside of tests. */
export type DirectivePlace = "file" | "macro" | "test" | "test file";

/** Directives that add code or say something of it: tests have none. */
const OF_CODE: ReadonlySet<DirectiveName> = new Set([
  "byte",
  "assume",
  "expect",
  "contract",
  "function",
  "struct",
]);
/** Directives that are allowed only in a file, not in macros or tests. */
const OF_FILES: ReadonlySet<DirectiveName> = new Set(["target", "contract", "test"]);
const STEPS: ReadonlySet<DirectiveName> = new Set(TEST_STEPS);

/** Whether a directive is allowed in a context. A macro may be made for tests, so it may have directives of tests. */
export function canStandIn(name: DirectiveName, place: DirectivePlace): boolean {
  if (STEPS.has(name)) return place === "test" || place === "macro";
  if (name === "endtest") return place === "test";
  if (OF_FILES.has(name) && (place === "macro" || place === "test")) return false;
  if (OF_CODE.has(name)) return place === "file" || place === "macro";
  return name !== "include" || place !== "test";
}

/** The kinds of effects that `.emitted` can check. */
export const EMITTED = ["log", "nullifier", "notehash", "message"] as const;

export type EmittedKind = (typeof EMITTED)[number];

export function isEmittedKind(text: string): text is EmittedKind {
  return (EMITTED as readonly string[]).includes(text);
}

/** True for the name of a directive in lower case, without its dot. */
export function isDirectiveName(text: string): text is DirectiveName {
  return Object.hasOwn(DIRECTIVES, text);
}

/** Names of directives in other assemblers, without the dot, if edit distance wouldn't find this language's name. */
const DIRECTIVES_ELSEWHERE: Readonly<Record<string, DirectiveName>> = {
  define: "const",
  equ: "const",
  equiv: "const",
  eqv: "const",
  let: "const",
  set: "const",
  db: "byte",
  defb: "byte",
  dc: "byte",
  word: "byte",
  dw: "byte",
  array: "cell",
  space: "cell",
  rep: "rept",
  repeat: "rept",
  times: "rept",
  endmacro: "endm",
  end_macro: "endm",
  mend: "endm",
  endrep: "endr",
  endrepeat: "endr",
  endrept: "endr",
  elseif: "elif",
  elsif: "elif",
  end_if: "endif",
  fi: "endif",
  incl: "include",
  import: "include",
  input: "call",
  inputs: "call",
  args: "call",
  calldata: "call",
  output: "returns",
  outputs: "returns",
  expected: "returns",
  result: "returns",
};

/** Directives of other assemblers without a counterpart here, each with the reason. */
const WITHOUT_COUNTERPART: Readonly<Record<string, string>> = {
  org: "code begins at byte offset 0",
  text: "code is all there is",
  code: "code is all there is",
  section: "code is all there is",
  segment: "code is all there is",
  globl: "a label is visible in the whole program",
  global: "a label is visible in the whole program",
  extern: "a label is visible in the whole program",
  export: "a label is visible in the whole program",
  end: "a program ends with its file",
  data: "code is the only section, and values are in cells",
  bss: "code is the only section, and values are in cells",
  rodata: "code is the only section, and values are in cells",
  method: "a routine is a label, and INTERNALRETURN ends it",
  type: "a label is visible in the whole program",
  size: "a label is visible in the whole program",
  hidden: "a label is visible in the whole program",
  limit: "memory has 2^32 cells",
  reg: "there are no registers, only cells",
  file: "code is all there is",
  ident: "code is all there is",
  cpu: "`.target v6` names the instruction set",
  syntax: "`.target v6` names the instruction set",
  version: "`.target v6` names the instruction set",
  arch: "`.target v6` names the instruction set",
  p2align: "instructions follow each other without gaps",
  balign: "instructions follow each other without gaps",
  align: "instructions follow each other without gaps",
  ascii: '`.byte` takes characters, `str("text")` is the field of a text',
  asciz: '`.byte` takes characters, `str("text")` is the field of a text',
  string: '`.byte` takes characters, `str("text")` is the field of a text',
};

/** Other names for members of GETENVVAR, in lower case and without `_`. */
const MEMBERS_ELSEWHERE: Readonly<Record<string, string>> = {
  caller: "SENDER",
  from: "SENDER",
  msgsender: "SENDER",
  prank: "SENDER",
  self: "ADDRESS",
  block: "BLOCKNUMBER",
  height: "BLOCKNUMBER",
  roll: "BLOCKNUMBER",
  time: "TIMESTAMP",
  warp: "TIMESTAMP",
  static: "ISSTATICCALL",
};

/**
 * Why a directive of another assembler doesn't exist here, and what to use; undefined for unknown names. `written`
 * includes the dot.
 */
export function withoutCounterpart(written: string): string | undefined {
  const name = written.slice(1).toLowerCase();
  if (Object.hasOwn(WITHOUT_COUNTERPART, name)) return WITHOUT_COUNTERPART[name];
  const plain = name.replaceAll("_", "");
  const member = Object.hasOwn(MEMBERS_ELSEWHERE, plain)
    ? MEMBERS_ELSEWHERE[plain]
    : ENVIRONMENT.find((one) => one.name.toLowerCase() === plain)?.name;
  if (member === "ISSTATICCALL") return "in a test, `.staticcall` makes a static call";
  return member && `in a test, \`.env ${member}, value\` sets it`;
}

/** The directive that a misspelt or foreign one probably means; both include the dot. */
export function suggestDirective(written: string): string | undefined {
  const name = written.slice(1).toLowerCase();
  const known = Object.hasOwn(DIRECTIVES_ELSEWHERE, name)
    ? DIRECTIVES_ELSEWHERE[name]
    : nearest(name, Object.keys(DIRECTIVES));
  return known && `.${known}`;
}
