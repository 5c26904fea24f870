// The parser of tree-sitter, in WebAssembly: it runs on every platform and can crash nothing. Loaded once, and only when a file
// asks for it.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

type TreeSitter = typeof import('web-tree-sitter');

let loading: Promise<TreeSitter> | undefined;

export function loadTreeSitter(): Promise<TreeSitter> {
  loading ??= start();
  return loading;
}

async function start(): Promise<TreeSitter> {
  const module = await import('web-tree-sitter');
  const runtime = wasmPath('web-tree-sitter/web-tree-sitter.wasm');
  await module.Parser.init({ locateFile: () => runtime });
  return module;
}

/** A file of a package: beside the bundle (whose code may stand in a chunk one folder deeper), or where it is installed. */
export function wasmPath(packagePath: string): string {
  const here = import.meta.dirname;
  const name = packagePath.slice(packagePath.lastIndexOf('/') + 1);
  const bundled = [here, join(here, '..')].map((folder) => join(folder, 'wasm', name)).find((path) => existsSync(path));
  return bundled ?? createRequire(import.meta.url).resolve(packagePath);
}
