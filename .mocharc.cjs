const { availableParallelism } = require("node:os");

/** Files, folders or patterns that the command line names: they run alone, not besides all the others. */
const isNamed = process.argv
  .slice(2)
  .some((argument) => /^(?:\.\/|\/.*\/)?test\/|\.test\.ts$/.test(argument));

module.exports = {
  "node-option": ["import=tsx"],
  extension: ["ts"],
  ...(!isNamed && { spec: ["test/**/*.test.ts"] }),
  // These have runners of their own: an Aztec simulator to install, a VS Code to start.
  ignore: ["test/conformance/**", "test/vscode/**", "test/fixtures/**"],
  // Each test file has folders and processes of its own. A named file runs in this process, so that a debugger and a profiler see it.
  parallel: !isNamed,
  jobs: Math.max(2, availableParallelism() - 1),
  timeout: 60_000,
  slow: 500,
  failZero: true,
  forbidOnly: Boolean(process.env.CI),
};
