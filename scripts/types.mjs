// Types: the whole, the pure folders without any platform, and the browser code.
import { spawnSync } from 'node:child_process';

const projects = ['tsconfig.json', 'tsconfig.pure.json', 'tsconfig.webview.json'];
const failed = projects.filter(
  (project) =>
    spawnSync('tsc', ['-p', project], { stdio: 'inherit', shell: process.platform === 'win32' }).status !== 0,
);
console.log(failed.length === 0 ? `Types hold in ${projects.length} projects.` : `Types fail in ${failed.join(', ')}.`);
process.exit(failed.length === 0 ? 0 : 1);
