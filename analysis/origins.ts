/**
 * Where the content of a cell can come from: the write operands that can have put it there. An origin is a number: zero
 * for a cell that was never written, above zero one write, below zero a set of them in this table.
 */

/** Zero, a write (one plus its operand's number in `Code`), or a set (below zero). */
export type Origin = number;

export const UNWRITTEN: Origin = 0;

/** More writes than are told apart. */
export const MANY: Origin = -1;

/** The most writes that are told apart. */
const LIMIT = 8;

export class Origins {
  /** Told about writes that are part of a set which becomes {@link MANY}. */
  onOverflow: (origin: Origin) => void = () => undefined;
  private readonly sets: (readonly Origin[])[] = [[]];
  private readonly ids = new Map<string, Origin>();
  private readonly joined = new Map<number, Origin>();

  /** Ascending; zero among them where the cell may be one that was never written. None of {@link MANY}. */
  members(origin: Origin): readonly Origin[] {
    return origin >= 0 ? [origin] : this.sets[-1 - origin];
  }

  /** False where there are more writes than the members. */
  complete(origin: Origin): boolean {
    return origin !== MANY;
  }

  join(a: Origin, b: Origin): Origin {
    if (a === b) return a;
    if (a === MANY || b === MANY) {
      this.onOverflow(a === MANY ? b : a);
      return MANY;
    }
    // Origins are small integers of either sign, so that two of them fit one number.
    const key = a < b ? a * 2 ** 26 + b : b * 2 ** 26 + a;
    let id = this.joined.get(key);
    if (id === undefined) this.joined.set(key, (id = this.union(a, b)));
    else if (id === MANY) {
      this.onOverflow(a);
      this.onOverflow(b);
    }
    return id;
  }

  private union(a: Origin, b: Origin): Origin {
    const members = merged(this.members(a), this.members(b));
    if (members.length > LIMIT) {
      for (const member of members) this.onOverflow(member);
      return MANY;
    }
    const key = members.join();
    let id = this.ids.get(key);
    if (id === undefined) {
      this.sets.push(members);
      this.ids.set(key, (id = -this.sets.length));
    }
    return id;
  }
}

/** Two ascending lists as one, each member once. */
function merged(a: readonly Origin[], b: readonly Origin[]): Origin[] {
  const all: Origin[] = [];
  let left = 0;
  let right = 0;
  while (left < a.length && right < b.length) {
    const first = a[left];
    const second = b[right];
    all.push(Math.min(first, second));
    if (first <= second) left++;
    if (second <= first) right++;
  }
  while (left < a.length) all.push(a[left++]);
  while (right < b.length) all.push(b[right++]);
  return all;
}
