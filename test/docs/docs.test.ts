import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { check } from "../../project/check.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { isDiagnosticCode } from "../../diagnostics/catalogue.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { DIRECTIVES } from "../../grammar/directives.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { parseTarget } from "../../isa/instruction-set.ts";
import { assemble, type Assembly } from "../../assembler/assemble.ts";
import { BUILTINS } from "../../assembler/expressions/builtins.ts";
import { encode } from "../../program/codec.ts";
import { HOLE } from "../../isa/hole.ts";
import { readProject } from "../../project/config.ts";
import { avmasm, root, temporaryFolder } from "../support/command.ts";
import { codeBlocks, type CodeBlock } from "../support/documentation.ts";

const PAGES = ["docs/language.md", "docs/tutorial.md", "docs/tag-inference.md"];

function optionsOf({ files, target }: CodeBlock) {
  const library = createIncludeReader("main.avm");
  return {
    target: target === undefined ? undefined : parseTarget(target),
    read: (request: Parameters<typeof library>[0]) => {
      if (request.standard) return library(request);
      const text = Object.hasOwn(files, request.path) ? files[request.path] : undefined;
      return text === undefined ? { error: "there is no such file" } : { name: request.path, text };
    },
  };
}

function assembled(block: CodeBlock): Assembly {
  const assembly = assemble(parseSource("main.avm", block.text), optionsOf(block));
  assert.deepEqual(
    assembly.diagnostics.filter(({ severity }) => severity !== "hint").map(({ message }) => message),
    [],
  );
  return assembly;
}

function checkErrors(block: CodeBlock, errors: readonly string[]): void {
  // What the checker says about the rest of a text that can't be assembled isn't what the page is about.
  const { assembly, diagnostics: all } = check(parseSource("main.avm", block.text), optionsOf(block));
  const diagnostics = hasErrors(assembly.diagnostics) ? assembly.diagnostics : all;
  const found = diagnostics.filter(({ severity }) => severity !== "hint").map(({ code }) => code);
  for (const code of errors) assert.ok(isDiagnosticCode(code), code);
  assert.deepEqual([...new Set(found)], errors);
}

/** The comments that are bytes, and the bytes of their lines. */
function checkBytes(block: CodeBlock): void {
  const { program } = assembled(block);
  const { lineOf } = program.origins!;
  const bytes = Buffer.from(encode(program));
  let compared = 0;
  for (const [number, line] of block.text.split("\n").entries()) {
    const comment = /; ((?:[0-9a-f]{2} )*[0-9a-f]{2})$/.exec(line);
    if (!comment) continue;
    const statement = Array.from(lineOf).indexOf(number);
    assert.ok(statement >= 0 && program.opcodes[statement] !== HOLE, line);
    const found = bytes.subarray(program.pcs[statement], program.pcs[statement + 1]);
    assert.equal(found.toString("hex").replace(/..(?=.)/g, "$& "), comment[1], line);
    compared++;
  }
  assert.notEqual(compared, 0);
}

/** What a reader sees who types the commands of a block, `…` standing for any lines. */
function checkConsole({ text, files }: CodeBlock): void {
  const folder = temporaryFolder(files);
  for (const part of text.split(/^\$ /m).slice(1)) {
    const [command, ...rest] = part.split("\n");
    const [name, ...args] = command.split(" ");
    assert.equal(name, "avmasm", command);
    const { stdout, stderr } = avmasm(args, { cwd: folder.path });
    const pattern = rest
      .join("\n")
      .trim()
      .split("\n")
      .map((line) => (line === "…" ? "[^]*?" : line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
      .join("\n");
    assert.match(`${stderr}${stdout}`.trim(), new RegExp(`^${pattern}$`), command);
  }
  folder.remove();
}

for (const page of PAGES) {
  describe(page, function () {
    this.timeout(60_000);
    let above: CodeBlock | undefined;
    for (const block of codeBlocks(page)) {
      const name = `line ${block.line}`;
      if (block.language === "avm") {
        const last = above;
        above = block;
        if (block.errors) it(`${name}: an error`, () => checkErrors(block, block.errors!));
        else if (block.bytes) it(`${name}: bytes`, () => checkBytes(block));
        else if (block.whole) it(`${name}: a program`, () => checkErrors(block, []));
        else it(`${name}: assembles`, () => void assembled(block));
        if (block.same) {
          it(`${name}: the same as above`, () => {
            const hex = (one: CodeBlock): string =>
              Buffer.from(encode(assembled(one).program)).toString("hex");
            assert.equal(hex(block), hex(last!));
          });
        }
      } else if (block.language === "console") {
        it(`${name}: commands`, () => checkConsole(block));
      } else if (block.language === "json") {
        it(`${name}: a project's settings`, () => assert.ok(!("problems" in readProject(block.text))));
      }
    }

    it("links to what is there", () => {
      const text = readFileSync(path.join(root, page), "utf8");
      for (const [, target, anchor] of text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)) {
        const file = path.join(root, target === "" ? page : path.join("docs", target));
        assert.ok(existsSync(file), target);
        if (anchor !== undefined) assert.ok(anchorsOf(file).includes(anchor), `${target}#${anchor}`);
      }
    });
  });
}

/** What GitHub makes of headings. */
function anchorsOf(file: string): string[] {
  const headings = readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, "")
      .replaceAll(" ", "-"),
  );
}

describe("docs/tutorial.md", () => {
  it("has its programs as `avmasm fmt` lays them out", () => {
    for (const { file, text, line } of codeBlocks("docs/tutorial.md")) {
      if (file !== undefined)
        assert.equal(avmasm(["fmt", "-"], { input: text }).stdout, text, `line ${line}`);
    }
  }).timeout(60_000);
});

describe("docs/language.md", () => {
  const text = readFileSync(path.join(root, "docs/language.md"), "utf8");
  it("has every directive, in an example and in the grammar", () => {
    const grammar = codeBlocks("docs/language.md").find(({ language }) => language === "ebnf")!.text;
    for (const name of Object.keys(DIRECTIVES)) {
      assert.match(text, new RegExp(`^ *\\.${name}\\b`, "m"), name);
      assert.ok(grammar.includes(`".${name}"`), name);
    }
  });
  it("has every function, with an example", () => {
    for (const [name, { usage }] of Object.entries(BUILTINS)) {
      assert.ok(text.includes(`| \`${usage}\` |`), usage);
      assert.match(text, new RegExp(`^ {8}.*\\b${name}\\(`, "m"), name);
    }
  });
  it("has every file and macro of the library", () => {
    const { symbols } = assembled({
      ...codeBlocks("docs/language.md")[0],
      text: [...text.matchAll(/^\| `(std\/\w+\.avm)`/gm)].map(([, file]) => `.include <${file}>\n`).join(""),
    });
    const macros = symbols.filter(({ kind, name }) => kind === "macro" && !name.startsWith("STD_"));
    for (const { name } of macros) assert.ok(text.includes(`\`${name}\``), name);
    assert.ok(macros.length > 30);
  });
});
