/**
 * Small workspaces of the kinds in `test/fixtures/edits/includes`: what is wrong with each file is the same whatever of them is
 * open, and what `avmasm check` says of all of them.
 */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Diagnostic } from "vscode-languageserver-types";
import { CheckedFiles, wholePrograms } from "../../../cli/arguments/checked-files.ts";
import { inputFiles } from "../../../cli/arguments/input-file.ts";
import { Projects } from "../../../cli/arguments/project.ts";
import { mergeDiagnostics } from "../../../project/shared-mistakes.ts";
import { documentDiagnostics } from "../../../server/features/diagnostic.ts";
import { references } from "../../../server/features/references.ts";
import { rename } from "../../../server/features/rename.ts";
import { Session } from "../../../server/session/session.ts";
import { temporaryFolder } from "../../support/command.ts";
import { edited, providerOf, shownLocation, uriOf } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

type Files = Readonly<Record<string, string>>;

const OK = "        SET [0], u32, #1\n        RETURN [0], [0]\n";
const include = (name: string): string => `.include "${name}"\n`;
const HELPER = ".cell acc = [50] : u32\nhelper: SET acc, u32, #1\n        INTERNALRETURN\n";
const CALLER = `        INTERNALCALL helper\n${OK}${include("lib.avm")}`;

async function start(files: Files, opened: readonly string[]): Promise<Session> {
  const session = new Session(
    {
      publish: () => undefined,
      logError: (message) => assert.fail(message),
      refresh: () => undefined,
    },
    { ...providerOf(files), find: () => Promise.resolve(Object.keys(files).map(uriOf)) },
    { encoding: "utf-16", push: false, workspace: [uriOf("./")] },
  );
  for (const name of opened) session.openDocument(uriOf(name), 1, files[name]);
  await session.whenIndexed();
  return session;
}

const nameOf = (uri: string): string => decodeURIComponent(uri.slice(uriOf("./").length));

/** `lib.avm:3 undefined-name main.avm other.avm`: the place, what is wrong, and the programs that are named. */
function shown(file: string, code: unknown, line: number, messages: readonly string[]): string {
  const programs = messages.flatMap((message) => /^in the program `(.*)`$/.exec(message)?.[1] ?? []);
  return [`${file}:${line + 1} ${String(code)}`, ...programs.map((name) => path.basename(name)).sort()].join(
    " ",
  );
}

const ofItems = (file: string, items: readonly Diagnostic[]): string[] =>
  items
    .filter(({ severity }) => severity! <= 2)
    .map(({ code, range, relatedInformation = [] }) =>
      shown(
        file,
        code,
        range.start.line,
        relatedInformation.map(({ message }) => message),
      ),
    );

async function inEditor(files: Files, opened: readonly string[]): Promise<string[]> {
  const session = await start(files, opened);
  const all = await session.workspaceDiagnostics();
  const found = [...all].flatMap(([uri, { items }]) => ofItems(nameOf(uri), items));
  for (const name of opened) {
    const { items } = documentDiagnostics(session.snapshot(uriOf(name))!, session.foundInClosed());
    assert.deepEqual(
      ofItems(name, items),
      found.filter((one) => one.startsWith(`${name}:`)),
      `asked for ${name}`,
    );
  }
  session.dispose();
  return found.sort();
}

async function onCommandLine(files: Files): Promise<string[]> {
  const folder = temporaryFolder({});
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder.path, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const checked = new CheckedFiles(new Projects(), { target: undefined, strict: false });
    await checked.read(
      inputFiles(
        Object.keys(files).map((name) => path.join(folder.path, name)),
        {},
      ),
    );
    return mergeDiagnostics(wholePrograms(await checked.check()), (name) => name)
      .map(({ source, code, span, related = [] }) =>
        shown(
          path.relative(folder.path, source),
          code,
          span.line,
          related.map(({ message }) => message),
        ),
      )
      .sort();
  } finally {
    folder.remove();
  }
}

const CASES: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  [
    "a mistake in what two programs include",
    { "lib.avm": HELPER.replace("SET", "SETT"), "main.avm": CALLER, "other.avm": CALLER },
    ["lib.avm:2 unknown-mnemonic main.avm other.avm"],
  ],
  [
    "a name that one of them doesn't define",
    {
      "lib.avm": HELPER.replace("#1", "#LEVEL"),
      "main.avm": `.const LEVEL = 3\n${CALLER}`,
      "other.avm": CALLER,
    },
    ["lib.avm:2 undefined-name other.avm"],
  ],
  [
    "a name that both define, each as it likes",
    {
      "lib.avm": HELPER.replace("#1", "#LEVEL"),
      "main.avm": `.const LEVEL = 3\n${CALLER}`,
      "other.avm": `.const LEVEL = 4\n${CALLER}`,
    },
    [],
  ],
  [
    "a wrong tag that two of three pass",
    {
      "lib.avm": "add1:   SET [3], u32, #1\n        ADD [50], [3], [2]\n        INTERNALRETURN\n",
      ...Object.fromEntries(
        ["u32", "u64", "u8"].map((tag) => [
          `${tag}.avm`,
          `        SET [50], ${tag}, #3\n        INTERNALCALL add1\n${OK}${include("lib.avm")}`,
        ]),
      ),
    },
    ["lib.avm:2 tag-mismatch u64.avm", "lib.avm:2 tag-mismatch u8.avm"],
  ],
  [
    "a mistake in a macro that two programs call",
    {
      "lib.avm": ".macro M x\n        SETT [x], u8, #1\n.endm\n",
      "main.avm": `${include("lib.avm")}        M 1\n        M 2\n${OK}`,
      "other.avm": `${include("lib.avm")}        M 3\n${OK}`,
    },
    ["lib.avm:2 unknown-mnemonic main.avm other.avm"],
  ],
  [
    "a macro that lacks a name in one of them",
    {
      "lib.avm": ".macro M x\n        SET [x], u8, #LEVEL\n.endm\n",
      "main.avm": `.const LEVEL = 3\n${include("lib.avm")}        M 1\n${OK}`,
      "other.avm": `${include("lib.avm")}        M 3\n${OK}`,
    },
    ["lib.avm:2 undefined-name other.avm"],
  ],
  [
    "mistakes on two levels of includes",
    {
      "main.avm": OK + include("a.avm"),
      "other.avm": OK + include("b.avm"),
      "a.avm": `${include("b.avm")}.byte 300\n`,
      "b.avm": ".byte 400\n",
    },
    ["a.avm:2 out-of-range", "b.avm:1 out-of-range main.avm other.avm"],
  ],
  [
    "a mistake in a file that one program includes twice",
    { "lib.avm": ".byte LEVEL\n", "main.avm": include("lib.avm") + include("lib.avm") + OK },
    ["lib.avm:1 undefined-name"],
  ],
  [
    "a name that one of the programs defines, too",
    {
      "lib.avm": ".const A = 1\n",
      "main.avm": `.const A = 2\n${include("lib.avm")}${OK}`,
      "other.avm": include("lib.avm") + OK,
    },
    ["lib.avm:1 duplicate-definition main.avm"],
  ],
  [
    "a mistake of a program's own",
    {
      "lib.avm": HELPER,
      "main.avm": CALLER.replace("SET", "SETT"),
      "other.avm": CALLER,
    },
    ["main.avm:2 unknown-mnemonic"],
  ],
  [
    "a folder of its own for the library",
    {
      "lib/parts/a.avm": ".byte 400\n",
      "lib/all.avm": include("parts/a.avm"),
      "main.avm": OK + include("lib/all.avm"),
    },
    ["lib/parts/a.avm:1 out-of-range"],
  ],
  [
    "a file that is included on a condition alone",
    {
      "lib.avm": "        SET [1], u8, #LEVEL\n",
      "main.avm": `.if defined(LEVEL)\n${include("lib.avm")}.endif\n${OK}`,
    },
    [],
  ],
  [
    "a condition that holds in one program",
    {
      "lib.avm": ".byte LEVEL, OTHER\n",
      "main.avm": `.if defined(LEVEL)\n${include("lib.avm")}.endif\n${OK}`,
      "other.avm": `.const LEVEL = 3\n.if defined(LEVEL)\n${include("lib.avm")}.endif\n${OK}`,
    },
    ["lib.avm:1 undefined-name other.avm"],
  ],
  [
    "a file that a macro includes",
    {
      "lib.avm": ".byte LEVEL\n",
      "main.avm": `.macro M\n${include("lib.avm")}.endm\n.const LEVEL = 1\n${OK}        M\n`,
    },
    [],
  ],
  [
    "a comment that only one of the programs needs",
    {
      "lib.avm": "f:      ADD [1], [4], [2] ; avm-ignore: tag-mismatch\n        INTERNALRETURN\n",
      ...Object.fromEntries(
        ["u32", "ff"].map((tag) => [
          `${tag}.avm`,
          `        SET [4], u32, #1\n        SET [1], ${tag}, #1\n        INTERNALCALL f\n${OK}${include("lib.avm")}`,
        ]),
      ),
    },
    [],
  ],
  [
    "a library of two routines",
    { "lib.avm": `f:      INTERNALCALL g\n        INTERNALRETURN\n${HELPER}g:      INTERNALRETURN\n` },
    [],
  ],
  ["a library of data", { "lib.avm": "table:  .byte 1, 2, 3\n" }, []],
  ["a library whose first routine reverts", { "lib.avm": `fail:   REVERT [1], [2]\n${HELPER}` }, []],
  [
    "a library that begins with a macro of another file",
    {
      "lib.avm": `${include("macros.avm")}f:      M [1]\n        INTERNALRETURN\n`,
      "macros.avm": ".macro M x\n        ADD x, x, x\n.endm\n",
    },
    [],
  ],
  [
    "a library of libraries",
    {
      "all.avm": include("a.avm") + include("b.avm"),
      "a.avm": "f:      ADD [1], [2], [1]\n        JUMPI [3], f\n        INTERNALRETURN\n",
      "b.avm": "g:      ADD [1], [1], [1]\n        INTERNALRETURN\n",
    },
    [],
  ],
  [
    "code behind an include in the wrong place",
    { "lib.avm": HELPER, "main.avm": include("lib.avm") + OK },
    ["lib.avm:3 return-without-call"],
  ],
  [
    "a mistake in a library that nobody includes",
    { "lib.avm": HELPER.replace("#1", "#LEVEL") },
    ["lib.avm:2 undefined-name"],
  ],
  ["a file that includes itself", { "a.avm": include("a.avm") + OK }, ["a.avm:1 include-cycle"]],
  [
    "files below a program that include each other",
    {
      "main.avm": include("a.avm") + OK,
      "a.avm": include("b.avm"),
      "b.avm": include("c.avm"),
      "c.avm": include("a.avm"),
    },
    ["c.avm:1 include-cycle"],
  ],
  [
    "a file that isn't there",
    { "main.avm": include("none.avm") + OK, "other.avm": OK },
    ["main.avm:1 include-failed"],
  ],
];

describe("what is wrong with files that others include", function () {
  this.timeout(20_000);
  for (const [what, files, expected] of CASES) {
    it(`is the same whatever is open: ${what}`, async () => {
      const names = Object.keys(files);
      const choices = [[], ...names.map((name) => [name]), names, names.toReversed()];
      for (const opened of choices) {
        assert.deepEqual(
          await inEditor(files, opened),
          expected,
          `with ${opened.join(", ") || "nothing"} open`,
        );
      }
      assert.deepEqual(await onCommandLine(files), expected, "avmasm check");
    });
  }

  it("is one mistake if two files include each other, in the one that was not opened first", async () => {
    const files = { "a.avm": include("b.avm") + OK, "b.avm": `.const B = 1\n${include("a.avm")}` };
    assert.deepEqual(await inEditor(files, ["a.avm"]), ["b.avm:2 include-cycle"]);
    assert.deepEqual(await inEditor(files, ["b.avm"]), ["a.avm:1 include-cycle"]);
    assert.deepEqual(await inEditor(files, ["b.avm", "a.avm"]), ["a.avm:1 include-cycle"]);
    assert.deepEqual(await inEditor(files, []), ["b.avm:2 include-cycle"]);
    assert.deepEqual(await onCommandLine(files), ["b.avm:2 include-cycle"]);
  });

  it("is found in files that include each other and a file that another program includes, too", async () => {
    const files = {
      "a.avm": include("b.avm") + OK + include("lib.avm"),
      "b.avm": `.const B = LEVEL\n${include("a.avm")}`,
      "lib.avm": "table:  .byte LEVEL\n",
      "main.avm": `.const LEVEL = 1\n${OK}${include("lib.avm")}`,
    };
    const expected = ["b.avm:1 undefined-name", "b.avm:2 include-cycle", "lib.avm:1 undefined-name a.avm"];
    for (const opened of [[], ["lib.avm"], ["main.avm", "lib.avm"], ["a.avm"]]) {
      assert.deepEqual(
        await inEditor(files, opened),
        expected,
        `with ${opened.join(", ") || "nothing"} open`,
      );
    }
    assert.deepEqual(await onCommandLine(files), expected, "avmasm check");
  });

  it("doesn't include code that only one of the programs doesn't reach", async () => {
    const files = { "lib.avm": HELPER, "main.avm": CALLER, "other.avm": OK + include("lib.avm") };
    const faded = async (all: Files): Promise<number> => {
      const session = await start(all, ["lib.avm"]);
      const { items } = documentDiagnostics(session.snapshot(uriOf("lib.avm"))!);
      session.dispose();
      return items.filter(({ code }) => code === "unreachable-code").length;
    };
    assert.equal(await faded(files), 0);
    assert.equal(await faded({ ...files, "main.avm": OK + include("lib.avm") }), 2);
  });
});

describe("a name of a file that closed programs include", () => {
  const places: readonly (readonly [
    what: string,
    files: Files,
    opened: string,
    to: string,
    edits: string,
  ])[] = [
    [
      "is renamed in a program that isn't open",
      { "lib.avm": HELPER, "main.avm": CALLER, "other.avm": CALLER },
      "main.avm",
      "aid",
      "lib.avm main.avm other.avm",
    ],
    [
      "is renamed behind a file in between",
      {
        "lib.avm": HELPER,
        "mid.avm": include("lib.avm"),
        "main.avm": CALLER.replace("lib.avm", "mid.avm"),
        "other.avm": CALLER,
      },
      "main.avm",
      "aid",
      "lib.avm main.avm other.avm",
    ],
    [
      "is renamed in files that include each other",
      {
        "lib.avm": HELPER,
        "main.avm": CALLER,
        "a.avm": CALLER + include("b.avm"),
        "b.avm": include("a.avm"),
      },
      "main.avm",
      "aid",
      "a.avm lib.avm main.avm",
    ],
    [
      "isn't renamed if a closed program has the new name",
      { "lib.avm": HELPER, "main.avm": CALLER, "other.avm": `.const aid = 3\n${CALLER}` },
      "main.avm",
      "aid",
      "`aid` is defined already, on line 1 of other.avm.",
    ],
    [
      "isn't renamed if a closed program tests the new name",
      { "lib.avm": HELPER, "main.avm": CALLER, "other.avm": `.if defined(aid)\n.byte 1\n.endif\n${CALLER}` },
      "main.avm",
      "aid",
      "`aid` is tested with `defined` on line 1 of other.avm, and would be what is renamed.",
    ],
  ];
  for (const [what, files, opened, to, expected] of places) {
    it(what, async () => {
      const session = await start(files, [opened]);
      const snapshot = session.snapshot(uriOf(opened))!;
      const at = { line: 0, character: files[opened].indexOf("helper") };
      const edit = toItsEnd(rename(snapshot, at, to));
      if ("refused" in edit) assert.equal(edit.refused, expected);
      else {
        assert.equal(Object.keys(edit.changes!).map(nameOf).sort().join(" "), expected);
        for (const [uri, edits] of Object.entries(edit.changes!)) {
          const text = files[nameOf(uri)];
          assert.equal(edited(text, edits), text.replaceAll("helper", to));
        }
        const found = references(snapshot, at, { includeDeclaration: true })!.map(shownLocation);
        assert.equal(found.length, 3, found.join());
      }
      session.dispose();
    });
  }
});

describe("files that are moved", () => {
  const moves: readonly (readonly [
    what: string,
    files: Files,
    moved: readonly (readonly [from: string, to: string])[],
    expected: Files,
  ])[] = [
    [
      "two programs include one of them",
      { "a.avm": include("lib.avm"), "b/b.avm": include("../lib.avm"), "lib.avm": "" },
      [["lib.avm", "x/lib.avm"]],
      { "a.avm": include("x/lib.avm"), "b/b.avm": include("../x/lib.avm") },
    ],
    [
      "the program moves to its library",
      { "a.avm": include("p/lib.avm") + include("q.avm"), "p/lib.avm": "", "q.avm": "" },
      [["a.avm", "p/a.avm"]],
      { "a.avm": include("lib.avm") + include("../q.avm") },
    ],
    [
      "two of them move together",
      { "a.avm": include("lib.avm"), "lib.avm": include("deep.avm"), "deep.avm": "" },
      [
        ["lib.avm", "x/lib.avm"],
        ["deep.avm", "x/deep.avm"],
      ],
      { "a.avm": include("x/lib.avm") },
    ],
    [
      "a folder gets other letters",
      { "a.avm": include("p q/lib.avm"), "p q/lib.avm": "" },
      [["p q", "ü x"]],
      { "a.avm": include("ü x/lib.avm") },
    ],
    [
      "they include each other",
      { "a.avm": include("b.avm"), "b.avm": include("a.avm") },
      [["b.avm", "c/b.avm"]],
      { "a.avm": include("c/b.avm"), "b.avm": include("../a.avm") },
    ],
    [
      "a program has tests in a file of their own",
      { "x.avm": OK, "x.test.avm": include("x.avm") },
      [["x.avm", "y.avm"]],
      { "x.test.avm": include("y.avm") },
    ],
    [
      "two of them change places",
      { "m.avm": include("a.avm") + include("b.avm"), "a.avm": "", "b.avm": "" },
      [
        ["a.avm", "b.avm"],
        ["b.avm", "a.avm"],
      ],
      { "m.avm": include("b.avm") + include("a.avm") },
    ],
    [
      "a macro includes one of them",
      {
        "a.avm": `.macro M\n${include("lib.avm")}.endm\n${include("./p/../lib.avm")}`,
        "p/b.avm": "",
        "lib.avm": "",
      },
      [["lib.avm", "l.avm"]],
      { "a.avm": `.macro M\n${include("l.avm")}.endm\n${include("l.avm")}` },
    ],
  ];
  for (const [what, files, moved, expected] of moves) {
    it(`are still included if ${what}`, async () => {
      for (const opened of [[], Object.keys(files)]) {
        const session = await start(files, opened);
        const { changes } = session.moveFiles(
          moved.map(([from, to]) => ({ oldUri: uriOf(from), newUri: uriOf(to) })),
        );
        const after = Object.entries(changes).map(([uri, edits]) => [
          nameOf(uri),
          edited(files[nameOf(uri)], edits),
        ]);
        assert.deepEqual(Object.fromEntries(after), expected);
        session.dispose();
      }
    });
  }
});
