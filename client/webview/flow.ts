/** What of a routine is drawn: which blocks, and which of them as one. It knows nothing of a page. */

/** As much of a block as its place in the flow takes. */
export interface FlowBlock {
  readonly gas?: string;
  readonly reachable: boolean;
  readonly next?: number;
  readonly jump?: number;
}

/** Blocks that are drawn as one box, in the order in which control goes through them; as a rule just one. */
export type Chain = readonly number[];

export interface Edge {
  /** Indices of chains. */
  readonly from: number;
  readonly to: number;
  readonly kind: "next" | "jump";
}

/** Where control goes behind a block; twice to the same place counts as once. */
function successors({ next, jump }: FlowBlock): number[] {
  return [...new Set([next, jump])].filter((index) => index !== undefined);
}

/** The blocks that are at most so many edges away from one, in either direction, in the order of `inside`. */
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
 * Puts blocks together that control goes through one behind the other: the first has no other way out, the second no other
 * way in, and no call or dispatch enters it, as `entries` says.
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
  // What is left goes round in circles.
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

/** `18`, `1,200–1,300` and `5 or more` added up; undefined if one isn't known. */
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
