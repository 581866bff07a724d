/** Draws the chart of `docs/performance.md`: the time of whole processes by the number of statements. */

import type { Measured } from "./measure.ts";
import { time, type Section } from "./section.ts";

const WIDTH = 760;
const HEIGHT = 400;
const PLOT = { left: 70, right: 560, top: 50, bottom: 350 };
/**
 * Colours of the lines, ours first. Their labels stand at the lines' ends, so that they can be told apart without
 * colour.
 */
const COLOURS = ["#6d28d9", "#c026d3", "#2563eb", "#059669", "#d97706", "#dc2626", "#64748b", "#0891b2"];
/** The chart leaves out the jobs that no other assembler has. */
const isCompared = (name: string) => !/check$|disasm|tags|fmt/.test(name);

/** An SVG image of the section about whole processes. */
export function chart(section: Section): string {
  const data = section.data as Record<string, Record<string, Measured>>;
  const series = Object.entries(data)
    .filter(([name]) => isCompared(name))
    .map(([name, bySize]) => ({
      name,
      points: Object.entries(bySize).map(([size, { wall }]) => [Number(size), wall.median] as const),
    }))
    .filter(({ points }) => points.length > 0);
  const all = series.flatMap(({ points }) => points);
  const x = logScale(
    all.map(([size]) => size),
    PLOT.left,
    PLOT.right,
  );
  const y = logScale(
    all.map(([, wall]) => wall),
    PLOT.bottom,
    PLOT.top,
  );
  const parts: string[] = [];
  for (const size of powersOfTen(x)) {
    parts.push(line(x.at(size), PLOT.top, x.at(size), PLOT.bottom));
    parts.push(text(x.at(size), PLOT.bottom + 20, size.toLocaleString("en"), 'text-anchor="middle"'));
  }
  for (const wall of powersOfTen(y)) {
    parts.push(line(PLOT.left, y.at(wall), PLOT.right, y.at(wall)));
    parts.push(text(PLOT.left - 8, y.at(wall) + 4, time(wall), 'text-anchor="end"'));
  }
  const names = spreadOut(series.map(({ points }) => y.at(points.at(-1)![1])));
  for (const [index, { name, points }] of series.entries()) {
    const colour = COLOURS[index % COLOURS.length];
    const path = points.map(([size, wall]) => `${round(x.at(size))},${round(y.at(wall))}`).join(" ");
    const width = name.startsWith("avmasm") ? 3 : 1.5;
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${width}"/>`);
    for (const [size, wall] of points) {
      parts.push(`<circle cx="${round(x.at(size))}" cy="${round(y.at(wall))}" r="3" fill="${colour}"/>`);
    }
    parts.push(text(PLOT.right + 12, names[index] + 4, name, `fill="${colour}"`));
  }
  parts.push(
    text(
      PLOT.left,
      24,
      "Whole process by number of statements (both axes logarithmic)",
      'font-weight="bold"',
    ),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

interface Scale {
  readonly min: number;
  readonly max: number;
  readonly at: (value: number) => number;
}

function logScale(values: readonly number[], from: number, to: number): Scale {
  const min = Math.min(...values);
  const max = Math.max(...values);
  const span = Math.log(max / min) || 1;
  return { min, max, at: (value) => from + ((to - from) * Math.log(value / min)) / span };
}

function powersOfTen({ min, max }: Scale): number[] {
  const powers: number[] = [];
  for (let power = 10 ** Math.ceil(Math.log10(min)); power <= max; power *= 10) powers.push(power);
  return powers;
}

/** Moves overlapping labels apart. */
function spreadOut(positions: readonly number[]): number[] {
  const order = positions.map((_, index) => index).sort((a, b) => positions[a] - positions[b]);
  const moved = positions.slice();
  for (let index = 1; index < order.length; index++) {
    moved[order[index]] = Math.max(moved[order[index]], moved[order[index - 1]] + 15);
  }
  return moved;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#cbd5e1"/>`;
}

function text(x: number, y: number, content: string, attributes = ""): string {
  const fill = attributes.includes("fill=") ? "" : ' fill="#334155"';
  return `<text x="${round(x)}" y="${round(y)}"${fill} ${attributes}>${content}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
