import { editRandomly } from "./random-edits.ts";

describe("random edits", () => {
  it("leave a session knowing what a fresh one knows", () => editRandomly(500, 20_261_127));
});
