/** Number of runs of a property: `FUZZ=20` multiplies it by twenty. */
export function fuzz(runs: number): number {
  return runs * Math.max(1, Number(process.env.FUZZ ?? 1));
}
