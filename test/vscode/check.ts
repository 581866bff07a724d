/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** What was wrong; undefined where nothing was. */
  readonly error: string | undefined;
}
