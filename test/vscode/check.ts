/** The result of one check. */
export interface Check {
  readonly name: string;
  /** The error of a failed check; undefined if it passed. */
  readonly error: string | undefined;
}
