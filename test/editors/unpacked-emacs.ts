/**
 * Emacs 30 and dape, which Debian 12 doesn't have: from its backports and from Debian 13, unpacked into a folder and not
 * installed.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

export interface UnpackedEmacs {
  readonly command: string;
  /** To be passed before all other arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const BACKPORTS = "bookworm-backports";
const DAPE_SUITE = "trixie";

/** Fetches and unpacks the packages, unless the folder has them already. */
export function unpackEmacs(folder: string): UnpackedEmacs {
  if (!existsSync(folder)) {
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    fetchAndUnpack(unfinished);
    renameSync(unfinished, folder);
  }
  const share = only(path.join(folder, "usr/share/emacs"), /^\d/);
  const programs = only(only(path.join(folder, "usr/libexec/emacs"), /^\d/), /-linux-/);
  const dape = only(path.join(folder, "usr/share/emacs/site-lisp/elpa-src"), /^dape-/);
  return {
    command: path.join(folder, "usr/bin/emacs-nox"),
    args: [`--dump-file=${only(programs, /\.pdmp$/)}`, "-L", dape],
    env: {
      EMACSLOADPATH: path.join(share, "lisp"),
      EMACSDATA: path.join(share, "etc"),
      EMACSDOC: path.join(share, "etc"),
      EMACSPATH: programs,
    },
  };
}

function fetchAndUnpack(folder: string): void {
  const downloads = path.join(folder, "downloads");
  mkdirSync(path.join(folder, "lists/partial"), { recursive: true });
  mkdirSync(downloads);
  const sources = path.join(folder, "sources.list");
  const archive = debianArchive();
  writeFileSync(
    sources,
    [BACKPORTS, DAPE_SUITE].map((suite) => `deb [signed-by=${KEYRING}] ${archive} ${suite} main\n`).join(""),
  );
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${path.join(folder, "lists")}`,
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  const apt = (...args: string[]): void =>
    void execFileSync("apt-get", [...options, "-qq", ...args], { cwd: downloads, stdio: "pipe" });
  apt("update");
  const emacs = ["emacs-nox", "emacs-bin-common", "emacs-common"].map((name) => `${name}/${BACKPORTS}`);
  apt("download", ...emacs, `elpa-dape/${DAPE_SUITE}`);
  for (const file of readdirSync(downloads)) {
    execFileSync("dpkg-deb", ["-x", path.join(downloads, file), folder], { stdio: "pipe" });
  }
}

/** The archive that this machine's own packages come from. */
function debianArchive(): string {
  const targets = ["indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"];
  const lines = execFileSync("apt-get", targets, { encoding: "utf8" }).split("\n");
  const main = lines.map((line) => /^(\S+\/debian\/?) \w+$/.exec(line)?.[1]).find((uri) => uri !== undefined);
  if (main === undefined) throw new Error("this machine has no archive of Debian among its package sources");
  return main;
}

/** The path of the one entry of a folder whose name matches. */
function only(folder: string, name: RegExp): string {
  const found = readdirSync(folder).filter((entry) => name.test(entry));
  if (found.length !== 1) throw new Error(`${folder} has ${found.length} entries like ${String(name)}`);
  return path.join(folder, found[0]);
}
