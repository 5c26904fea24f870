// Builds the VSIX: one without platform binaries, and with `--target linux-x64` one that carries the native parsers.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
const natives = ['oxc-parser', 'oxc-resolver', '@ast-grep/napi'];
/** Beside the bundles, where Node looks first; vsce leaves the top folder's own modules out. */
const carried = join(root, 'dist', 'node_modules');
const scratch = join(root, 'dist', '.package');

/** Copies what runs of a package and of its binding for the target, and no source, type or map. */
function carry(name) {
  const from = join(root, 'node_modules', name);
  const { optionalDependencies = {} } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  const bindings = Object.keys(optionalDependencies).filter((dependency) => dependency.includes(target));
  const present = bindings.filter((dependency) => existsSync(join(root, 'node_modules', dependency)));
  if (present.length === 0) {
    console.error(`There is no binding of ${name} for ${target} on this machine. Build the package on ${target}.`);
    process.exit(1);
  }
  for (const dependency of [name, ...present])
    cpSync(join(root, 'node_modules', dependency), join(carried, dependency), {
      recursive: true,
      filter: (path) => statSync(path).isDirectory() || /(?:\.node|\.[cm]?js|package\.json|LICENSE)$/.test(path),
    });
}

try {
  let more = [];
  if (target !== undefined) {
    for (const name of natives) carry(name);
    mkdirSync(scratch, { recursive: true });
    writeFileSync(join(scratch, 'vscodeignore'), `${readFileSync(ignoreFile, 'utf8')}!dist/node_modules/**\n`);
    more = ['--target', target, '--ignoreFile', 'dist/.package/vscodeignore'];
  }
  const options = ['--no-dependencies', '--skip-license', '--allow-missing-repository', '--no-rewrite-relative-links'];
  run('vsce', ['package', ...options, '--out', out, ...more]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
  rmSync(carried, { recursive: true, force: true });
}
const megabytes = statSync(out).size / 1024 / 1024;
console.log(`${out.slice(root.length + 1)}: ${megabytes.toFixed(2)} MB`);
if (target === undefined && megabytes > limit) {
  console.error(`The package is larger than ${limit} MB.`);
  process.exit(1);
}
