import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import * as regexp from "eslint-plugin-regexp";
import tseslint from "typescript-eslint";

const everywhereElse =
  "It also runs in a browser: node and VS Code stay at the edges (docs/architecture.md).";

export default defineConfig(
  {
    ignores: [
      "dist/",
      "coverage/",
      ".cache/",
      "node_modules/",
      "test/fixtures/",
      "**/*.cjs",
      "docs/.vitepress/",
    ],
  },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  tseslint.configs.stylistic,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { regexp },
    rules: {
      // No text may make a pattern take forever.
      "regexp/no-super-linear-backtracking": "error",
      "regexp/no-super-linear-move": "error",

      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      // tsc knows the globals and the imports.
      "no-undef": "off",

      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowNullish: false },
      ],
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/return-await": "error",
      // Both are common words of the house: `interface` and `type` each have their place, and hot loops index.
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/prefer-for-of": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      // An interface may ask for a promise that one of its implementations does not need.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: [
      "isa/**",
      "diagnostics/**",
      "grammar/**",
      "program/**",
      "artifact/**",
      "assembler/**",
      "disassembler/**",
      "machine/**",
      "debugger/**",
      "analysis/**",
      "project/**",
      "running/**",
      "convert/**",
      "server/**",
    ],
    ignores: ["server/main.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-globals": [
        "error",
        ...["process", "Buffer", "require", "global", "__dirname", "__filename", "setImmediate"].map(
          (name) => ({
            name,
            message: everywhereElse,
          }),
        ),
      ],
    },
  },
  {
    files: ["**/*.ts"],
    ignores: ["client/**", "test/**", "bench/**", "scripts/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        { property: "toLocaleString", message: "It is slow at first: `grouped` of program/grouped.ts." },
      ],
    },
  },
  {
    // Here JSON from other programs is read, and bad values are made on purpose.
    files: ["test/**", "bench/**", "scripts/**"],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      // Titles and messages of tests name whatever they are about.
      "@typescript-eslint/restrict-template-expressions": "off",
      "@typescript-eslint/no-base-to-string": "off",
      "no-control-regex": "off",
      "no-regex-spaces": "off",
      // Their texts are ours.
      "regexp/no-super-linear-backtracking": "off",
      "regexp/no-super-linear-move": "off",
    },
  },
);
