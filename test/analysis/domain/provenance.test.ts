import assert from "node:assert/strict";
import fc from "fast-check";
import { MANY, Origins } from "../../../analysis/domain/provenance.ts";
import { fuzz } from "../../support/runs.ts";

/** The most writes that are told apart. */
const LIMIT = 8;

describe("origins", () => {
  it("are joined as sets", () => {
    const joins = fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(joins, fc.integer({ min: 1, max: 40 }), (pairs, writes) => {
        const origins = new Origins();
        const overflown = new Set<number>();
        origins.onOverflow = (origin) => {
          for (const member of origins.members(origin)) overflown.add(member);
        };
        const lost = new Set<number>();
        const known: { origin: number; members: Set<number> | undefined }[] = [];
        for (let write = 0; write < writes; write++) known.push({ origin: write, members: new Set([write]) });
        for (const [a, b] of pairs) {
          const [first, second] = [known[a % known.length], known[b % known.length]];
          const all = first.members && second.members && new Set([...first.members, ...second.members]);
          const members = all && all.size <= LIMIT ? all : undefined;
          if (!members && first.origin !== second.origin) {
            for (const member of [...(first.members ?? []), ...(second.members ?? [])]) lost.add(member);
          }
          known.push({ origin: origins.join(first.origin, second.origin), members });
        }
        const byText = new Map<string, number>();
        for (const { origin, members } of known) {
          assert.equal(origins.complete(origin), members !== undefined);
          const sorted = [...(members ?? [])].sort((a, b) => a - b);
          assert.deepEqual(origins.members(origin), sorted);
          const marks = new Uint8Array(writes);
          origins.mark(origin, marks);
          assert.deepEqual(
            [...marks].flatMap((mark, write) => (mark === 1 ? [write] : [])),
            sorted,
          );
          // Equal sets have one number.
          const text = members ? sorted.join() : "many";
          assert.equal(byText.get(text) ?? origin, origin);
          byText.set(text, origin);
        }
        assert.equal(byText.get("many") ?? MANY, MANY);
        assert.deepEqual([...overflown].sort(), [...lost].sort());
      }),
      { numRuns: fuzz(200) },
    );
  });
});
