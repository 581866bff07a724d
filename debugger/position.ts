/** The position of the debugger. */
export interface Position {
  readonly step: number;
  /** Number of innermost expansions, or inlined functions, that begin at this step and aren't entered yet. */
  readonly hidden: number;
}
