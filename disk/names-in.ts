/** Lists a folder, for the suggestions of the command and the language server. */

import { opendirSync } from "node:fs";

/** Entries that are looked at in one folder. */
const MAX_ENTRIES = 2_000;

/** The names of what is in a folder, those of folders with a slash at their ends; none if it can't be read. */
export function namesIn(folder: string): string[] {
  const names: string[] = [];
  try {
    const entries = opendirSync(folder);
    try {
      for (let read = 0; read < MAX_ENTRIES; read++) {
        const entry = entries.readSync();
        if (!entry) break;
        if (entry.isFile() || entry.isSymbolicLink()) names.push(entry.name);
        else if (entry.isDirectory()) names.push(`${entry.name}/`);
      }
    } finally {
      entries.closeSync();
    }
  } catch {
    return [];
  }
  return names;
}
