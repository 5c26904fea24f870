// ast-grep as WebAssembly, for the grammars that are WebAssembly too.
import { readFile } from 'node:fs/promises';
import * as glue from '@ast-grep/wasm/wasm_bg.js';
import { loadTreeSitter, wasmPath } from '../treeSitter.ts';

let loading: Promise<typeof glue> | undefined;

export function loadAstGrep(): Promise<typeof glue> {
  loading ??= start();
  return loading;
}

/** What the package does on import, where the import of a `.wasm` is known; before, the parser that both use is started. */
async function start(): Promise<typeof glue> {
  await loadTreeSitter();
  const bytes = await readFile(wasmPath('@ast-grep/wasm/wasm_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './wasm_bg.js': { ...glue } });
  glue.__wbg_set_wasm(instance.exports);
  const { __wbindgen_start: begin } = instance.exports;
  if (typeof begin === 'function') begin();
  await glue.initializeTreeSitter();
  return glue;
}
