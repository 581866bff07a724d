/**
 * A real VS Code from the npm registry, in Debian's Chromium: code-server's workbench and Node extension host, served
 * to a headless browser. It is installed on demand into .cache/vscode.
 */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** Folder for all files of these tests; git ignores it. */
export const cache = path.join(root, ".cache/vscode");

/** Contains VS Code 1.100, close to the oldest version that the extension supports. */
const EDITOR = "code-server@4.100.3";

/** Prebuilt versions of two packages, whose own install scripts would download or compile files. */
const PREBUILT_PACKAGES = ["@vscode/ripgrep-linux-x64@1.18.0", "node-pty@1.2.0-beta.15"];

/** Time in which the server must listen. */
const START_TIMEOUT_MS = 60_000;

const SETTINGS = {
  "chat.commandCenter.enabled": false,
  "chat.disableAIFeatures": true,
  "debug.internalConsoleOptions": "neverOpen",
  "editor.hover.delay": 100,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  // VS Code saves files automatically in a browser unless told otherwise.
  "files.autoSave": "off",
  "git.enabled": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  // What a terminal shows is then text, not a picture.
  "terminal.integrated.gpuAcceleration": "off",
  "update.mode": "none",
  // Lets the browser's colour scheme select the light or dark theme.
  "window.autoDetectColorScheme": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

export interface Editor {
  /** URL of the workbench. */
  readonly url: string;
  /** Ends the server and all processes that it started. */
  readonly stop: () => Promise<void>;
}

/** Chromium's path. Throws a message for the user if Chromium is missing and can't be installed. */
export function findChromium(): string {
  const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"];
  const find = (): string | undefined => candidates.find((file) => file && existsSync(file));
  const found = find();
  if (found) return found;
  if (process.getuid?.() !== 0) {
    throw new Error(
      "Chromium is missing. Install it (`apt-get install chromium`, which needs root), or set CHROMIUM to its path.",
    );
  }
  console.log("installing chromium");
  run("apt-get", ["update", "-qq"], root);
  run("apt-get", ["install", "-y", "-qq", "chromium"], root, { DEBIAN_FRONTEND: "noninteractive" });
  const installed = find();
  if (!installed) throw new Error("The Debian package chromium was installed, but has no /usr/bin/chromium.");
  return installed;
}

/** Installs the editor unless it is installed. Returns the folder of its server. */
export function installEditor(): string {
  const folder = path.join(cache, EDITOR.replace("@", "-"));
  const server = path.join(folder, "package/lib/vscode");
  if (existsSync(folder)) return server;
  console.log(`installing ${EDITOR} (about 300 MB)`);
  // An interrupted install leaves only this folder, and the next install starts again.
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  run("npm", ["pack", "--silent", EDITOR], partial);
  run("tar", ["xzf", `${EDITOR.replace("@", "-")}.tgz`], partial);
  rmSync(path.join(partial, `${EDITOR.replace("@", "-")}.tgz`));
  const place = path.join(partial, "package/lib/vscode");
  const quietly = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", ["install", ...quietly], place);
  run("npm", ["install", "--no-save", ...quietly, ...PREBUILT_PACKAGES], place);
  const bin = path.join(place, "node_modules/@vscode/ripgrep/bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync("../../ripgrep-linux-x64/bin/rg", path.join(bin, "rg"));
  renameSync(partial, folder);
  return server;
}

/** Packages the extension as it is built now. Returns the path of the package. */
export function packageExtension(): string {
  const file = path.join(cache, "avm-assembly.vsix");
  mkdirSync(cache, { recursive: true });
  run("npm", ["run", "--silent", "package", "--", "--out", file], root);
  return file;
}

/** Starts the editor in a new profile, with the extension installed from its package. */
export async function startEditor(server: string, extension: string): Promise<Editor> {
  const profile = path.join(cache, "profile");
  rmSync(profile, { recursive: true, force: true });
  const settingsFile = path.join(profile, "user/User/settings.json");
  mkdirSync(path.dirname(settingsFile), { recursive: true });
  writeFileSync(settingsFile, JSON.stringify(SETTINGS));
  const folders = [
    ...["--server-data-dir", path.join(profile, "server")],
    ...["--user-data-dir", path.join(profile, "user")],
    ...["--extensions-dir", path.join(profile, "extensions")],
  ];
  const program = path.join(server, "out/server-main.js");
  run(process.execPath, [program, ...folders, "--install-extension", extension], root);

  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      program,
      ...folders,
      ...["--host", "127.0.0.1", "--port", String(port)],
      ...["--without-connection-token", "--accept-server-license-terms", "--disable-workspace-trust"],
      ...["--telemetry-level", "off", "--enable-smoke-test-driver"],
    ],
    // Runs in its own process group, because the extension host outlives its server by a minute.
    { cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"], env: environment() },
  );
  let log = "";
  child.stdout.on("data", (data: Buffer) => (log += data.toString()));
  child.stderr.on("data", (data: Buffer) => (log += data.toString()));
  const stop = (): Promise<void> => endGroup(child);
  try {
    const url = `http://127.0.0.1:${port}/`;
    await untilItAnswers(url, child);
    return { url, stop };
  } catch (error) {
    await stop();
    throw new Error(`VS Code's server didn't start.\n${log}`, { cause: error });
  }
}

/** Without an extension gallery, VS Code doesn't access the network. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', NODE_OPTIONS: "" };
}

async function untilItAnswers(url: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < end) {
    if (child.exitCode !== null)
      throw new Error(`VS Code's server ended with status ${String(child.exitCode)}.`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`VS Code's server didn't answer within ${START_TIMEOUT_MS / 1000} s.`);
}

async function endGroup(child: ChildProcess): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    try {
      process.kill(-child.pid!, signal);
      await sleep(500);
    } catch {
      // No process of the group is left.
      return;
    }
  }
}

/** A port that nothing listens to. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Runs a command. Throws its output if it fails. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...environment(), ...env },
    encoding: "utf8",
    timeout: 300_000,
  });
  if (status === 0) return;
  throw new Error(
    `${command} ${args.join(" ")}: ${error?.message ?? `status ${String(status)}`}\n${stdout}${stderr}`,
  );
}
