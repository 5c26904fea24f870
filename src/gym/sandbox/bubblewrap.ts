// The arguments of bubblewrap for one command: the whole system read-only, few folders writable, no network of the host.
// Never gives a privilege: what the command could do before, it can do at most.
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { type ConfinedCommand, type Confinement, isWithin, secretPaths } from './confinement.ts';
import { throughBridge } from './networkBridge.ts';

/** Bytes of `/dev/shm`, which databases and browsers in tests use. */
const sharedMemoryBytes = 1024 ** 3;
/** Folders that hold sockets of services and other people's temporary files. */
const hidden = ['/run', '/var/tmp', '/tmp'];
/** Where NixOS and snaps keep their programs. */
const shownOfRun = ['/run/current-system', '/run/opengl-driver'];

export function bubblewrap(line: string, confinement: Confinement): ConfinedCommand {
  const { cwd, scratch, temporary, visible, network } = confinement;
  const write = [...confinement.write, scratch, cwd];
  const isShown = (path: string) => write.some((folder) => isWithin(path, folder));
  const shown = [...shownOfRun, ...visible.flatMap(shownFor)].filter(existsSync);
  const bindings = [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...settingsOfKernel().flatMap((path) => ['--ro-bind', path, path]),
    // Files in memory are in no process's account, so there is one such place and it is small.
    ...['--size', String(sharedMemoryBytes), '--tmpfs', '/dev/shm', '--remount-ro', '/dev', '--tmpfs', '/run'],
    // A real folder, so that temporary files cost disk and not memory, and are gone with the command.
    ...['--bind', temporary, '/tmp', '--bind', temporary, '/var/tmp'],
    ...[...new Set(shown)].flatMap((path) => ['--ro-bind', path, path]),
    ...secretPaths()
      .filter((path) => existsSync(path) && !isShown(path))
      .flatMap(blanked),
    ...socketsOfHost()
      .filter((path) => existsSync(path) && !isShown(path) && !isHidden(path, shown))
      .flatMap(blanked),
    ...write.flatMap((path) => ['--bind', path, path]),
    // After the places in it were made.
    ...['--remount-ro', '/run'],
  ];
  const spaces = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-cgroup-try'];
  const reaches = network === 'all' ? [] : ['--unshare-net'];
  const inner = typeof network === 'object' && 'socket' in network ? throughBridge(line, network.socket) : shell(line);
  return {
    command: program(),
    // Without a capability, root in the sandbox is a name only.
    args: [
      ...spaces,
      ...reaches,
      '--die-with-parent',
      '--cap-drop',
      'ALL',
      ...bindings,
      '--chdir',
      cwd,
      '--',
      ...inner,
    ],
  };
}

/** The kernel asks for the name of root alone when these are written, so that root without a capability could. */
function settingsOfKernel(): string[] {
  if (process.getuid?.() !== 0) return [];
  return ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs', 'acpi', 'scsi'].map((name) => `/proc/${name}`).filter(existsSync);
}

/** By its whole path: the command's own search path begins in the worktree, which may hold a program of that name. */
function program(): string {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, 'bwrap')).find(existsSync) ?? 'bwrap';
}

const shell = (line: string): string[] => ['/bin/sh', '-c', line];

/** The topmost folder below a hidden one on the way to a path that must be seen, links followed too. */
function shownFor(path: string): string[] {
  const paths = [path, existsSync(path) ? realpathSync(path) : path];
  return paths.flatMap((way) => {
    const folder = hidden.find((candidate) => way.startsWith(`${candidate}/`));
    return folder === undefined ? [] : [join(folder, way.slice(folder.length + 1).split('/')[0] ?? '')];
  });
}

const isHidden = (path: string, shown: readonly string[]): boolean =>
  hidden.some((folder) => isWithin(path, folder)) && !shown.some((folder) => isWithin(path, folder));

/** A folder is shown empty, a file or a socket as nothing. A link is left alone: what it leads to has a place of its own. */
function blanked(path: string): string[] {
  const there = lstatSync(path);
  if (there.isSymbolicLink()) return [];
  return there.isDirectory() ? ['--tmpfs', path, '--remount-ro', path] : ['--ro-bind', '/dev/null', path];
}

/** Unix sockets that someone listens at. A read-only folder does not keep anyone from calling there. */
function socketsOfHost(): string[] {
  const paths = readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .flatMap((line) => /^\S+: \S+ \S+ \S+ \S+ \S+ +\d+ (\/.*)$/.exec(line)?.[1] ?? []);
  return [...new Set(paths)];
}
