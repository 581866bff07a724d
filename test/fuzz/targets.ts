/** All fuzzing targets, by name. */

import { artifact } from "./artifact.ts";
import { bytecode } from "./bytecode.ts";
import { cache } from "./cache.ts";
import { command } from "./command.ts";
import { edits } from "./edits.ts";
import { line } from "./line.ts";
import { nesting } from "./nesting.ts";
import { server } from "./server.ts";
import { source } from "./source.ts";
import { straight } from "./straight.ts";
import type { FuzzTarget } from "./target.ts";
import { tree } from "./tree.ts";
import { workspace } from "./workspace.ts";

export const TARGETS: readonly FuzzTarget[] = [
  line,
  source,
  straight,
  bytecode,
  artifact,
  edits,
  server,
  command,
  tree,
  nesting,
  cache,
  workspace,
] as readonly FuzzTarget[];
