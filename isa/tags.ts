/**
 * The seven type tags of AVM memory, and sets of them.
 *
 * The position of a tag in {@link TAGS} is the byte that SET and CAST carry on the wire.
 */

export const TAGS = ["ff", "u1", "u8", "u16", "u32", "u64", "u128"] as const;
export type Tag = (typeof TAGS)[number];

/** Width of each tag in bits, by wire value. The field's modulus has 254 bits. */
export const TAG_BITS: readonly number[] = [254, 1, 8, 16, 32, 64, 128];

/** Modulus of the BN254 scalar field, the domain of `ff`. */
export const FIELD_MODULUS = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

/** Wire value of a tag. */
export function tagCode(tag: Tag): number {
  return TAGS.indexOf(tag);
}

/** The tag with this spelling in any case, or undefined. */
export function parseTag(text: string): Tag | undefined {
  const lower = text.toLowerCase();
  return (TAGS as readonly string[]).includes(lower) ? (lower as Tag) : undefined;
}

/** The tag that a wire byte stands for, or undefined for 7 and above. */
export function tagOfCode(code: number): Tag | undefined {
  return TAGS[code];
}

/** One past the largest value that a cell with this tag can hold. */
export function tagLimit(tag: Tag): bigint {
  return tag === "ff" ? FIELD_MODULUS : 1n << BigInt(TAG_BITS[tagCode(tag)]);
}

/**
 * What the AVM keeps of `value` under `tag`: the low bits for an integer tag, the residue for `ff`. Negative
 * values wrap in the field.
 */
export function truncate(value: bigint, tag: Tag): bigint {
  const limit = tagLimit(tag);
  const rest = value % limit;
  return rest < 0n ? rest + limit : rest;
}

/** A set of tags: bit `i` stands for `TAGS[i]`. */
export type TagSet = number;

export const NO_TAGS: TagSet = 0;
export const ALL_TAGS: TagSet = 0b111_1111;
export const INTEGRAL_TAGS: TagSet = ALL_TAGS & ~1;

/** The members of `set` in wire order. */
export function tagsOf(set: TagSet): Tag[] {
  return TAGS.filter((_, code) => set & (1 << code));
}
