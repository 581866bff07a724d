/** What the second thread of `placing.ts` starts. */

import { run } from "./bundles.ts";

run("placer");
