// Builds the VSIX: one without platform binaries, and with `--target linux-x64` one that carries the native parsers.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const targetAt = process.argv.indexOf('--target');
const target = targetAt < 0 ? undefined : process.argv[targetAt + 1];
/** Megabytes the package without platform binaries may have. */
const limit = 5;

const run = (command, args) => {
  const ran = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (ran.status !== 0) process.exit(ran.status ?? 1);
};

run('node', ['esbuild.js']);
const out = join(root, `ratchet${target === undefined ? '' : `-${target}`}.vsix`);
const ignoreFile = join(root, '.vscodeignore');
const allowed = readFileSync(ignoreFile, 'utf8');
const natives = [
  'oxc-parser',
  'oxc-resolver',
  '@ast-grep/napi',
  '@oxc-parser',
  '@oxc-resolver',
  '@ast-grep',
  '@oxc-project',
  '@napi-rs',
  'napi-postinstall',
];
const scratch = join(root, 'dist', '.package');
try {
  let more = [];
  if (target !== undefined) {
    const present = natives.filter((name) => existsSync(join(root, 'node_modules', name)));
    mkdirSync(scratch, { recursive: true });
    copyFileSync(ignoreFile, join(scratch, 'vscodeignore'));
    writeFileSync(
      join(scratch, 'vscodeignore'),
      `${allowed}${present.map((name) => `!node_modules/${name}/**\n`).join('')}`,
    );
    more = ['--target', target, '--ignoreFile', 'dist/.package/vscodeignore'];
  }
  run('vsce', ['package', '--no-dependencies', '--skip-license', '--allow-missing-repository', '--out', out, ...more]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const megabytes = statSync(out).size / 1024 / 1024;
console.log(`${out.slice(root.length + 1)}: ${megabytes.toFixed(2)} MB`);
if (target === undefined && megabytes > limit) {
  console.error(`The package is larger than ${limit} MB.`);
  process.exit(1);
}
