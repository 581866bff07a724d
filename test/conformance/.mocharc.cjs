// `mocha --config test/conformance/.mocharc.cjs`: what runs on Aztec's own AVM, which the first run installs.
module.exports = {
  "node-option": ["import=tsx"],
  extension: ["ts"],
  spec: ["test/conformance/**/*.test.ts"],
  timeout: 600_000,
  slow: 2_000,
  failZero: true,
  forbidOnly: Boolean(process.env.CI),
};
