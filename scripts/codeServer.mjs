// A real VS Code without a desktop: the workbench and extension host that the npm package code-server carries, fetched
// into .vscode-test/ on first use. Plain JavaScript without dependencies, since it also runs before `npm install`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export const version = '4.139.1';

/** Fetches what is missing; returns the folder of the server. Throws with what to do when it cannot. */
export function ensureCodeServer(root, say = console.log) {
  const home = join(root, '.vscode-test', `code-server-${version}`);
  const server = join(home, 'node_modules', 'code-server', 'lib', 'vscode');
  if (existsSync(join(home, '.complete'))) return server;
  say(`Fetching VS Code (code-server ${version}, about 400 MB, once) ...`);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const npm = (args, cwd) => {
    const ran = spawnSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    if (ran.status !== 0)
      throw new Error(
        'VS Code could not be fetched from the npm registry. Check the network and run the command again.',
      );
  };
  // Native modules are either prebuilt or not needed, so no install script has to run.
  npm(['install', '--prefix', home, '--ignore-scripts', '--engine-strict=false', `code-server@${version}`], root);
  npm(['install', '--omit=dev', '--ignore-scripts', '--engine-strict=false'], server);
  npm(['install', '--omit=dev', '--ignore-scripts', '--engine-strict=false'], join(server, 'extensions'));
  replaceLogger(server);
  writeFileSync(join(home, '.complete'), version);
  return server;
}

/** `@vscode/spdlog` has to be compiled; a stand-in that appends to the log file serves as well here. */
function replaceLogger(server) {
  const folder = join(server, 'node_modules', '@vscode', 'spdlog');
  if (existsSync(join(folder, 'build', 'Release', 'spdlog.node'))) return;
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const main = join(folder, manifest.main ?? 'index.js');
  if (existsSync(main)) renameSync(main, `${main}.original`);
  writeFileSync(
    main,
    `// Stands in for the native logger: appends lines to the log file.
const { appendFile } = require('node:fs');
class Logger {
  constructor(name, path) { this.name = name; this.path = path; }
  write(level, message) { if (this.path) appendFile(this.path, new Date().toISOString() + ' [' + level + '] ' + message + '\\n', () => {}); }
  trace(message) {} debug(message) {}
  info(message) { this.write('info', message); }
  warn(message) { this.write('warning', message); }
  error(message) { this.write('error', message); }
  critical(message) { this.write('critical', message); }
  getLevel() { return 2; } setLevel() {} setPattern() {} clearFormatters() {} flush() {} drop() {}
}
const create = async (name, path) => new Logger(name, path);
module.exports = { version: 0, setLevel() {}, setFlushOn() {}, shutdown() {}, Logger, createRotatingLogger: create, createAsyncRotatingLogger: create };
`,
  );
}

/** A port that is free now; `wanted` when it is. */
export async function freePort(wanted = 0) {
  const tried = await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
  return tried ?? (await freePort(0));
}

/** Installs a package, or makes a folder an installed extension, as an installation from a package leaves it. */
function installExtension(folder, dataDirectory, root, server) {
  if (folder.endsWith('.vsix')) {
    const installed = spawnSync(
      join(root, 'node_modules', '.bin', 'node'),
      [join(server, 'out', 'server-main.js'), '--server-data-dir', dataDirectory, '--install-extension', folder],
      { encoding: 'utf8', timeout: 120_000 },
    );
    if (installed.status !== 0) throw new Error(`${folder} was not installed:\n${installed.stdout}${installed.stderr}`);
    return;
  }
  const { publisher, name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entry = {
    identifier: { id: `${publisher}.${name}` },
    version,
    location: { $mid: 1, path: folder, scheme: 'file' },
    metadata: { source: 'vsix' },
  };
  mkdirSync(join(dataDirectory, 'extensions'), { recursive: true });
  writeFileSync(join(dataDirectory, 'extensions', 'extensions.json'), JSON.stringify([entry]));
}

/**
 * Starts the server; resolves when it answers. `stop` ends it with everything it started. With `installed`, the folder
 * or the package of an extension, VS Code is as a person has it; without, a page can name an extension under development, and VS Code
 * shows no toast. `beside` is the folder of one more extension, which is installed in any case.
 */
export async function startCodeServer({
  root,
  port,
  dataDirectory,
  installed = undefined,
  beside = undefined,
  withoutTrust = false,
  env = process.env,
  say = console.log,
}) {
  const server = ensureCodeServer(root, say);
  for (const extension of [installed, beside])
    if (extension !== undefined) installExtension(extension, dataDirectory, root, server);
  const child = spawn(
    join(root, 'node_modules', '.bin', 'node'),
    [
      join(server, 'out', 'server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms'],
      ...['--server-data-dir', dataDirectory, '--disable-telemetry', '--force-disable-user-env'],
      ...(installed === undefined ? ['--enable-smoke-test-driver'] : []),
      ...(withoutTrust ? ['--disable-workspace-trust'] : []),
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' },
  );
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-8_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    const signal = (name) => {
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, name);
      } catch {
        // Already gone, which is what was wanted.
      }
    };
    signal('SIGTERM');
    const harder = setTimeout(() => signal('SIGKILL'), 3_000);
    await gone;
    clearTimeout(harder);
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`VS Code's server ended at once:\n${output}`);
    const answer = await fetch(`${url}/version`).then(
      (response) => response.ok,
      () => false,
    );
    if (answer) return { url, stop, pid: child.pid, output: () => output };
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`VS Code's server did not answer within a minute:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The address that opens a folder, with an extension under development if there is one. */
export function workbenchUrl({ url, folder, workspace, extension, more = [] }) {
  const authority = new URL(url).host;
  const developed =
    extension === undefined ? [] : [['extensionDevelopmentPath', `vscode-remote://${authority}${extension}`]];
  const payload = [...developed, ['skipWelcome', 'true'], ...more];
  const where =
    workspace === undefined ? `folder=${encodeURIComponent(folder)}` : `workspace=${encodeURIComponent(workspace)}`;
  return `${url}/?${where}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
