module.exports = {
  "node-option": ["import=tsx"],
  extension: ["ts"],
  spec: ["test/**/*.test.ts"],
  // These have runners of their own: an Aztec simulator to install, a VS Code to start.
  ignore: ["test/conformance/**", "test/vscode/**", "test/fixtures/**"],
  parallel: false,
  timeout: 60_000,
  slow: 500,
  failZero: true,
  forbidOnly: Boolean(process.env.CI),
};
