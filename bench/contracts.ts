/**
 * Benchmark of whole processes on real contracts: assembles the disassembler's source of each without and with the
 * checker.
 */

import path from "node:path";
import { CONTRACTS, contractSource } from "./contract-sources.ts";
import { WORK_FOLDER, runInTurns } from "./measure.ts";
import { ratio, times, type Options, type Section } from "./section.ts";
import { avmasm } from "./tools.ts";

/** Exit statuses that count as success: `check` ends with 1 for some contracts, whose unused code has errors. */
const CHECK_STATUSES = [0, 1];

export async function contracts({ quick, say }: Options): Promise<Section> {
  const rounds = quick ? 3 : 11;
  const rows: string[][] = [];
  const data: Record<string, unknown> = {};
  for (const contract of quick ? CONTRACTS.slice(0, 1) : CONTRACTS) {
    say(`${contract.contract}, ${rounds} rounds`);
    const { file, lines } = await contractSource(contract);
    const [plain, checked] = runInTurns(
      [
        avmasm("build", "--no-check", file, "-o", path.join(WORK_FOLDER, "contract.bin")),
        { ...avmasm("check", file), statuses: CHECK_STATUSES },
      ],
      rounds,
    );
    const name = `${contract.contract} ${contract.version}`;
    data[name] = { plain, checked };
    rows.push([
      name,
      lines.toLocaleString("en"),
      times(plain.wall),
      times(checked.wall),
      ratio(checked.wall.median / plain.wall.median),
      plain.cpu && checked.cpu ? ratio(checked.cpu.median / plain.cpu.median) : "",
    ]);
  }
  return {
    name: "contracts",
    title: "Real contracts",
    about:
      "Time of whole processes that assemble a contract without the checker, and that check it. The source is the output of `avmasm disasm`. " +
      "The last two columns divide the time of `check` by that of `build --no-check`: elapsed time, and processor time.",
    header: ["", "lines", "`build --no-check`", "`check`", "elapsed time", "processor time"],
    rows,
    data,
  };
}
