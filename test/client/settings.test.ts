import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { DEFAULT_SETTINGS } from "../../server/documents/settings.ts";

// What the extension's manifest offers has to be what the server reads, with the same defaults.

const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../package.json"), "utf8"));
const properties: Record<string, { default: unknown }> = manifest.contributes.configuration.properties;

describe("the extension's settings", () => {
  it("are those of the server, and the trace of the client", () => {
    const offered = Object.entries(properties)
      .filter(([name]) => name !== "avm.trace.server")
      .map(([name, property]): [string, unknown] => [name.replace("avm.", ""), property.default]);
    assert.deepEqual(Object.fromEntries(offered), flat(DEFAULT_SETTINGS));
  });
});

/** `{ a: { b: 1 } }` as `{ "a.b": 1 }`. */
function flat(settings: object, prefix = ""): Record<string, unknown> {
  const entries = Object.entries(settings).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "object" && value !== null && Object.keys(value).length > 0
      ? Object.entries(flat(value, `${prefix}${name}.`))
      : [[`${prefix}${name}`, value] as [string, unknown]],
  );
  return Object.fromEntries(entries);
}
