// npm start, npm test and npm run setup. Runs on any Node from 18 on, straight after a clone: it installs what is missing and goes
// on with the Node that the project itself brings.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureSandbox } from './sandbox.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const isWindows = process.platform === 'win32';
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };

function setUp() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(readFileSync(join(root, 'package.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.ratchet-setup');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (spawnSync('git', ['--version']).status !== 0) fail('Git was not found. Install git and run the command again.');
  console.log('Installing the packages of the project ...');
  // The project brings its own Node; the system's may be older than what packages ask for.
  const installed = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: isWindows,
  });
  if (installed.status !== 0)
    fail('The packages could not be installed. Check the network to the npm registry and run the command again.');
  if (!existsSync(join(bin, isWindows ? 'node.cmd' : 'node')))
    fail('The package "node" did not install its program. Run: npm install-scripts approve node');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

function run(command, args, what) {
  const ran = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell: isWindows });
  if (ran.status !== 0) fail(`${what} failed.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Hands over to a script on the project's own Node, signals included. */
function become(script, args) {
  const child = spawn(join(bin, isWindows ? 'node.cmd' : 'node'), [join(root, script), ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: isWindows,
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

const [, , task, ...args] = process.argv;
setUp();
if (task === 'setup' || task === 'test') ensureSandbox();
if (task === 'setup') console.log('Everything is set up.');
else {
  run('node', ['esbuild.js'], 'The build');
  if (task === 'start') become('scripts/start.mjs', args);
  else if (task === 'test') become('scripts/test.mjs', args);
  else fail(`Unknown task ${task}: setup, start or test.`);
}
