// Text of the script that runs inside of a JavaScript test process and writes down what each test ran through. It asks V8 itself,
// between two tests, so that one process is enough for all of them; the tests see nothing of it.

/** Variables that tell the script where to write and what is of interest. */
export const recorderVariables = {
  folder: 'RATCHET_COVERAGE_FOLDER',
  root: 'RATCHET_COVERAGE_ROOT',
  /** Tests of one process beyond this many are not measured. */
  most: 'RATCHET_COVERAGE_TESTS',
} as const;
/** Bytes of records that one process may write. */
const maxBytes = 96 * 1024 * 1024;

/** CommonJS; exports `begin(names, file)` and `end()`, which may be nested. */
export const recorder = `'use strict';
const { appendFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { join } = require('node:path');
const { fileURLToPath } = require('node:url');
const { threadId } = require('node:worker_threads');

const folder = process.env.${recorderVariables.folder};
const slashed = (path) => path.replaceAll('\\\\', '/');
const root = slashed(process.env.${recorderVariables.root});
const most = Number(process.env.${recorderVariables.most});
const to = join(folder, process.pid + '-' + threadId + '-' + process.hrtime.bigint() + '.jsonl');
const session = new Session();
session.connect();
const post = (method, params) => {
  let answer;
  session.post(method, params, (error, result) => {
    answer = error ? undefined : result;
  });
  return answer;
};
post('Profiler.enable');
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

let written = 0;
let count = 0;
const write = (record) => {
  const line = JSON.stringify(record) + '\\n';
  written += line.length;
  if (written < ${maxBytes}) appendFileSync(to, line);
};

const pathOf = (url) => {
  const plain = url.replace(/[?#].*$/, '');
  try {
    return slashed(plain.startsWith('file:') ? fileURLToPath(plain) : plain);
  } catch {
    return slashed(plain);
  }
};
const isOwn = (path) => path.startsWith(root + '/') && !path.includes('/node_modules/');

const known = new Set();
const keepSources = (scripts) => {
  const open = scripts.filter(({ id }) => !known.has(id));
  if (open.length === 0) return;
  post('Debugger.enable');
  post('Debugger.setSkipAllPauses', { skip: true });
  for (const { id, path } of open) {
    known.add(id);
    write({ type: 'source', id, path, text: post('Debugger.getScriptSource', { scriptId: id })?.scriptSource ?? null });
  }
  post('Debugger.disable');
};

/** What ran since it was asked last. */
const take = () => {
  const scripts = (post('Profiler.takePreciseCoverage')?.result ?? []).flatMap(({ scriptId, url, functions }) => {
    const path = pathOf(url);
    if (!isOwn(path)) return [];
    const ran = functions.filter(({ ranges }) => ranges.length > 0);
    return [{ id: scriptId, path, functions: ran.map(({ functionName, ranges }) =>
      [functionName, ranges.flatMap(({ startOffset, endOffset, count }) => [startOffset, endOffset, count > 0 ? 1 : 0])]) }];
  });
  keepSources(scripts);
  return scripts.map(({ id, functions }) => ({ id, functions }));
};

const open = [];
let isLoaded = false;
const note = (scripts) => {
  const test = open.at(-1);
  if (scripts.length === 0) return;
  if (test === undefined) write({ type: 'outside', scripts });
  else test.parts.push(scripts);
};
exports.begin = (names, file) => {
  if (count >= most) return;
  // To ask costs more than many a test. What runs between two tests, hooks of suites mostly, counts for the second.
  if (!isLoaded || open.length > 0) note(take());
  isLoaded = true;
  open.push({ names, file, parts: [] });
};
exports.end = () => {
  if (open.length === 0) return;
  note(take());
  const test = open.pop();
  count += 1;
  write({ type: 'test', file: test.file, names: test.names, scripts: test.parts.flat() });
};
process.on('exit', () => {
  while (open.length > 0) exports.end();
  note(take());
});
`;
