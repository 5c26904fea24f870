// The profile of macOS' sandbox-exec for one command: reading but for secrets, few folders writable, no network but its own.
import { type ConfinedCommand, type Confinement, secretPaths } from './confinement.ts';

export function seatbelt(line: string, confinement: Confinement): ConfinedCommand {
  const { cwd, scratch, network } = confinement;
  const write = [...confinement.write, scratch, cwd];
  const profile = [
    '(version 1)',
    '(allow default)',
    '(deny file-write*)',
    `(allow file-write* ${write.map(subpath).join(' ')})`,
    '(allow file-write-data file-ioctl (literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty") (regex #"^/dev/fd/"))',
    `(deny file-read* ${secretPaths().map(subpath).join(' ')})`,
    ...(confinement.write.length === 0 ? [] : [`(allow file-read* ${confinement.write.map(subpath).join(' ')})`]),
    '(deny signal)',
    '(allow signal (target same-sandbox))',
    ...(network === 'all' ? [] : networkRules(write)),
  ].join('\n');
  const proxy = typeof network === 'object' && 'port' in network ? proxyVariables(network.port) : [];
  return { command: '/usr/bin/sandbox-exec', args: ['-p', profile, '/usr/bin/env', ...proxy, '/bin/sh', '-c', line] };
}

/** A test may serve and call on this machine, and at sockets in its own folders. The host's own local services are there too. */
const networkRules = (write: readonly string[]): string[] => [
  '(deny network*)',
  '(allow network-bind network-inbound (local ip "localhost:*"))',
  '(allow network-outbound (remote ip "localhost:*"))',
  ...write.map((path) => `(allow network* (${unixSocket(path)}))`),
];

const quote = (path: string): string => `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const subpath = (path: string): string => `(subpath ${quote(path)})`;
const unixSocket = (path: string): string => `remote unix-socket ${subpath(path)}`;

export const proxyVariables = (port: number): string[] =>
  ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => `${name}=http://127.0.0.1:${port}`);
