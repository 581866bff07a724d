/** The differences of 4.0 to 4.4 from v5. */

import { member, read, write } from "../operand-builders.ts";
import type { Overlay } from "../overlay.ts";
import { INSTANCE_MEMBERS } from "./v6.ts";

export const v4 = () =>
  ({
    CALLDATACOPY: { gas: { l2: 18, dynamic: { l2: 3, per: { cell: "copySizeOffset" } } } },
    RETURNDATACOPY: { gas: { l2: 18, dynamic: { l2: 3, per: { cell: "copySizeOffset" } } } },
    GETCONTRACTINSTANCE: {
      operands: [
        read("addressOffset", "ff"),
        write("dstOffset", { each: ["u1", "ff"] }, 2),
        member(
          "memberEnum",
          INSTANCE_MEMBERS.filter(({ name }) => name !== "IMMUTABLES_HASH"),
        ),
      ],
    },
    ECADD: {
      expression:
        "(M[dst], M[dst+1], M[dst+2]) = (M[p1X], M[p1Y], M[p1IsInfinite]) + (M[p2X], M[p2Y], M[p2IsInfinite])",
      operands: [
        read("p1XOffset", "ff"),
        read("p1YOffset", "ff"),
        read("p1IsInfiniteOffset", "u1"),
        read("p2XOffset", "ff"),
        read("p2YOffset", "ff"),
        read("p2IsInfiniteOffset", "u1"),
        write("dstOffset", { each: ["ff", "ff", "u1"] }, 3),
      ],
      gas: { l2: 270 },
      hazards: [
        {
          kind: "curve",
          points: [
            { x: "p1XOffset", y: "p1YOffset", isInfinite: "p1IsInfiniteOffset" },
            { x: "p2XOffset", y: "p2YOffset", isInfinite: "p2IsInfiniteOffset" },
          ],
        },
      ],
      notes: [
        "The curve is y^2 = x^3 - 17; a point at infinity has its flag set, and its coordinates aren't looked at.",
        "A point that isn't flagged and isn't on the curve halts.",
        "It writes three cells: x, y and the flag; infinity as 0, 0 and 1.",
      ],
    },
  }) as const satisfies Overlay;
