// Builds everything into dist/. What the editor loads at start stays small; the rest is in bundles of its own, loaded on
// first use. Usage: node esbuild.js [--watch] [--dev]
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { build, context } from 'esbuild';

const isDevelopment = process.argv.includes('--dev');
const isWatching = process.argv.includes('--watch');
const natives = ['oxc-parser', 'oxc-resolver', '@ast-grep/napi'];

/** WebAssembly that the rule engine loads when it meets a file of the language; the same on every platform. */
const wasm = [
  'web-tree-sitter/web-tree-sitter.wasm',
  '@ast-grep/wasm/wasm_bg.wasm',
  ...['python', 'go', 'rust', 'java', 'c', 'json'].map((name) => `tree-sitter-${name}/tree-sitter-${name}.wasm`),
  ...['hcl', 'lua', 'yaml'].map((name) => `@tree-sitter-grammars/tree-sitter-${name}/tree-sitter-${name}.wasm`),
  ...['bash', 'c-sharp', 'cpp', 'php', 'powershell', 'ruby'].map(
    (name) => `@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`,
  ),
];

function copyWasm() {
  mkdirSync('dist/wasm', { recursive: true });
  for (const path of wasm) copyFileSync(join('node_modules', path), join('dist', 'wasm', basename(path)));
}

/** Modules that are loaded by `await import()` and live in a bundle of their own beside the importing one. */
const lazyBundles = {
  'host/createHost.ts': './host.cjs',
  'policies/claude/claudePolicy.ts': './claude.cjs',
  'telemetry/otlpExport.ts': './otlp.cjs',
  'host/planText.ts': './planText.cjs',
  './boundary.ts': './boundary.cjs',
  './laterFeatures.ts': './laterFeatures.cjs',
  './chatModels.ts': './chatModels.cjs',
  './choosePolicy.ts': './choosePolicy.cjs',
};

const ownBundles = {
  name: 'own-bundles',
  setup(builder) {
    builder.onResolve({ filter: /\.ts$/ }, ({ path, kind }) => {
      const found = kind === 'dynamic-import' && Object.entries(lazyBundles).find(([module]) => path.endsWith(module));
      return found ? { path: found[1], external: true } : undefined;
    });
  },
};

/**
 * For every file that imports a CommonJS module as a namespace, esbuild copies all of the module's properties. `vscode` has
 * hundreds and is only ever read, so the module itself does as well, and activation takes half the time.
 */
const plainVscode = {
  name: 'plain-vscode',
  setup(builder) {
    builder.onEnd(() => {
      const { outfile } = builder.initialOptions;
      if (outfile === undefined || !existsSync(outfile)) return;
      const text = readFileSync(outfile, 'utf8');
      writeFileSync(outfile, text.replaceAll(/[\w$]+\((require\("vscode"\)),\s*1\)/g, '$1'));
    });
  },
};

const common = {
  bundle: true,
  minify: !isDevelopment,
  keepNames: true,
  sourcemap: isDevelopment ? 'linked' : false,
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
};

const cjs = (entry, outfile) => ({
  ...common,
  entryPoints: [entry],
  outfile,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  external: ['vscode', ...natives],
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
  plugins: [ownBundles, plainVscode],
});

const builds = {
  extension: cjs('src/extension.ts', 'dist/extension.cjs'),
  host: cjs('src/host/createHost.ts', 'dist/host.cjs'),
  claude: cjs('src/policies/claude/claudePolicy.ts', 'dist/claude.cjs'),
  otlp: cjs('src/telemetry/otlpExport.ts', 'dist/otlp.cjs'),
  boundary: cjs('src/vscode/boundary.ts', 'dist/boundary.cjs'),
  laterFeatures: cjs('src/vscode/laterFeatures.ts', 'dist/laterFeatures.cjs'),
  chatModels: cjs('src/vscode/chatModels.ts', 'dist/chatModels.cjs'),
  choosePolicy: cjs('src/vscode/choosePolicy.ts', 'dist/choosePolicy.cjs'),
  planText: cjs('src/host/planText.ts', 'dist/planText.cjs'),
  node: {
    ...common,
    entryPoints: {
      cli: 'src/cli/main.ts',
      invariantsEngine: 'src/invariants/engineMain.ts',
      contextEngine: 'src/host/contextMain.ts',
    },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    external: natives,
    banner: {
      js: "import { createRequire as ratchetRequire } from 'node:module'; const require = ratchetRequire(import.meta.url);",
    },
  },
  panel: {
    ...common,
    entryPoints: { panel: 'webview-ui/main.ts' },
    outdir: 'dist',
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    tsconfig: 'tsconfig.webview.json',
    loader: { '.ttf': 'dataurl' },
  },
};

/** A digest of everything the bundles are made of. */
function inputsDigest() {
  const digest = createHash('sha256').update(process.argv.slice(2).join(' '));
  const visit = (path) => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else if (!path.endsWith('.test.ts')) digest.update(path).update(readFileSync(path));
  };
  for (const path of ['src', 'webview-ui', 'esbuild.js', 'package-lock.json', 'tsconfig.json', 'tsconfig.webview.json'])
    visit(path);
  return digest.digest('hex');
}

const stamp = 'dist/.inputs';
if (isWatching) {
  copyWasm();
  for (const options of Object.values(builds)) await (await context(options)).watch();
  console.log('Watching.');
} else if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputsDigest()) {
  console.log('dist/ is up to date.');
} else {
  rmSync('dist', { recursive: true, force: true });
  mkdirSync('dist');
  copyWasm();
  const metafiles = {};
  for (const [name, options] of Object.entries(builds)) metafiles[name] = (await build(options)).metafile;
  writeFileSync('dist/.metafiles.json', JSON.stringify(metafiles));
  writeFileSync(stamp, inputsDigest());
  console.log('Built dist/.');
}
