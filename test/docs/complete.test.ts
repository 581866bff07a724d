/**
 * Nothing that a user can write, set or send is undocumented, and nothing is documented that there isn't: lists from the code
 * against the tables of the pages. What is generated from the code (commands with their options, the grammar, the
 * instructions) is held by `npm run generate:check`; the fields of JSON by schemas.test.ts; diagnostics by
 * test/cli/diagnostics-pages.test.ts.
 */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { BUILTINS } from "../../assembler/expressions/builtins.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { DIRECTIVES } from "../../grammar/directives.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { COMMANDS } from "../../scripts/generate/command-reference.ts";
import { readSchema } from "../../scripts/generate/json-reference.ts";
import { DEFAULT_SETTINGS } from "../../server/documents/settings.ts";
import { KINDS } from "../../server/features/code-action.ts";
import { avmasm, root } from "../support/command.ts";

const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const manifest = JSON.parse(read("package.json")) as {
  contributes: {
    commands: { title: string; category: string }[];
    configuration: { properties: Record<string, unknown> };
    taskDefinitions: { properties: Record<string, unknown> }[];
    debuggers: { configurationAttributes: { launch: { properties: Record<string, unknown> } } }[];
  };
  scripts: Record<string, string>;
};

/** The text of a page from a heading to the next one of the same or a higher level. */
function section(page: string, heading: string): string {
  const text = read(page);
  const start = text.indexOf(`\n${heading}\n`);
  assert.ok(start >= 0, `${page} has no ${heading}`);
  const level = heading.indexOf(" ");
  const rest = text.slice(start + heading.length + 2);
  const end = new RegExp(`^#{1,${level}} `, "m").exec(rest)?.index;
  return rest.slice(0, end);
}

/** The first cells of the tables in a text. */
function cells(text: string): string[] {
  const rows = [...text.matchAll(/^\| (.*?[^\\]) \|/gm)].map(([, cell]) => cell);
  return rows.filter((cell) => !cell.startsWith("---"));
}

/** All that is code in the first cells of the tables in a text. */
function named(text: string): string[] {
  return cells(text).flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code));
}

/** Every match of a pattern's first group in the sources of some folders. */
function inSources(folders: readonly string[], pattern: RegExp): Set<string> {
  const found = new Set<string>();
  for (const folder of folders) {
    for (const name of readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".ts")) continue;
      for (const [, match] of read(path.join(folder, name)).matchAll(pattern)) found.add(match);
    }
  }
  return found;
}

/** Both lists hold the same, in whatever order. */
function same(documented: Iterable<string>, real: Iterable<string>): void {
  assert.deepEqual([...new Set(documented)].sort(), [...new Set(real)].sort());
}

/** The keys of nested objects, joined by dots. */
function keysOf(value: object, before = ""): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "object" && inner !== null && Object.keys(inner as object).length > 0
      ? keysOf(inner as object, `${before}${key}.`)
      : [before + key],
  );
}

describe("the documentation lists all of these, and no others:", function () {
  this.timeout(60_000);

  it("commands", () => {
    const listed = [...avmasm(["--help"]).stdout.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, name]) => name);
    const documented = [...section("docs/command.md", "## The commands").matchAll(/^### (.*)$/gm)];
    same(
      documented.map(([, name]) => name),
      listed,
    );
    same(COMMANDS.keys(), listed);
  });

  it("options that pages name", () => {
    const options = new Set(["help", "version"]);
    for (const { options: own } of COMMANDS.values()) for (const name of Object.keys(own)) options.add(name);
    for (const page of [
      "README.md",
      "docs/language.md",
      "docs/running.md",
      "docs/ci.md",
      "docs/contracts.md",
      "docs/convert.md",
      "docs/command.md",
    ]) {
      for (const [text, name] of read(page).matchAll(/`(?:avmasm [^`]*)?--([a-z][a-z-]+)/g)) {
        // The options of other commands' tools aren't ours.
        if (!text.includes("npm ")) assert.ok(options.has(name), `${page}: --${name}`);
      }
    }
  });

  it("exit statuses", () => {
    const type = /export type ExitStatus = ([0-9 |]+);/.exec(read("cli/command.ts"))![1];
    same(cells(section("docs/command.md", "## Exit status")).slice(1), type.split(" | "));
  });

  it("environment variables", () => {
    const real = new Set([
      ...inSources(["cli", "server", "client", "disk"], /process\.env\.([A-Z_]+)/g),
      ...[...inSources(["cli"], /const \{ ([^}]*) \} = process\.env/g)].flatMap(
        (list) => list.match(/[A-Z_]{2,}/g) ?? [],
      ),
    ]);
    same(named(section("docs/command.md", "## Environment variables")), real);
  });

  it("settings of VS Code", () => {
    same(
      named(section("docs/vscode.md", "## Settings")),
      Object.keys(manifest.contributes.configuration.properties),
    );
  });

  it("settings of the server", () => {
    same(named(section("docs/server.md", "## Settings")), keysOf(DEFAULT_SETTINGS));
    // An editor's settings are the server's, but for the one that the client reads itself.
    const ours = Object.keys(manifest.contributes.configuration.properties).filter(
      (key) => key !== "avm.trace.server",
    );
    same(
      ours,
      keysOf(DEFAULT_SETTINGS).map((key) => `avm.${key}`),
    );
    const sample = /```json\n([^]*?)```/.exec(section("docs/editors.md", "## Settings"))![1];
    assert.deepEqual(JSON.parse(sample), DEFAULT_SETTINGS);
  });

  it("options of the server's first message", () => {
    const source = read("server/protocol/initialization.ts");
    const type = source.slice(source.indexOf("optionsIn"), source.indexOf("return (initializationOptions"));
    const real = [...type.matchAll(/readonly (\w+)\?/g)]
      .map(([, name]) => name)
      .filter((name) => name !== "avm");
    same(named(section("docs/server.md", "## First message")), real);
  });

  it("commands of VS Code", () => {
    const titles = manifest.contributes.commands.map(({ title, category }) => `${category}: ${title}`);
    same(cells(section("docs/vscode.md", "## Commands")).slice(1), titles);
  });

  it("fields of tasks", () => {
    const fields = Object.keys(manifest.contributes.taskDefinitions[0].properties);
    same(named(section("docs/vscode.md", "## Tasks")), fields);
  });

  it("keys of a launch", () => {
    const { launch } = manifest.contributes.debuggers[0].configurationAttributes;
    same(named(section("docs/debugging.md", "## In VS Code")), Object.keys(launch.properties));
  });

  it("requests and notifications of our own", () => {
    const real = inSources(["server", "client"], /"(avm\/[A-Za-z]+)"/g);
    const documented = [
      ...named(section("docs/server.md", "## Requests")),
      ...named(section("docs/server.md", "## Notifications")),
    ];
    const ofDebugger = inSources(["debugger"], /"(avm\/[A-Za-z]+)"/g);
    same(
      documented,
      [...real].filter((name) => !ofDebugger.has(name)),
    );
    for (const name of ofDebugger) assert.ok(read("docs/debugging.md").includes(`\`${name}\``), name);
  });

  it("methods that the server answers", () => {
    const source = readdirSync(path.join(root, "server/protocol"))
      .filter((file) => file !== "semantic-tokens.ts")
      .map((file) => read(`server/protocol/${file}`))
      .join("\n");
    const handlers = [
      ...source.matchAll(/connection\.(?:languages\.|workspace\.)?(?:(\w+)\.)?on([A-Z]\w*)?\(/g),
    ]
      .map(([, group = "", name = ""]) => `${group}${name}`.toLowerCase())
      .filter((name) => !/^(?:initialized?|shutdown|exit|request|notification|did)/.test(name));
    const documented = named(section("docs/server.md", "## What it answers"));
    const words = (method: string): string =>
      method
        .replace(/^(?:textDocument|workspace)\//, "")
        .replace("/", "")
        .toLowerCase();
    const known = documented.map(words);
    // Where the library names a method otherwise.
    const names: Record<string, string> = {
      renamerequest: "rename",
      completionresolve: "completionitemresolve",
      documentformatting: "formatting",
      documentrangeformatting: "rangeformatting",
      documentontypeformatting: "ontypeformatting",
      foldingranges: "foldingrange",
      selectionranges: "selectionrange",
      documentlinks: "documentlink",
      linkededitingrange: "linkededitingrange",
      workspacesymbol: "symbol",
      diagnostics: "diagnostic",
      diagnosticsworkspace: "diagnostic",
      callhierarchyprepare: "preparecallhierarchy",
      callhierarchyincomingcalls: "callhierarchyincomingcalls",
      callhierarchyoutgoingcalls: "callhierarchyoutgoingcalls",
    };
    assert.ok(handlers.length > 25, String(handlers.length));
    for (const handler of handlers) assert.ok(known.includes(names[handler] ?? handler), handler);
    const answered = new Set(handlers.map((handler) => names[handler] ?? handler));
    for (const method of documented) {
      // Sent, or in files of their own.
      if (/publishDiagnostics|semanticTokens/.test(method)) continue;
      assert.ok(answered.has(words(method)), method);
    }
  });

  it("kinds of code actions", () => {
    same(named(section("docs/server.md", "## Code actions")), KINDS);
  });

  it("directives", () => {
    const text = read("docs/language.md")
      .replace(/<!-- claims[^]*?-->/g, "")
      .replace(/^```[^]*?^```/gm, "");
    const inText = [...text.matchAll(/`\.([a-z]+)\b/g)].map(([, name]) => name);
    // Local labels and endings of files that the text speaks of.
    const labels = ["name", "loop", "x", "avm", "git", "test"];
    for (const name of inText) assert.ok(name in DIRECTIVES || labels.includes(name), `.${name}`);
    for (const name of Object.keys(DIRECTIVES)) assert.ok(inText.includes(name), `.${name}`);
  });

  it("functions", () => {
    const documented = [
      ...cells(section("docs/language.md", "### Functions")).slice(1),
      ...cells(section("docs/language.md", "## Contracts")).slice(1),
    ];
    same(
      documented,
      Object.values(BUILTINS).map(({ usage }) => `\`${usage}\``),
    );
  });

  it("files and macros of the standard library", () => {
    const text = section("docs/language.md", "### The standard library");
    const files = readdirSync(path.join(root, "lib/std")).map((name) => `std/${name}`);
    same(named(text), files);
    const source = files.map((file) => `.include <${file}>\n`).join("");
    const { symbols } = assemble(parseSource("main.avm", source), { read: createIncludeReader("main.avm") });
    const macros = symbols
      .filter(({ kind, name }) => kind === "macro" && !/^std_/i.test(name))
      .map(({ name }) => name);
    const table = text.slice(text.indexOf("| file |"), text.indexOf("<!-- claims"));
    same(
      [...table.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name),
      macros,
    );
  });

  it("keys of a project", () => {
    const keys = Object.keys(readSchema("config").properties!).filter((key) => key !== "$schema");
    same(
      named(section("docs/language.md", "### The project's settings").split("<!-- claims")[0]).filter(
        (name) => keys.includes(name) || !/^(?:off|hint|warning|error)$/.test(name),
      ),
      keys,
    );
    const source = read("project/config.ts");
    const known = source.slice(
      source.indexOf("const KEYS"),
      source.indexOf("\n};", source.indexOf("const KEYS")),
    );
    same(
      Object.keys(readSchema("config").properties!),
      [...known.matchAll(/^ {2}(\$?\w+): /gm)].map(([, key]) => key),
    );
  });

  it("pages in the sidebar of the site", async () => {
    const config = path.join(root, "docs/.vitepress/config.mjs");
    const { GROUPS } = (await import(config)) as { GROUPS: Readonly<Record<string, readonly string[]>> };
    const pages = readdirSync(path.join(root, "docs")).filter((name) => /^(?!index).*\.md$/.test(name));
    same(
      Object.values(GROUPS).flat(),
      pages.map((name) => path.basename(name, ".md")),
    );
  });

  it("scripts of npm that pages name", () => {
    for (const page of [
      "README.md",
      "SECURITY.md",
      ...readdirSync(path.join(root, "docs")).map((name) => `docs/${name}`),
    ]) {
      if (!page.endsWith(".md")) continue;
      for (const [, name] of read(page).matchAll(/npm run ([a-z:]+)/g))
        assert.ok(name in manifest.scripts, `${page}: npm run ${name}`);
    }
  });
});
