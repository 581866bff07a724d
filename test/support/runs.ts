/** How often a property is tried: `FUZZ=20` makes it twenty times as often. */
export function fuzz(runs: number): number {
  return runs * Math.max(1, Number(process.env.FUZZ ?? 1));
}
