/** The differences of 5.0 to 5.2 from v6. */

import type { Overlay } from "../overlay.ts";
import type { Gas } from "../types.ts";

/** The gas of the bitwise instructions depends on the size of their operands' tag. */
const BITWISE: Gas = { l2: 12, dynamic: { l2: 3, per: { tagBytes: "aOffset" } } };

export const v5 = () =>
  ({
    AND: { gas: BITWISE },
    OR: { gas: BITWISE },
    XOR: { gas: BITWISE },
  }) as const satisfies Overlay;
