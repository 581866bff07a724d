import { fuzz } from "../support/runs.ts";
import { editRandomly } from "./random-edits.ts";
import { editSharedFiles } from "./shared-edits.ts";

describe("random edits", () => {
  it("leave a session knowing what a fresh one knows", () => editRandomly(500, 20_261_127));
  it("of files that include each other do so, too: open, closed, and changed on disk", () =>
    editSharedFiles(fuzz(40), 1));
});
