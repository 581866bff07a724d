// Collects the licences of all bundled packages, and lists the packages (CycloneDX), from esbuild's metafile.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {{ name: string; version: string; license: string; text: string; homepage: string | undefined }} BundledPackage
 */

/** Files in a package that hold its licence or notices. */
const NOTICE_FILE = /^(?:licen[cs]e|copying|notice|third-?party-?notices?)(?:[-.].*)?$/i;
/** Licences whose only condition is that their text is distributed, too. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT"];

/**
 * The packages that the bundled files come from, sorted by name.
 *
 * @param {string} root the repository
 * @param {Iterable<string>} inputs relative paths of bundled files
 * @returns {BundledPackage[]}
 * @throws {Error} if a package's licence isn't allowed, or its text is missing
 */
export function bundledPackages(root, inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  return [...folders].map((folder) => readPackage(path.join(root, folder))).sort(byName);
}

/** @type {(a: BundledPackage, b: BundledPackage) => number} */
const byName = (a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1);

/** @type {(folder: string) => BundledPackage} */
function readPackage(folder) {
  const { name, version, license, homepage } = JSON.parse(
    readFileSync(path.join(folder, "package.json"), "utf8"),
  );
  if (!ALLOWED.includes(license)) throw new Error(`${name} ${version} is under ${license ?? "no licence"}`);
  const texts = readdirSync(folder)
    .filter((file) => NOTICE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(path.join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
  if (texts.length === 0) throw new Error(`${name} ${version} comes without the text of its licence`);
  return { name, version, license, text: texts.join("\n\n"), homepage };
}

/**
 * The text that is distributed with the bundles.
 *
 * @param {readonly BundledPackage[]} packages
 */
export function noticesText(packages) {
  const rule = "=".repeat(80);
  const parts = packages.map(
    ({ name, version, license, text }) => `${rule}\n${name} ${version} (${license})\n${rule}\n\n${text}\n`,
  );
  return [`The programs in this folder contain code of ${packages.length} other packages.\n`, ...parts].join(
    "\n",
  );
}

/**
 * The list of packages in CycloneDX 1.6, https://cyclonedx.org. Equal packages give equal bytes.
 *
 * @param {{ name: string; version: string; license: string }} own
 * @param {readonly BundledPackage[]} packages
 */
export function billOfMaterials(own, packages) {
  const purl = (/** @type {string} */ name, /** @type {string} */ version) =>
    `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const component = (
    /** @type {{ name: string; version: string; license: string }} */ { name, version, license },
  ) => ({
    "bom-ref": purl(name, version),
    name,
    version,
    purl: purl(name, version),
    licenses: [{ license: { id: license } }],
  });
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", ...component(own) } },
    components: packages.map((bundled) => ({ type: "library", ...component(bundled) })),
    dependencies: [
      {
        ref: purl(own.name, own.version),
        dependsOn: packages.map(({ name, version }) => purl(name, version)),
      },
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}
