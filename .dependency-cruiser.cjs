// The import directions of docs/architecture.md.

const layers = [
  "disk",
  "isa",
  "diagnostics",
  "grammar",
  "program",
  "artifact",
  "assembler",
  "disassembler",
  "machine",
  "analysis",
  "debugger",
  "project",
  "convert",
  "running",
  "api",
  "server",
  "cli",
  "client",
];

/** What each folder may import besides itself. */
const allowed = {
  disk: [],
  isa: [],
  diagnostics: [],
  // Pauses of long work and binary search; these files import nothing.
  grammar: ["isa", "diagnostics", "program/(?:cooperative|search)\\.ts$"],
  program: ["isa", "diagnostics", "grammar"],
  artifact: ["isa", "diagnostics/suggest\\.ts$", "program"],
  assembler: ["isa", "diagnostics", "grammar", "program", "artifact"],
  disassembler: ["isa", "grammar/formatter/style\\.ts$", "program", "artifact"],
  machine: ["isa", "program", "artifact"],
  debugger: ["isa", "diagnostics", "grammar", "program", "artifact", "assembler", "disassembler", "machine"],
  analysis: ["isa", "diagnostics", "grammar", "program"],
  project: ["isa", "diagnostics", "grammar", "program", "artifact/limits\\.ts$", "assembler", "analysis"],
  running: [
    "isa",
    "diagnostics",
    "grammar",
    "program",
    "artifact",
    "assembler",
    "disassembler",
    "analysis",
    "machine",
  ],
  api: [
    "isa",
    "diagnostics",
    "grammar",
    "program",
    "artifact",
    "assembler",
    "disassembler",
    "machine",
    "project",
    "running",
  ],
  convert: ["isa", "diagnostics", "grammar", "assembler/assemble\\.ts$"],
  server: [
    "isa",
    "diagnostics",
    "grammar",
    "program",
    "artifact",
    "assembler",
    "disassembler",
    "machine",
    "analysis",
    "project",
    "running",
    "debugger",
    // Only its entry for Node imports it; see disk-on-node.
    "disk",
  ],
  cli: [
    "disk",
    "isa",
    "diagnostics",
    "grammar",
    "program",
    "artifact",
    "assembler",
    "disassembler",
    "machine",
    "analysis",
    "project",
    "convert",
    "running",
    "debugger",
    "server/main\\.ts$",
  ],
  client: [],
};

/** The same within a folder: what a folder in it may import of the whole. */
const within = {
  assembler: {
    expressions: ["limits"],
    expand: ["expressions", "diagnostic-list", "limits"],
    encode: ["assembly", "diagnostic-list", "expand", "expressions", "limits"],
    output: ["assemble", "expand", "expressions"],
  },
  analysis: {
    domain: [],
    code: ["domain", "cooperative"],
    interpreter: ["code", "domain", "cooperative"],
    checks: ["interpreter", "code", "domain", "findings", "cooperative"],
    reports: ["analyze", "code", "domain", "findings", "cooperative"],
  },
  server: {
    documents: [],
    language: ["documents"],
    refactorings: ["language", "documents"],
    features: ["refactorings", "language", "documents"],
    requests: ["language", "documents"],
    session: ["language", "documents"],
    debugging: ["session"],
    protocol: ["session", "features", "requests", "language", "documents"],
  },
  cli: {
    terminal: [],
    files: ["terminal", "command", "installation"],
    reports: ["files", "terminal", "installation"],
    arguments: ["reports", "files", "terminal", "command", "installation"],
    commands: ["arguments", "reports", "files", "terminal", "command", "v8-optimizer", "installation"],
  },
  client: {
    helpers: [],
    // Scripts of pages, which talk to the extension by messages alone.
    webview: [],
    commands: ["helpers", "language-server"],
    "status-bar": ["helpers", "language-server"],
    debug: ["helpers", "language-server"],
    tests: ["helpers", "language-server"],
  },
};

const directions = Object.entries(allowed).map(([from, to]) => ({
  name: `${from}-imports`,
  comment: `${from}/ may import ${to.length === 0 ? "none of our folders" : to.join(", ")}`,
  severity: "error",
  from: { path: `^${from}/` },
  to: {
    path: `^(${[...layers, "scripts", "bench", "test"].join("|")})/`,
    pathNot: [from, ...to].map((target) => (target.endsWith("$") ? `^${target}` : `^${target}/`)),
  },
}));

/** Parsing needs no formatter. */
const formatterAbove = {
  name: "formatter-above-grammar",
  severity: "error",
  from: { path: "^grammar/[^/]+$" },
  to: { path: "^grammar/formatter/" },
};

const inner = Object.entries(within).flatMap(([room, folders]) =>
  Object.entries(folders).map(([from, to]) => ({
    name: `${room}-${from}-imports`,
    comment: `${room}/${from}/ may import ${to.length === 0 ? "nothing" : to.join(", ")} of ${room}/`,
    severity: "error",
    from: { path: `^${room}/${from}/` },
    to: { path: `^${room}/`, pathNot: [from, ...to].map((target) => `^${room}/${target}(/|\\.ts$)`) },
  })),
);

/** The one place of a package: everything outside `homes` that imports it is an error. */
const confined = (name, packages, homes, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^(${[...layers, "scripts", "bench", "test"].join("|")})/`, pathNot: homes },
  to: { path: packages },
});

module.exports = {
  forbidden: [
    ...directions,
    ...inner,
    formatterAbove,
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or want a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolvable",
      comment: "The import names a file or a package that isn't there.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^vscode$" },
    },
    {
      name: "declared",
      comment: "A package that is imported is named in package.json.",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "undetermined"], pathNot: "^vscode$" },
    },
    confined(
      "chevrotain-in-grammar",
      "(^|/)node_modules/(chevrotain|@chevrotain)(/|$)",
      ["^grammar/"],
      "Only grammar/ knows the parser library.",
    ),
    confined(
      "protocol-at-the-edge",
      "(^|/)node_modules/(vscode-languageserver|vscode-languageserver-protocol|vscode-jsonrpc)(/|$)",
      ["^server/((main|browser)\\.ts$|protocol/|debugging/serve\\.ts$)", "^test/", "^bench/"],
      "Features take vscode-languageserver-types and -textdocument; the protocol stays in protocol/ and the two entries, main and browser.",
    ),
    confined(
      "lsp-types-in-server",
      "(^|/)node_modules/vscode-languageserver-(types|textdocument)(/|$)",
      ["^server/", "^test/", "^bench/"],
      "What is not the server does not speak LSP.",
    ),
    confined(
      "vscode-in-client",
      "(^vscode$|(^|/)node_modules/(@types/vscode|vscode-languageclient)(/|$))",
      ["^client/", "^test/vscode/"],
      "Only client/ knows the editor.",
    ),
    confined(
      "layout-in-webview",
      "(^|/)node_modules/@dagrejs/",
      ["^client/webview/"],
      "Only what draws the graph lays it out.",
    ),
    {
      name: "node-in-one-client",
      comment: "The extension also runs in a browser; what needs Node is imported by its Node entry alone.",
      severity: "error",
      from: { path: "^client/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "disk-on-node",
      comment: "disk/ needs Node: the command and the server's entry for Node alone import it.",
      severity: "error",
      from: { path: "^(?!disk/|cli/|server/main\\.ts$|scripts/|bench/|test/)" },
      to: { path: "^disk/" },
    },
    {
      name: "node-at-the-edges",
      comment:
        "Everything but the edges also runs in a browser, and reads files through a provider handed in.",
      severity: "error",
      from: {
        path: "^(isa|diagnostics|grammar|program|artifact|assembler|disassembler|machine|debugger|analysis|project|convert|running|api|server)/",
        pathNot: "^server/main\\.ts$",
      },
      to: { dependencyTypes: ["core"] },
    },
  ],
  options: {
    exclude: { path: "^(dist|coverage|\\.cache|test/fixtures)/" },
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    detectJSDocImports: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "browser", "default", "types"],
      extensions: [".ts", ".mjs", ".cjs", ".js", ".json", ".d.ts"],
    },
  },
};
