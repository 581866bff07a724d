/** The findings of the checks, by instruction and operand. `reports/diagnostics.ts` converts them to places in source text. */

import type { DiagnosticCode } from "../diagnostics/diagnostic.ts";
import type { Tag } from "../isa/tags.ts";
import type { Frame } from "../program/source-locations.ts";
import type { Location } from "../diagnostics/diagnostic.ts";

/**
 * - `definite`: every run that reaches the instruction has the problem.
 * - `possible`: the problem can't be excluded, but some run may not have it.
 */
export type Verdict = "definite" | "possible";

/** A place that explains a finding. */
export interface RelatedPlace {
  /** The number of the statement, or of a hidden instruction. */
  readonly index: number;
  /** The operand's position in wire order; absent for the whole statement. */
  readonly position?: number;
  readonly message: string;
}

/** A change that would resolve a finding. */
export type FixIdea =
  /** Insert in front of the statement a CAST of what its operand `position` reads. */
  | { readonly kind: "cast"; readonly position: number; readonly tag: Tag }
  /** Give the SET or CAST at `index` another tag. */
  | { readonly kind: "retag"; readonly index: number; readonly tag: Tag }
  /** Write a number in place of the literal operand at this position. */
  | { readonly kind: "literal"; readonly position: number; readonly value: bigint }
  /** Exchange two operands of the statement. */
  | { readonly kind: "exchange"; readonly positions: readonly [number, number] }
  /** Insert a SET of the cell `[address]`. Its value is 0, which the user may have to change. */
  | { readonly kind: "write-first"; readonly address: number; readonly tag: Tag };

/** A macro argument that causes a finding in the macro's body: the operand of the body's copy that reads it. */
export interface PassedArgument {
  readonly index: number;
  readonly position: number;
  readonly message: string;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly FixIdea[];
}

export interface Finding {
  readonly code: DiagnosticCode;
  readonly verdict: Verdict;
  /** The number of the statement, or of a hidden instruction. */
  readonly index: number;
  /** Byte offset of the instruction. */
  readonly pc: number;
  /** The operand's position in wire order; absent for the whole statement. */
  readonly position?: number;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly FixIdea[];
  /** The place of the directive, if the finding is about a directive and not about an instruction. */
  readonly location?: Location;
  /** With `location`: the file or macro expansion that contains the directive. */
  readonly frame?: Frame;
  readonly unnecessary?: boolean;
  /** With the verdict `possible`: the instruction succeeds at first, but every run that reaches it finally halts there. */
  readonly isCertain?: boolean;
  /** The write operand that the failing content comes from, if it is exactly one. */
  readonly cause?: Pick<RelatedPlace, "index" | "position">;
  /** Reported instead of the finding if the macro belongs to a library. */
  readonly argument?: PassedArgument;
}
