/** Renders the outcome of a run: returned data or the reason of the failure, gas, side effects. */

import { shownOperand } from "../../isa/describe.ts";
import type { Failure, Outcome } from "../../machine/outcome.ts";
import { runReport, type EffectsReport } from "../../running/outcome-json.ts";
import type { Session } from "../../running/session.ts";
import { shownField, shownFields } from "../../running/values.ts";
import type { Style } from "../terminal/style.ts";
import { printable } from "../terminal/text.ts";
import { renderAt, type Sources } from "./text.ts";
import { grouped } from "../../program/grouped.ts";

/** Maximum number of stack frames to print. */
const MAX_FRAMES = 10;
/** Maximum number of side effects of each kind to print. */
const MAX_EFFECTS = 20;

export function renderOutcome(session: Session, outcome: Outcome, result: unknown, style: Style): string {
  const { kind, returnData, returnDataSize, gas, steps, debugLogs, failure, failedCall } = outcome;
  const lines: string[] = [];
  for (const { level, message, fields } of debugLogs) {
    const values = fields.length > 0 ? `  ${shownFields(fields)}` : "";
    lines.push(`${style("dim", `log ${level}`)}: ${printable(message)}${values}`);
  }
  if (kind === "return") {
    const decoded = result === undefined ? "" : `  ${printable(JSON.stringify(result))}`;
    lines.push(
      `${style(["bold", "green"], "returned")} ${shownFields(returnData, returnDataSize)}${decoded}`,
    );
    if (failedCall) lines.push(`  after ${renderNested(session, failedCall)}`);
  } else if (failure) lines.push(...renderFailure(session, failure, returnDataSize, style));
  const da = gas.da > 0 ? ` and ${grouped(gas.da)} DA` : "";
  lines.push(`gas: ${grouped(gas.l2)} L2${da}, in ${grouped(steps)} step${steps === 1 ? "" : "s"}`);
  lines.push(...renderEffects(runReport(session, outcome).effects));
  return `${lines.join("\n")}\n`;
}

/**
 * Renders why and where a call failed, in the checker's words, with the values of the operands.
 *
 * @param size the number of fields that a REVERT handed back
 */
function renderFailure(session: Session, failure: Failure, size: number, style: Style): string[] {
  const place = session.placesAt(failure.address)?.at(failure.pc);
  const isHalt = failure.kind === "halt";
  const revertMessage = isHalt ? undefined : session.revertMessage(failure);
  const data = `reverted with ${shownFields(failure.returnData, size)}`;
  const message = isHalt
    ? failure.message
    : revertMessage === undefined
      ? data
      : `${data}: "${revertMessage}"`;
  const label = isHalt ? `halt[${failure.code}]` : "revert";
  const lines = place
    ? renderAt(place.location, label, message, "red", sourcesOf(session), style)
    : [`${style(["bold", "red"], label)}: ${printable(message)} at pc ${failure.pc}`];
  for (const { message: how, source, span } of place?.around ?? []) {
    lines.push(`  ${printable(`${how}: ${source}:${span.line + 1}`)}`);
  }
  if (isHalt) {
    for (const { name, address, tag, value, isWritten } of failure.operands) {
      if (address === undefined || value === undefined || tag === undefined) continue;
      const never = isWritten ? "" : ", never written";
      lines.push(`  ${shownOperand({ name })}: M[${address}] = ${shownField(value)} : ${tag}${never}`);
    }
  }
  const { frames, more } = session.stackOf(failure, MAX_FRAMES);
  if (frames.length + more > 1 || !place) {
    for (const { routine, file, line, pc, address } of frames) {
      const where =
        file === undefined || line === undefined ? `pc ${pc} of ${shownAddress(address)}` : `${file}:${line}`;
      lines.push(`  in ${printable(routine)} (${printable(where)})`);
    }
    if (more > 0) lines.push(`  … and ${more} more calls`);
  }
  if (failure.cause) lines.push(`  after ${renderNested(session, failure.cause)}`);
  return lines;
}

/** Renders how a nested call failed. */
function renderNested(session: Session, failure: Failure): string {
  const place = session.placeOfNested(failure)?.location;
  const where = place ? `${place.source}:${place.span.line + 1}` : `pc ${failure.pc}`;
  return printable(
    `a call to ${shownAddress(failure.address)} ${session.describeFailure(failure)} (${where})`,
  );
}

function shownAddress(address: bigint): string {
  return `0x${address.toString(16)}`;
}

function sourcesOf(session: Session): Sources {
  return new Map(
    [...session.codes()].flatMap(([, { assembly }]) =>
      (assembly?.files ?? []).map((file) => [file.name, file] as const),
    ),
  );
}

function renderEffects({ storage, noteHashes, nullifiers, logs, messages }: EffectsReport): string[] {
  return [
    ...listed("storage", storage, ({ address, slot, value }) => `${address}[${slot}] = ${value}`),
    ...listed("note hash", noteHashes, ({ value }) => value),
    ...listed("nullifier", nullifiers, ({ value }) => value),
    ...listed("log", logs, ({ fields }) => fields.join(", ")),
    ...listed("message", messages, ({ recipient, content }) => `to ${recipient}: ${content}`),
  ];
}

function listed<Item>(name: string, items: readonly Item[], show: (item: Item) => string): string[] {
  const lines = items.slice(0, MAX_EFFECTS).map((item) => `${name}: ${show(item)}`);
  return items.length > MAX_EFFECTS ? [...lines, `… and ${items.length - MAX_EFFECTS} more`] : lines;
}
