/**
 * Values and origins outside the tables of an analysis, so that another analysis can use them: a transcript has numbers of its own
 * for them. Its origins can be renumbered when an edit moves the instructions that they stand for.
 */

import { ASSUMED, MANY, type Origin } from "./provenance.ts";
import type { Tables } from "./tables.ts";
import { REGION, TOP, Values, type Value } from "./value.ts";

export class Transcript {
  private readonly values: Values;
  /** The members of the sets of origins. A set's number is -2 minus its index. */
  private readonly sets: (readonly Origin[])[];
  /** Cache: the last reader. */
  private known: { readonly tables: Tables; readonly reader: TranscriptReader } | undefined;

  constructor(values = new Values(), sets: (readonly Origin[])[] = []) {
    this.values = values;
    this.sets = sets;
  }

  /** Returns functions that write values and origins of an analysis into the transcript. */
  writer(tables: Tables): TranscriptWriter {
    return new TranscriptWriter(tables, this.values, (members) => -1 - this.sets.push(members));
  }

  /** Returns functions that read values and origins into the tables of another analysis. */
  reader(tables: Tables): TranscriptReader {
    if (this.known?.tables === tables) return this.known.reader;
    const reader = new TranscriptReader(tables, this.values, this.sets);
    // A reader makes the regions anew for each result that is read.
    if (!this.values.hasPlaces) this.known = { tables, reader };
    return reader;
  }

  /** The members of all sets of origins. */
  writes(): readonly Origin[] {
    return this.sets.flat();
  }

  /** The least number that a value of the transcript covers. */
  low(value: Value): number {
    return this.values.low(value);
  }

  /** The greatest number that a value of the transcript covers; Infinity if there is no bound. */
  high(value: Value): number {
    return this.values.high(value);
  }

  /** False if content with this origin of the transcript certainly depends on no repair. */
  mayBeAssumed(origin: Origin): boolean {
    if (origin >= 0) return origin === ASSUMED;
    return origin === MANY || this.sets[-2 - origin].includes(ASSUMED);
  }

  /** The transcript with other numbers of the writes in its sets; undefined if one of them doesn't exist any more. */
  renumbered(write: (origin: Origin) => Origin | undefined): Transcript | undefined {
    const sets: Origin[][] = [];
    for (const members of this.sets) {
      const mapped = members.map(write);
      if (!mapped.every((member) => member !== undefined)) return undefined;
      sets.push(mapped);
    }
    return new Transcript(this.values, sets);
  }
}

export class TranscriptWriter {
  private readonly tables: Tables;
  private readonly values: Values;
  private readonly addSet: (members: readonly Origin[]) => number;
  private readonly known = new Map<Value, Value>();
  private readonly knownOrigins = new Map<Origin, number>();
  private readonly regions = new Map<number, number>();

  constructor(tables: Tables, values: Values, addSet: (members: readonly Origin[]) => number) {
    this.tables = tables;
    this.values = values;
    this.addSet = addSet;
  }

  /** Writes the regions and names that some values are relative to. That must come before the values themselves. */
  writeRegions(lists: readonly Iterable<Value>[]): void {
    if (!this.tables.values.hasPlaces) return;
    const values = new Set<Value>();
    for (const list of lists) for (const value of list) if (value === value) values.add(value);
    const regions = new Set<number>();
    for (const value of values) for (const region of this.tables.values.regionsIn(value)) regions.add(region);
    for (const region of [...regions].sort((a, b) => a - b))
      this.regions.set(region, this.values.copyRegion(this.tables.values, region, this.regionOf));
  }

  readonly value = (value: Value): Value => {
    // Most values are constants.
    if (value >= TOP && value < REGION) return value;
    let known = this.known.get(value);
    if (known === undefined)
      this.known.set(value, (known = this.values.copy(this.tables.values, value, this.regionOf)));
    return known;
  };

  readonly origin = (origin: Origin): number => {
    if (origin >= 0 || origin === MANY) return origin;
    let known = this.knownOrigins.get(origin);
    if (known === undefined)
      this.knownOrigins.set(origin, (known = this.addSet(this.tables.origins.members(origin))));
    return known;
  };

  private readonly regionOf = (region: number): number => this.regions.get(region)!;
}

export class TranscriptReader {
  private readonly tables: Tables;
  private readonly values: Values;
  private readonly sets: readonly (readonly Origin[])[];
  /** By value that is an entry of the transcript's table, which are -2 and below. */
  private readonly known: (Value | undefined)[] = [];
  private readonly knownOrigins: (Origin | undefined)[] = [];
  /** By region of the transcript: its id in the tables. */
  private readonly regions: number[] = [0];

  constructor(tables: Tables, values: Values, sets: readonly (readonly Origin[])[]) {
    this.tables = tables;
    this.values = values;
    this.sets = sets;
  }

  /** Makes the regions and names of the transcript, in their order. That must come before values that are relative to them. */
  readRegions(): void {
    for (let region = 1; region <= this.values.madeRegions; region++)
      this.regions.push(this.tables.values.copyRegion(this.values, region, this.regionOf));
  }

  readonly value = (value: Value): Value => {
    // Most values are constants.
    if (value >= TOP && value < REGION) return value;
    if (value >= REGION) return this.tables.values.copy(this.values, value, this.regionOf);
    return (this.known[-2 - value] ??= this.tables.values.copy(this.values, value, this.regionOf));
  };

  readonly origin = (number: number): Origin => {
    if (number >= 0 || number === MANY) return number;
    const index = -2 - number;
    return (this.knownOrigins[index] ??= this.sets[index].reduce((sum, member) =>
      this.tables.origins.join(sum, member),
    ));
  };

  private readonly regionOf = (region: number): number => this.regions[region];
}
