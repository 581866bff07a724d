/** A folder whose files another process keeps replacing, by what an attacker might put in their place. */

import { spawn } from "node:child_process";

/** Replaces `a.avm` to `d.avm`: by text, by nothing, a pipe, a device, a file from outside, a folder, a circle. */
const SCRIPT = `
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
  const replacer = spawn("bash", ["-c", SCRIPT], { cwd: folder, stdio: "ignore" });
  return () => void replacer.kill("SIGKILL");
}
