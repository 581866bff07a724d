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
  parallel: false,
  timeout: 60_000,
  slow: 500,
  failZero: true,
  forbidOnly: Boolean(process.env.CI),
};
