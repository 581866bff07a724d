import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { runInNewContext } from "node:vm";
import * as esbuild from "esbuild";
import ts from "typescript";
import { environment, root } from "../support/command.ts";

/** The code of a page, each with the line that it stands on. */
function examplesOf(page: string): { line: number; code: string }[] {
  const text = readFileSync(path.join(root, page), "utf8");
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    code: match[1],
  }));
}

/** Megabytes that the package may take in a registry. The documentation takes 0.12 of them, the bundle of `build --no-check` 0.08. */
const MAX_PACKED = 2.35;

// A project in which a user has installed the package: the archive alone, no network, no package of ours.
describe("the package in another project", function () {
  this.timeout(120_000);
  const examples = examplesOf("docs/library.md");
  let project: string;

  before(() => {
    project = mkdtempSync(path.join(os.tmpdir(), "avm-consumer-"));
    const npm = (...args: string[]): string =>
      execFileSync("npm", args, {
        cwd: project,
        encoding: "utf8",
        env: environment,
        shell: process.platform === "win32",
      });
    npm("pack", root, "--ignore-scripts", "--silent", "--pack-destination", project);
    const archive = readdirSync(project).find((name) => name.endsWith(".tgz"))!;
    assert.ok(statSync(path.join(project, archive)).size < MAX_PACKED * 1e6, "the package has grown");
    writeFileSync(
      path.join(project, "package.json"),
      '{ "name": "consumer", "private": true, "type": "module" }',
    );
    npm("install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", `./${archive}`);
    mkdirSync(path.join(project, "src"));
    for (const { line, code } of examples) writeFileSync(path.join(project, `src/line-${line}.ts`), code);
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  it("has no dependencies", () => {
    const installed = readdirSync(path.join(project, "node_modules")).filter((name) => !name.startsWith("."));
    assert.deepEqual(installed, ["avm-assembly"]);
  });

  function typeCheck(files: readonly string[], options: object): void {
    const compilerOptions = { strict: true, noEmit: true, exactOptionalPropertyTypes: true, ...options };
    writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const tsc = path.join(root, "node_modules/typescript/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", "."], {
      cwd: project,
      encoding: "utf8",
      env: environment,
    });
    assert.equal(stdout, "");
    assert.equal(status, 0);
  }

  it("has types that fit the examples", () => {
    const files = examples.map(({ line }) => `src/line-${line}.ts`);
    const typeRoots = [path.join(root, "node_modules/@types")];
    typeCheck(files, {
      target: "ES2022",
      module: "NodeNext",
      types: ["node"],
      typeRoots,
      skipLibCheck: true,
    });
  });

  it("has types that need neither Node's nor a browser's, and refuse what is wrong", () => {
    const source = [
      'import { run, type Outcome, type World } from "avm-assembly";',
      'export const outcome: Outcome = run(new Uint8Array([1]), { calldata: ["0x1", 2, 3n], static: true });',
      "export const world: World = outcome.world;",
      "export const first: bigint | undefined = outcome.returnData[0];",
      "// @ts-expect-error: it is called calldata",
      'run("", { callData: [] });',
      "// @ts-expect-error: there is no such target",
      'run("", { target: "v7" });',
    ];
    writeFileSync(path.join(project, "src/alone.ts"), source.join("\n"));
    typeCheck(["src/alone.ts"], {
      lib: ["ES2022"],
      target: "ES2022",
      module: "ESNext",
      moduleResolution: "bundler",
      types: [],
    });
  });

  for (const { line, code } of examples) {
    it(`runs the example on line ${line} of docs/library.md`, () => {
      const { outputText } = ts.transpileModule(code, {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      });
      const file = path.join(project, `line-${line}.mjs`);
      writeFileSync(file, outputText);
      const { status, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8", env: environment });
      assert.equal(stderr, "");
      assert.equal(status, 0);
    });
  }

  it("installs the command", () => {
    const bin = path.join(project, "node_modules/avm-assembly/dist/avmasm.cjs");
    const { stdout } = spawnSync(process.execPath, [bin, "--version"], {
      encoding: "utf8",
      env: environment,
    });
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it("can be bundled for a browser, without modules of Node", async () => {
    const { outputFiles } = await esbuild.build({
      stdin: {
        contents: 'export * from "avm-assembly";',
        resolveDir: project,
      },
      bundle: true,
      platform: "browser",
      format: "iife",
      globalName: "avm",
      write: false,
    });
    const page = { TextEncoder, TextDecoder, result: undefined as unknown };
    const program = String.raw`
      const source = '.include <std/loop.avm>\n.const A = selector("f()")\n SET [1], u32, #1\n RETURN [1], [1]\n';
      result = {
        run: String(avm.run(source).returnData),
        text: avm.disassemble(avm.assemble(source).bytecode),
        problems: avm.check("ADD [1], [2], [3]").diagnostics.length,
        bytes: avm.inspect(source).publicBytecode.bytes,
      };`;
    runInNewContext(outputFiles[0].text + program, page);
    const { run, text, problems, bytes } = page.result as Record<string, unknown>;
    assert.equal(run, "1");
    assert.match(text as string, /SET +\[1\], u32, #1/);
    assert.ok((problems as number) > 0);
    assert.equal(bytes, 11);
  });
});
