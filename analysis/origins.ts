/**
 * Where the content of a cell can come from: the write operands that can have put it there. An origin is a number: zero
 * for a cell that was never written, above zero one write, below zero a set of them in this table.
 */

/** Zero, a write (one plus its operand's number in `Code`), or a set (below zero). */
export type Origin = number;

export const UNWRITTEN: Origin = 0;

/** The most writes that are told apart; beyond that a set only says that there are more. */
const LIMIT = 12;

export class Origins {
  private readonly sets: { readonly members: readonly Origin[]; readonly complete: boolean }[] = [];
  private readonly ids = new Map<string, Origin>();
  private readonly joined = new Map<number, Map<number, Origin>>();

  /** Ascending; zero among them where the cell may be one that was never written. */
  members(origin: Origin): readonly Origin[] {
    return origin >= 0 ? [origin] : this.sets[-1 - origin].members;
  }

  /** False where there are more writes than the members. */
  complete(origin: Origin): boolean {
    return origin >= 0 || this.sets[-1 - origin].complete;
  }

  join(a: Origin, b: Origin): Origin {
    if (a === b) return a;
    const [low, high] = a < b ? [a, b] : [b, a];
    let row = this.joined.get(low);
    if (!row) this.joined.set(low, (row = new Map()));
    let id = row.get(high);
    if (id === undefined) row.set(high, (id = this.union(low, high)));
    return id;
  }

  private union(a: Origin, b: Origin): Origin {
    const members = [...new Set([...this.members(a), ...this.members(b)])].sort((x, y) => x - y);
    const complete = this.complete(a) && this.complete(b) && members.length <= LIMIT;
    members.length = Math.min(members.length, LIMIT);
    const key = `${complete}:${members.join()}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      this.sets.push({ members, complete });
      this.ids.set(key, (id = -this.sets.length));
    }
    return id;
  }
}
