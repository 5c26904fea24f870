// Builds the sample project with its history: node scripts/sample/create.mjs DIRECTORY
// The same history, down to the commit ids, every time. Refuses a folder that holds anything else.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commits } from './history.mjs';

const source = join(dirname(fileURLToPath(import.meta.url)), 'project');
const day = 24 * 60 * 60;
const firstCommit = Date.UTC(2026, 0, 5, 9) / 1000;

/** Creates the project; returns the number of commits. An existing sample is left as it is. */
export function createSample(directory) {
  if (existsSync(join(directory, '.git'))) return 0;
  if (existsSync(directory) && readdirSync(directory).length > 0) throw new Error(`${directory} is not empty.`);
  mkdirSync(directory, { recursive: true });
  const env = { PATH: process.env.PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const git = (args, more = {}) =>
    execFileSync('git', args, { cwd: directory, env: { ...env, ...more }, stdio: 'pipe' });
  git(['init', '-q', '-b', 'main']);
  commits.forEach(([message, author, files], index) => {
    for (const file of files) reveal(directory, file);
    const date = `${firstCommit + index * day} +0000`;
    const email = `${author.toLowerCase()}@example.com`;
    git(['add', '-A']);
    git(['commit', '-q', '-m', message], {
      GIT_AUTHOR_NAME: author,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: author,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    });
  });
  // So that a person who commits in the sample needs no configuration.
  git(['config', 'user.name', 'You']);
  git(['config', 'user.email', 'you@example.com']);
  const missing = filesIn(source, '').filter((path) => !existsSync(join(directory, path)));
  if (missing.length > 0) throw new Error(`The history forgets ${missing.join(', ')}.`);
  return commits.length;
}

function reveal(directory, file) {
  const [path, blocks] = typeof file === 'string' ? [file, undefined] : file;
  const text = readFileSync(join(source, path), 'utf8');
  const shown = blocks === undefined ? text : `${text.split('\n\n').slice(0, blocks).join('\n\n').trimEnd()}\n`;
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), shown);
}

function filesIn(root, relative) {
  return readdirSync(join(root, relative)).flatMap((name) => {
    const path = relative === '' ? name : `${relative}/${name}`;
    return statSync(join(root, path)).isDirectory() ? filesIn(root, path) : [path];
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , directory] = process.argv;
  if (directory === undefined) throw new Error('Say where: node scripts/sample/create.mjs DIRECTORY');
  console.log(`${createSample(resolve(directory))} commits`);
}
