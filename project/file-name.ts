/** The file name of a project's configuration. `project/config.ts` parses its content. */

/** The file is searched for in the folder of a source file, and in the folders above. */
export const PROJECT_FILE = "avmasm.config.json";
