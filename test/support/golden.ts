import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const fixtures = path.resolve(import.meta.dirname, "../fixtures");

/**
 * Compares a text with a file below `test/fixtures`, and fails if they differ or the file is missing. `UPDATE_GOLDEN=1`
 * writes the file instead.
 */
export function assertGolden(file: string, actual: string): void {
  const golden = path.join(fixtures, file);
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(path.dirname(golden), { recursive: true });
    writeFileSync(golden, actual);
  }
  assert.ok(existsSync(golden), `test/fixtures/${file} is missing; UPDATE_GOLDEN=1 writes it`);
  assert.equal(actual, readFileSync(golden, "utf8"));
}
