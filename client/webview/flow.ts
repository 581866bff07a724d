/**
 * Decides which blocks of a routine the control flow graph draws, and which of them as one box. Doesn't touch the page.
 */

/** The part of a block that its place in the flow depends on. */
export interface FlowBlock {
  readonly gas?: string;
  readonly reachable: boolean;
  readonly next?: number;
  readonly jump?: number;
}

/** Indices of blocks that are drawn as one box, in the order of execution; most boxes have one block. */
export type Chain = readonly number[];

export interface Edge {
  /** Indices into the list of chains. */
  readonly from: number;
  readonly to: number;
  readonly kind: "next" | "jump";
}

/** The blocks that control reaches directly from a block, each once. */
function successors({ next, jump }: FlowBlock): number[] {
  return [...new Set([next, jump])].filter((index) => index !== undefined);
}

/** The blocks within a distance of one block in edges, in either direction, in the order of `inside`. */
export function around(
  blocks: readonly FlowBlock[],
  inside: readonly number[],
  start: number,
  distance: number,
): number[] {
  const members = new Set(inside);
  const neighbours = new Map<number, Set<number>>(inside.map((index) => [index, new Set()]));
  for (const from of inside) {
    for (const to of successors(blocks[from])) {
      if (!members.has(to)) continue;
      neighbours.get(from)!.add(to);
      neighbours.get(to)!.add(from);
    }
  }
  const found = new Set([start]);
  let edge = [start];
  for (let step = 0; step < distance; step++) {
    edge = edge.flatMap((index) => [...(neighbours.get(index) ?? [])]).filter((index) => !found.has(index));
    for (const index of edge) found.add(index);
  }
  return inside.filter((index) => found.has(index));
}

/**
 * Joins blocks that always run one after the other: the first block has no other successor, the second no other
 * predecessor, and no call or dispatch enters it (`entries`).
 */
export function straightChains(
  blocks: readonly FlowBlock[],
  inside: readonly number[],
  entries: ReadonlySet<number>,
): Chain[] {
  const members = new Set(inside);
  const waysIn = new Map<number, number>();
  for (const block of blocks) {
    for (const to of successors(block)) waysIn.set(to, (waysIn.get(to) ?? 0) + 1);
  }
  const follower = new Map<number, number>();
  for (const from of inside) {
    const [to, ...others] = successors(blocks[from]);
    if (to === undefined || others.length > 0 || to === from || !members.has(to)) continue;
    const alike = blocks[from].reachable === blocks[to].reachable;
    if (alike && waysIn.get(to) === 1 && !entries.has(to)) follower.set(from, to);
  }
  const followers = new Set(follower.values());
  const chains: number[][] = [];
  const placed = new Set<number>();
  const follow = (first: number): void => {
    const chain: number[] = [];
    for (let at: number | undefined = first; at !== undefined && !placed.has(at); at = follower.get(at)) {
      placed.add(at);
      chain.push(at);
    }
    chains.push(chain);
  };
  for (const index of inside) if (!followers.has(index)) follow(index);
  // The remaining blocks form loops without an entry.
  for (const index of inside) if (!placed.has(index)) follow(index);
  return chains;
}

/** The edges between chains. */
export function edgesBetween(blocks: readonly FlowBlock[], chains: readonly Chain[]): Edge[] {
  const chainOf = new Map(chains.flatMap((chain, index) => chain.map((block) => [block, index] as const)));
  return chains.flatMap((chain, from): Edge[] => {
    const { next, jump } = blocks[chain[chain.length - 1]];
    const edges: Edge[] = [];
    for (const [kind, block] of [["next", next] as const, ["jump", jump] as const]) {
      const to = block === undefined ? undefined : chainOf.get(block);
      if (to !== undefined) edges.push({ from, to, kind });
    }
    return edges;
  });
}

/** The sum of gas texts such as `18`, `1,200–1,300` and `5 or more`; undefined if one of them is unknown. */
export function gasTogether(gas: readonly (string | undefined)[]): string | undefined {
  let low = 0;
  let high = 0;
  for (const text of gas) {
    const match = text === undefined ? null : /^([\d,]+)(?:–([\d,]+)|( or more))?$/.exec(text);
    if (!match) return undefined;
    const [, first, last, isOpen] = match;
    low += numberOf(first);
    high += isOpen ? Infinity : numberOf(last ?? first);
  }
  const shown = (value: number): string => value.toLocaleString("en");
  if (high === Infinity) return `${shown(low)} or more`;
  return low === high ? shown(low) : `${shown(low)}–${shown(high)}`;
}

function numberOf(text: string): number {
  return Number(text.replaceAll(",", ""));
}
