/** `avmasm run`: runs a program and prints its outcome. */

import { dirname, isAbsolute, relative } from "node:path";
import { conflictIn } from "../../running/call-settings.ts";
import { watchDeclaredTags } from "../../running/declared-tags.ts";
import { GasProfile } from "../../running/gas-profile.ts";
import { decodedResult, runReport } from "../../running/outcome-json.ts";
import { Session } from "../../running/session.ts";
import { together, Trace, traceLine } from "../../running/trace.ts";
import { writeWorld } from "../../running/world-file.ts";
import { applyOptions, calldataOf, FLAGS, isDeployed, readState, settingsGiven } from "../arguments/call.ts";
import { inputFiles, namesOf } from "../arguments/input-file.ts";
import { ALLOW_OUTSIDE, STDIN_NAME, TARGET, TEXT_OR_JSON } from "../arguments/options.ts";
import { Projects } from "../arguments/project.ts";
import { readRunnable } from "../arguments/runnable.ts";
import { CommandError, UsageError, defineCommand } from "../command.ts";
import { checkOutputs, print, writeOutput } from "../files/output.ts";
import { printDiagnostics } from "../reports/diagnostics.ts";
import { renderOutcome } from "../reports/outcome.ts";
import { styleFor } from "../terminal/style.ts";
import { printableJson } from "../terminal/text.ts";

export const command = defineCommand({
  description: [
    "Runs FILE on a machine that behaves exactly like Aztec's AVM, gas included. Prints what the program returned, the gas that it used and what it changed. If it didn't return, prints why, and at which instruction. FILE is a source, bytecode, or the artifact of a contract. If FILE is -, avmasm reads a source from standard input.",
    'The calldata is a list of fields (`--calldata 1,0x2a,-1`), or a function and its arguments. `--call "name(types)"` names the function by its signature. `--function NAME` names a function that the source or artifact declares. The arguments come last, after `--`, one for each parameter: a number, true or false, text, or JSON for arrays and structs.',
    "Errors of the checker are printed, but the program runs anyway. The exit status is 0 after a return, and 1 after a revert or a halt.",
  ],
  operands: { name: "FILE", min: 1, max: 1 },
  rest: "ARG...",
  options: {
    calldata: { type: "string", value: "V,...", summary: "the calldata, as fields" },
    call: {
      type: "string",
      value: '"name(types)"',
      summary: "the function to call, by its signature",
    },
    function: {
      type: "string",
      short: "f",
      value: "NAME",
      summary: "the function to call, by its name",
    },
    sender: { type: "string", value: "A", summary: "the address of the caller; 42 by default" },
    address: { type: "string", value: "A", summary: "the address of the program; 0x1234 by default" },
    static: { type: "boolean", summary: "make a static call, which may not change the state" },
    gas: { type: "string", value: "L2[,DA]", summary: "the gas limits; 6000000,196512 by default" },
    env: { type: "string", value: "NAME=V", multiple: true, summary: "the value of a member of GETENVVAR" },
    state: { type: "string", value: "WORLD.json", summary: "the world before the run; see docs/running.md" },
    "save-state": { type: "string", value: "OUT.json", summary: "write the world after the run" },
    trace: { type: "string", value: "FILE", summary: "write every step, as one JSON object per line" },
    profile: {
      type: "string",
      value: "FILE",
      summary: "write a gas profile: a .cpuprofile, or folded stacks for any other name",
    },
    format: TEXT_OR_JSON,
    target: TARGET,
    "stdin-name": STDIN_NAME,
    "allow-outside": ALLOW_OUTSIDE,
  },
  // In `run sum.avm 3 5` and `run sum.avm --calldata 3 5`, the user means the numbers as calldata.
  adviceOnExtra(extra, { calldata }) {
    const numbers = typeof calldata === "string" ? [calldata, ...extra] : extra;
    const areNumbers = numbers.every((text) =>
      /^-?(0x[0-9a-f]+|[0-9]+)(,-?(0x[0-9a-f]+|[0-9]+))*$/i.test(text),
    );
    return areNumbers ? `numbers are given as \`--calldata ${numbers.join(",")}\`` : undefined;
  },
  async run(operands, values, args) {
    const { target, trace, profile, format = "text", "save-state": saved } = values;
    const { "allow-outside": allowOutside, function: functionName } = values;
    const given = settingsGiven(values, args);
    const conflict = conflictIn(given, FLAGS);
    if (conflict !== undefined) throw new UsageError(conflict);
    const outputs = [trace, profile, saved].filter((name) => name !== undefined);
    const [file] = inputFiles(operands, values, [values.state]);
    const { state } = values;
    checkOutputs(outputs, [...namesOf([file]), ...(state === undefined || state === "-" ? [] : [state])]);
    const projects = new Projects({ allowOutside });
    const runnable = await readRunnable(file, projects, {
      target,
      ...(functionName !== undefined && { functionName }),
    });
    if (!runnable) return 1;
    const encoded = calldataOf(runnable, given);
    const session = new Session(runnable.target);
    if (values.state !== undefined) await readState(session, values.state, projects, runnable);
    applyOptions(session, given);
    const { address } = session.settings;
    if (!isDeployed(session, runnable)) session.deploy(address, runnable);
    const traced = new LongText();
    const gasProfile = profile === undefined ? undefined : new GasProfile(session);
    const { assembly } = runnable;
    const declared = watchDeclaredTags(runnable, (code) => session.runnableOf(code) === runnable);
    const observer = together([
      ...(declared ? [declared] : []),
      ...(trace === undefined ? [] : [new Trace(session, (step) => traced.add(traceLine(step)))]),
      ...(gasProfile ? [gasProfile] : []),
    ]);
    const outcome = session.call(encoded.calldata, values.static, address, observer);
    if ("error" in outcome)
      throw new CommandError(`\`${runnable.name}\` can't be run to its end: ${outcome.error} (\`--gas\`)`);
    const result = decodedResult(outcome, encoded.returns);
    printDiagnostics(declared?.take() ?? [], assembly?.files ?? []);
    if (trace !== undefined) await writeOutput(trace, traced.parts());
    if (profile !== undefined && gasProfile) {
      await writeOutput(
        profile,
        profile.endsWith(".cpuprofile") ? gasProfile.cpuProfile() : gasProfile.foldedStacks(),
      );
    }
    if (saved !== undefined) await writeOutput(saved, writeWorld(session, pathFrom(saved)));
    print(
      format === "json"
        ? `${printableJson(runReport(session, outcome, result), 2)}\n`
        : renderOutcome(session, outcome, result, styleFor("stdout")),
    );
    return outcome.kind === "return" ? 0 : 1;
  },
});

/** The largest size of a trace in bytes. The trace of a run that uses all gas of a transaction takes two thirds of it. */
export const MAX_TRACE_BYTES = 2 ** 28;

/** A text that consists of any number of lines. They are stored as bytes, because strings take several times the memory. */
class LongText {
  private readonly chunks: Buffer[] = [];
  private lines: string[] = [];
  private size = 0;

  add(line: string): void {
    if (this.lines.push(line) >= 10_000) this.flush();
  }

  parts(): readonly Uint8Array[] {
    this.flush();
    return this.chunks;
  }

  private flush(): void {
    const chunk = Buffer.from(this.lines.join(""));
    this.size += chunk.length;
    if (this.size > MAX_TRACE_BYTES) {
      const most = MAX_TRACE_BYTES / 2 ** 20;
      throw new CommandError(`the trace takes more than ${most} MiB; lower the limit of gas (\`--gas\`)`);
    }
    this.chunks.push(chunk);
    this.lines = [];
  }
}

/** Returns a function that makes the paths of programs relative to the folder of a world's file. */
function pathFrom(file: string): (name: string) => string {
  const folder = file === "-" ? "." : dirname(file);
  return (name) => (isAbsolute(name) ? name : relative(folder, name) || name);
}
