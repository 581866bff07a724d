/** A folder whose files another process keeps replacing, by what an attacker might put in their place. */

import { spawn } from "node:child_process";

/** Replaces `a.avm` to `d.avm`: by text, by nothing, a pipe, a device, a file from outside, a folder, a circle. */
const REPLACING = `
while :; do
  for name in a b c d; do
    printf '        SET [0], u32, #1\\n.include "b.avm"\\n' > $name.avm
    rm -f $name.avm; mkfifo $name.avm
    rm -f $name.avm; ln -s /dev/zero $name.avm
    rm -f $name.avm; ln -s ../secret.avm $name.avm
    rm -f $name.avm; mkdir $name.avm
    rmdir $name.avm; ln -s $name.avm $name.avm
    rm -f $name.avm
  done
done`;

/** Starts the process. Returns a function that ends it. */
export function startReplacing(folder: string): () => void {
  const replacer = spawn("bash", ["-c", REPLACING], { cwd: folder, stdio: "ignore" });
  return () => void replacer.kill("SIGKILL");
}

/** Exchanges the file `file.avm` and the folder `sub` for links that lead outside, thousands of times in a second. */
const EXCHANGING = `
const { mkdirSync, renameSync, symlinkSync, writeFileSync } = require("node:fs");
mkdirSync("sub");
writeFileSync("sub/secret.avm", ".const OWN = 1\\n");
symlinkSync("..", "link");
for (let round = 0; ; round++) {
  writeFileSync("new", ".const OWN = 1\\n");
  renameSync("new", "file.avm");
  renameSync("sub", "kept");
  renameSync("link", "sub");
  symlinkSync("../secret.avm", "new");
  renameSync("new", "file.avm");
  renameSync("sub", "link");
  renameSync("kept", "sub");
}`;

/** Starts the process. Returns a function that ends it. */
export function startExchanging(folder: string): () => void {
  const exchanger = spawn(process.execPath, ["-e", EXCHANGING], { cwd: folder, stdio: "ignore" });
  return () => void exchanger.kill("SIGKILL");
}
