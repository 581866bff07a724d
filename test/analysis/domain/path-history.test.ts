import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { commonHistory, extendHistory, type PathHistory } from "../../../analysis/domain/state.ts";
import { randomNumbers } from "../../support/random.ts";

type Path = PathHistory | undefined;

function commonStepByStep(a: Path, b: Path): Path {
  const path = new Set<Path>();
  for (let one = a; one; one = one.parent) path.add(one);
  let common = b;
  while (common && !path.has(common)) common = common.parent;
  return common;
}

describe("the branches that two paths have in common", () => {
  it("equal those that a step-by-step search finds", () => {
    const random = randomNumbers(1);
    const paths: Path[] = [undefined];
    for (let count = 1; count <= 300; count++) {
      // Long chains, and forks of them anywhere.
      const parent = random.below(8) > 0 ? paths[count - 1] : paths[random.below(count)];
      paths.push(extendHistory(parent, { mark: count }, 1 / 2));
    }
    for (const a of paths) {
      for (const b of paths) assert.equal(commonHistory(a, b), commonStepByStep(a, b));
    }
  });

  it("are found in few steps, however long the paths are", () => {
    let long: Path;
    for (let count = 0; count < 100_000; count++) long = extendHistory(long, { mark: count }, 1 / 2);
    let steps = 0;
    for (let one = long; one; one = one.jump) steps++;
    assert.ok(steps < 40, `${steps} jumps`);
    assert.equal(commonHistory(long, undefined), undefined);
  });
});
