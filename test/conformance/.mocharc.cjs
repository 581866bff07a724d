// `mocha --config test/conformance/.mocharc.cjs [FILE…]`: what runs on Aztec's own AVM, which the first run installs.

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
