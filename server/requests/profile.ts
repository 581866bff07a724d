/** `avm/profile`: runs a program, and returns its gas as a profile that editors and browsers show as a flame graph. */

import type { Paused } from "../../program/cooperative.ts";
import { GasProfile } from "../../running/gas-profile.ts";
import { runnableAssembly } from "../../running/runnable.ts";
import { finished, refusal, Session } from "../../running/session.ts";
import { parseField } from "../../running/values.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { assembled, type NotAssembled } from "./assembled.ts";

export interface ProfileParams {
  readonly textDocument: { readonly uri: string };
  /** Fields separated by commas. */
  readonly calldata?: string;
}

export interface Profile {
  /** JSON in the format `.cpuprofile`. */
  readonly profile: string;
  readonly outcome: "return" | "revert" | "halt";
  readonly gas: { readonly l2: number; readonly da: number };
}

export function* profileGas(snapshot: Snapshot, { calldata }: ProfileParams): Paused<Profile | NotAssembled> {
  const found = assembled(snapshot);
  if ("errors" in found) return found;
  const runnable = runnableAssembly(found.assembly, snapshot.files[0].uri);
  if ("error" in runnable) return { errors: [runnable.error] };
  const refused = refusal(runnable.target);
  if (refused !== undefined) return { errors: [refused] };
  const fields: bigint[] = [];
  const texts = typeof calldata === "string" && calldata.trim() !== "" ? calldata.split(",") : [];
  for (const text of texts) {
    const field = parseField(text);
    if (typeof field !== "bigint") return { errors: [`calldata: ${field.error}`] };
    fields.push(field);
  }
  const session = new Session(runnable.target);
  session.deploy(session.settings.address, runnable);
  const profile = new GasProfile(session);
  const outcome = yield* finished(session.calling(fields, false, session.settings.address, profile));
  if ("error" in outcome) return { errors: [outcome.error] };
  const { kind, gas } = outcome;
  return { profile: profile.cpuProfile(), outcome: kind, gas };
}
