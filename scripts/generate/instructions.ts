export function instructionReference(): string {
  return "x";
}
