/** How many instructions the tests of one run may execute together, so that endless programs come to an end. */

/** The number for every run. */
export const MAX_TEST_STEPS = 20_000_000;
/** The number that each test adds; most calls of contracts take fewer. */
export const STEPS_PER_TEST = 50_000;

/** Counts the instructions that the tests of one run execute together. */
export class StepBudget {
  /** The number that the user chose. */
  private readonly given: number | undefined;
  /** The largest number that a project of the tests chose. */
  private ofProject: number | undefined;
  /** The bound if neither the user nor a project chose one. */
  private usual = MAX_TEST_STEPS;
  private used = 0;

  constructor(given?: number) {
    this.given = given;
  }

  /** Adds the share of tests that will run. */
  addTests(count: number, { maxSteps }: { readonly maxSteps?: number | undefined } = {}): void {
    this.usual += count * STEPS_PER_TEST;
    if (maxSteps !== undefined) this.ofProject = Math.max(this.ofProject ?? 0, maxSteps);
  }

  use(steps: number): void {
    this.used += steps;
  }

  get most(): number {
    return this.given ?? this.ofProject ?? this.usual;
  }

  get isSpent(): boolean {
    return this.used >= this.most;
  }
}
