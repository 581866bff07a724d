/** Renders test results as text, TAP, JUnit XML or JSON. */

import type { TestFailure, TestResult } from "../../running/test-run.ts";
import type { Diagnostic, Location } from "../../diagnostics/diagnostic.ts";
import type { Style } from "../terminal/style.ts";
import { printable, printableJson, printableLine } from "../terminal/text.ts";
import { MAX_NOTES, renderAt, type Sources } from "./text.ts";

export const TEST_FORMATS = ["text", "tap", "junit", "json"] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

/** A source file with the results of its tests. */
export interface TestedFile {
  readonly file: string;
  readonly sources: Sources;
  readonly tests: readonly TestResult[];
}

/** A file whose tests didn't run. */
export interface NotTested {
  readonly file: string;
  /** Why: a clause without a full stop. */
  readonly message: string;
  /** The errors in the file, if it was read. */
  readonly errors: readonly Diagnostic[];
}

export interface TestReport {
  readonly tested: readonly TestedFile[];
  readonly notTested: readonly NotTested[];
}

export function reportTests(format: TestFormat, report: TestReport, style: Style): string {
  switch (format) {
    case "text":
      return asText(report, style);
    case "tap":
      return asTap(report);
    case "junit":
      return asJunit(report);
    case "json":
      return asJson(report);
  }
}

function asText({ tested, notTested }: TestReport, style: Style): string {
  const lines: string[] = [];
  for (const { file, sources, tests } of tested) {
    lines.push(style("bold", printable(file)));
    for (const { name, failures } of tests) {
      const mark = failures.length === 0 ? style("green", "ok  ") : style(["bold", "red"], "FAIL");
      lines.push(`  ${mark} ${printableLine(name)}`);
    }
    for (const { name, failures } of tests) {
      for (const failure of failures) lines.push("", ...renderFailure(name, failure, sources, style));
    }
    if (tests.some(({ failures }) => failures.length > 0)) lines.push("");
  }
  const all = tested.flatMap(({ tests }) => tests);
  if (all.length === 0) return "";
  const failed = all.filter(({ failures }) => failures.length > 0).length;
  const passed = all.length - failed;
  const parts = [`${passed} passed`];
  if (failed > 0) parts.unshift(`${failed} failed`);
  if (notTested.length > 0)
    parts.push(`the tests of ${notTested.length} ${notTested.length === 1 ? "file" : "files"} didn't run`);
  lines.push(style(["bold", parts.length === 1 ? "green" : "red"], parts.join(", ")));
  return `${lines.join("\n")}\n`;
}

/** Renders a failed test like a diagnostic: at the expectation, with the place where the run differed. */
function renderFailure(
  name: string,
  { message, location, related }: TestFailure,
  sources: Sources,
  style: Style,
): string[] {
  const lines = renderAt(location, "failed", `${printableLine(name)}: ${message}`, "red", sources, style);
  for (const place of related.slice(0, MAX_NOTES)) {
    lines.push(...renderAt(place, "note", place.message, "cyan", sources, style));
  }
  if (related.length > MAX_NOTES) lines.push(`… and ${related.length - MAX_NOTES} more places`);
  return lines;
}

/** Renders TAP version 14: https://testanything.org. */
function asTap({ tested, notTested }: TestReport): string {
  const all = tested.flatMap(({ file, tests }) => tests.map((test) => ({ file, test })));
  const lines = ["TAP version 14", `1..${all.length + notTested.length}`];
  for (const [index, { file, test }] of all.entries()) {
    const ok = test.failures.length === 0 ? "ok" : "not ok";
    lines.push(`${ok} ${index + 1} - ${tapName(`${file}: ${test.name}`)}`);
    if (test.failures.length === 0) continue;
    lines.push("  ---");
    for (const [number, { message, expected, found, location }] of test.failures.entries()) {
      const suffix = number === 0 ? "" : `_${number + 1}`;
      // A JSON string is also a YAML string.
      lines.push(
        `  message${suffix}: ${JSON.stringify(printable(message))}`,
        `  expected${suffix}: ${JSON.stringify(printable(expected))}`,
        `  actual${suffix}: ${JSON.stringify(printable(found))}`,
        `  at${suffix}: ${JSON.stringify(printable(`${location.source}:${location.span.line + 1}`))}`,
      );
    }
    lines.push("  ...");
  }
  for (const [index, { file, message, errors }] of notTested.entries()) {
    lines.push(`not ok ${all.length + index + 1} - ${tapName(`${file}: ${message}`)}`);
    if (errors.length === 0) continue;
    lines.push("  ---", "  errors:");
    for (const error of errors) lines.push(`    - ${JSON.stringify(printable(placed(error)))}`);
    lines.push("  ...");
  }
  return `${lines.join("\n")}\n`;
}

function tapName(name: string): string {
  return printable(name.replace(/[\n\r]/g, " ")).replace(/([\\#])/g, "\\$1");
}

function placed({ source, span, message }: Location & { readonly message: string }): string {
  return `${source}:${span.line + 1}:${span.start + 1}: ${message}`;
}

function asJunit({ tested, notTested }: TestReport): string {
  const all = tested.flatMap(({ tests }) => tests);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${countsOf(all, notTested.length)}>`,
    ...tested.flatMap(({ file, tests }) => [
      `  <testsuite name="${xml(file)}" ${countsOf(tests)}>`,
      ...tests.flatMap((test) => junitCase(file, test)),
      "  </testsuite>",
    ]),
    ...notTested.flatMap(({ file, message, errors }) => [
      `  <testsuite name="${xml(file)}" ${countsOf([], 1)}>`,
      `    <testcase name="${xml(file)}" classname="${xml(file)}" file="${xml(file)}" time="0.000">`,
      `      <error message="${xml(message)}">${xml(errors.map(placed).join("\n"))}</error>`,
      "    </testcase>",
      "  </testsuite>",
    ]),
    "</testsuites>",
  ];
  return `${lines.join("\n")}\n`;
}

function countsOf(tests: readonly TestResult[], errors = 0): string {
  const failures = tests.filter((test) => test.failures.length > 0).length;
  const seconds = tests.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  return `tests="${tests.length + errors}" failures="${failures}" errors="${errors}" time="${seconds.toFixed(3)}"`;
}

function junitCase(file: string, { name, location, failures, durationMs }: TestResult): string[] {
  const head = `    <testcase name="${xml(name)}" classname="${xml(file)}" file="${xml(location.source)}" line="${location.span.line + 1}" time="${(durationMs / 1000).toFixed(3)}"`;
  if (failures.length === 0) return [`${head}/>`];
  return [
    `${head}>`,
    ...failures.map(({ message, location: at, related }) => {
      const places = [{ ...at, message }, ...related].map(placed);
      return `      <failure message="${xml(message)}">${xml(places.join("\n"))}</failure>`;
    }),
    "    </testcase>",
  ];
}

const XML_ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

function xml(text: string): string {
  return printable(text).replace(/[&<>"\n\t]/g, (character) => XML_ESCAPES[character]);
}

/** Renders JSON by docs/schema/test.schema.json. */
function asJson({ tested, notTested }: TestReport): string {
  const tests = tested.flatMap(({ file, tests }) =>
    tests.map(({ name, location, failures, gas, steps }) => ({
      file,
      line: location.span.line + 1,
      name,
      status: failures.length === 0 ? "passed" : "failed",
      gas: { l2: gas.l2, da: gas.da },
      steps,
      failures: failures.map(({ message, expected, found, location: at, related }) => ({
        message,
        expected,
        found,
        ...placeOf(at),
        related: related.map((place) => ({ ...placeOf(place), message: place.message })),
      })),
    })),
  );
  const failed = tests.filter(({ status }) => status === "failed").length;
  const notRun = notTested.map(({ file, message, errors }) => ({
    file,
    message,
    errors: errors.map((error) => ({ ...placeOf(error), code: error.code, message: error.message })),
  }));
  return `${printableJson({ passed: tests.length - failed, failed, tests, notRun }, 2)}\n`;
}

function placeOf({ source, span }: Location): { file: string; line: number; column: number } {
  return { file: source, line: span.line + 1, column: span.start + 1 };
}
