/**
 * What the checks find in a program, by instruction and operand. `reports/diagnostics.ts` ties it to places in source
 * text.
 */

import type { DiagnosticCode } from "../diagnostics/diagnostic.ts";
import type { Tag } from "../isa/tags.ts";
import type { Frame } from "../program/source-locations.ts";
import type { Location } from "../diagnostics/diagnostic.ts";

/**
 * - `definite`: whatever gets there goes wrong.
 * - `possible`: some path that can't be excluded does.
 */
export type Verdict = "definite" | "possible";

/** A place that explains a finding. */
export interface RelatedPlace {
  /** Statement, or hidden instruction behind all statements. */
  readonly index: number;
  /** Operand in wire order; absent for the whole statement. */
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
  /** Write the absolute address `address` before it is read; the value is for the user to choose. */
  | { readonly kind: "write-first"; readonly address: number; readonly tag: Tag };

/** The argument of a macro that is at fault for a finding in the macro's body: the operand that a copy reads. */
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
  /** Statement, or hidden instruction behind all statements. */
  readonly index: number;
  /** Byte offset of the instruction. */
  readonly pc: number;
  /** Operand in wire order; absent for the whole statement. */
  readonly position?: number;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly FixIdea[];
  /** The place of the directive that the finding is about, if it is about one rather than an instruction. */
  readonly location?: Location;
  /** With `location`: the file or expansion that it is in. */
  readonly frame?: Frame;
  readonly unnecessary?: boolean;
  /** With a verdict of `possible`: some states pass, but every run that gets there halts there at last. */
  readonly isCertain?: boolean;
  /** The one write operand that the failure comes from, if there is but one. */
  readonly cause?: Pick<RelatedPlace, "index" | "position">;
  /** Told in place of the finding if the macro is a library's. */
  readonly argument?: PassedArgument;
}
