/** Measures whether text is readable: its contrast with its background, as WCAG defines it. */

import { runInThisContext } from "node:vm";
import type { Locator } from "playwright-core";

interface Contrast {
  /** The beginning of the element's text. */
  readonly text: string;
  readonly contrast: number;
}

/** The contrast that WCAG's level AA requires of text. */
const MIN_CONTRAST = 4.5;

/**
 * A function that runs in the page: the contrast of each element that has text of its own. It mixes the colours on a
 * canvas, which accepts every notation of a colour. It is a string, because a compiled function would call helpers that
 * the page doesn't have.
 */
const CONTRASTS = `(elements) => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const mixed = (colors) => {
    pen.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
    }
    return pen.getImageData(0, 0, 1, 1).data;
  };
  const luminance = (rgb) => {
    const [r, g, b] = [...rgb].slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
  return elements.filter((element) => hasText(element) && element.getClientRects().length > 0).map((element) => {
    const behind = [];
    for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const back = mixed(["white", ...behind]);
    const front = mixed(["white", ...behind, getComputedStyle(element).color]);
    const [low, high] = [luminance(back), luminance(front)].sort((a, b) => a - b);
    return { text: element.textContent.trim().slice(0, 40), contrast: (high + 0.05) / (low + 0.05) };
  });
}`;

/** Fails if there is no element, or if the text of one has too little contrast. */
export async function assertReadable(elements: Locator, what: string): Promise<void> {
  const contrasts = runInThisContext(CONTRASTS) as (elements: unknown[]) => readonly Contrast[];
  const found = await elements.evaluateAll(contrasts);
  if (found.length === 0) throw new Error(`${what}: no text is shown`);
  const poor = found.filter(({ contrast }) => contrast < MIN_CONTRAST);
  const told = poor.map(({ text, contrast }) => `“${text}” ${contrast.toFixed(1)}`).join(", ");
  if (poor.length > 0) throw new Error(`${what}: too little contrast: ${told}`);
}
