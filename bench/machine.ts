/** What the figures were measured on. */

import os from "node:os";

export interface Machine {
  readonly processor: string;
  readonly processors: number;
  /** GiB. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run at the end of the benchmark: far above one, the machine was busy with other things. */
  readonly load: number;
}

export function machine(): Machine {
  const processors = os.cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    processors: processors.length,
    memory: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release().split("-")[0]} ${os.arch()}`,
    node: process.versions.node,
    load: Number(os.loadavg()[0].toFixed(1)),
  };
}
