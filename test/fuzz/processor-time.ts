/** Processor time of processes, in seconds, where the system has `/proc`; 0 elsewhere. */

import { readFileSync } from "node:fs";

/** What a process has used itself. */
export function processorTime(pid: number): number {
  return ticks(`/proc/${pid}/stat`, 11);
}

/** What the ended child processes of this process have used, with their own children. */
export function processorTimeOfChildren(): number {
  return ticks("/proc/self/stat", 13);
}

/** The sum of a field, time in the program, and the field behind it, time in the system. */
function ticks(file: string, field: number): number {
  try {
    // The fields are counted from the name's end, because the name may have blanks.
    const fields = readFileSync(file, "utf8").split(") ")[1].split(" ");
    return (Number(fields[field]) + Number(fields[field + 1])) / 100;
  } catch {
    return 0;
  }
}
