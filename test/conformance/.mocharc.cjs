// `mocha --config test/conformance/.mocharc.cjs [FILE…]` runs the tests against Aztec's own AVM; the first run installs
// it.

const isNamed = process.argv.some((argument) => argument.endsWith(".test.ts"));

module.exports = {
  "node-option": ["import=tsx"],
  extension: ["ts"],
  ...(!isNamed && { spec: ["test/conformance/**/*.test.ts"] }),
  timeout: 600_000,
  slow: 2_000,
  failZero: true,
  forbidOnly: Boolean(process.env.CI),
};
