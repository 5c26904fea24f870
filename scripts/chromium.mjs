// A Chromium that Playwright can drive: one that is installed, or Debian's package where this may install it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const chromiumFlags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
];

/** Another installation may be under way; seconds. */
const waiting = ['-o', 'DPkg::Lock::Timeout=120'];

/** The path of a browser, or undefined with the reason said. */
export function ensureChromium(say = console.log) {
  const given = process.env.RATCHET_CHROMIUM;
  if (given !== undefined && existsSync(given)) return given;
  const found = places.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (isDebianRoot) {
    say('Installing Chromium from the packages of Debian ...');
    spawnSync('apt-get', [...waiting, 'update'], { stdio: 'ignore' });
    spawnSync('apt-get', [...waiting, 'install', '-y', '--no-install-recommends', 'chromium'], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    const installed = places.find((path) => existsSync(path));
    if (installed !== undefined) return installed;
  }
  say('No Chromium was found. Install one (Debian: apt-get install chromium), or name it in RATCHET_CHROMIUM.');
  return undefined;
}
