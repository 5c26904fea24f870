// A script that a process of Node loads first, which profiles it and writes the profile when it ends. It goes in by NODE_OPTIONS,
// so that a test runner's own processes have it too; `--cpu-prof` would do the same, but not every Node takes it from there.

/** Microseconds between two looks at the stack. */
const intervalMicros = 250;

/**
 * CommonJS; `folder` is where the profiles go. A process that is killed writes none, and some have no inspector, such as the one
 * that `node --test` watches its test files from; those run as they would.
 */
export const profileScript = (folder: string): string => `'use strict';
const { Session } = require('node:inspector');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { threadId } = require('node:worker_threads');
try {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: ${intervalMicros} });
  session.post('Profiler.start');
  process.on('exit', () => {
    session.post('Profiler.stop', (error, result) => {
      const file = join(${JSON.stringify(folder)}, process.pid + '-' + threadId + '.cpuprofile');
      try {
        if (!error) writeFileSync(file, JSON.stringify(result.profile));
      } catch {}
    });
  });
} catch {}
`;
