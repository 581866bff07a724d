/** Describes the computer that the benchmarks ran on. */

import os from "node:os";

export interface Machine {
  readonly processor: string;
  readonly processors: number;
  /** In GiB. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  /** Load average at the end of the benchmark; if it is far above one, other programs were running. */
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
