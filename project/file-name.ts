/** The project's file by name, as messages have it. What is in it, `project/config.ts` reads. */

/** It is looked for beside a source file, and in the folders above. */
export const PROJECT_FILE = "avmasm.config.json";
