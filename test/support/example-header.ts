/** One line of an example's header that says what the program does: see {@link parseRuns}. */
export interface ExampleRun {
  line: number;
  /** The line itself, without the comment sign. */
  text: string;
  /** Goes on in the state that the run before it left. */
  continues: boolean;
  isStaticCall: boolean;
  calldata: bigint[];
  expected:
    | { outcome: "return"; data: bigint[] }
    | { outcome: "revert"; data: bigint[] }
    | { outcome: "exceptional"; errorClass: string };
}

/**
 * The runs that the comments of a program promise:
 *
 *     ; Run: calldata 1, 2 -> returns 3
 *     ; Then: no calldata -> reverts with 4, 0x2a
 *     ; Run: static calldata -1 -> halts StaticCallAlterationError
 *
 * `Then` goes on in the state of the run above it; no data is `returns nothing`; -1 is the field p - 1. A line that
 * starts like a run and can't be read as one is an error, not a comment.
 */
export function parseRuns(source: string): ExampleRun[] {
  return source
    .split(/\r?\n/)
    .flatMap((text, i) => (/^;\s*(Run|Then)\b/.test(text) ? [parseRun(text, i + 1)] : []));
}

const modulus = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

const shape =
  /^; (?<start>Run|Then): (?<isStatic>static )?(?:calldata (?<calldata>.+)|no calldata) -> (?:returns (?<returned>.+)|reverts with (?<reverted>.+)|halts (?<errorClass>\w+Error))$/;

function parseRun(text: string, line: number): ExampleRun {
  const groups = shape.exec(text)?.groups as Record<string, string | undefined> | undefined;
  if (groups === undefined)
    throw new Error(`line ${line} should say what a run does, but can't be read: ${text}`);
  const { start, isStatic, calldata, returned, reverted, errorClass } = groups;
  return {
    line,
    text: text.slice(2),
    continues: start === "Then",
    isStaticCall: isStatic !== undefined,
    calldata: calldata === undefined ? [] : fields(calldata, line),
    expected:
      returned !== undefined
        ? { outcome: "return", data: data(returned, line) }
        : reverted !== undefined
          ? { outcome: "revert", data: data(reverted, line) }
          : { outcome: "exceptional", errorClass: errorClass! },
  };
}

function data(text: string, line: number): bigint[] {
  return text === "nothing" ? [] : fields(text, line);
}

function fields(list: string, line: number): bigint[] {
  return list.split(", ").map((text) => {
    if (!/^(-?[0-9]+|0x[0-9a-f]+)$/.test(text)) throw new Error(`line ${line}: ${text} is not a field`);
    const value = BigInt(text);
    return value < 0n ? modulus + value : value;
  });
}
