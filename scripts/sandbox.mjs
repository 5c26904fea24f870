// Sees to the sandbox that the gym runs commands in. Installs bubblewrap where that needs no question, and says so where not.
import { spawnSync } from 'node:child_process';

const minute = 60_000;
const works = (command, args) => spawnSync(command, args, { stdio: 'ignore', timeout: minute }).status === 0;

/** Does nothing where bubblewrap is there, and on systems that have a sandbox of their own or none. */
export function ensureSandbox() {
  if (process.platform !== 'linux' || works('bwrap', ['--version'])) return;
  const manual = 'Install bubblewrap to have the tests of the sandbox run too, for instance: apt install bubblewrap';
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, 'apt-get', '-qq', ...args];
    return works(command, rest);
  };
  if (!works('apt-get', ['--version']) || (asRoot.length > 0 && !works('sudo', ['-n', 'true']))) {
    console.log(manual);
    return;
  }
  console.log('Installing bubblewrap ...');
  const install = () => apt('install', '-y', '--no-install-recommends', 'bubblewrap');
  if (!install() && !(apt('update') && install())) console.log(`It could not be installed. ${manual}`);
}
