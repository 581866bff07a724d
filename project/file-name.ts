/** The project's file by name, as messages have it. What is in it, `project/config.ts` reads. */

/** It is looked for beside a source file, and in the folders above. */
export const PROJECT_FILE = "avmasm.config.json";

/** Why a file isn't included that is somewhere else than a program's files may be. */
export const OUTSIDE = `it is outside of the project, and of the folders that \`include\` in ${PROJECT_FILE} names`;
