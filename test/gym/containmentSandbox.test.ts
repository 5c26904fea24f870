// What only the sandbox stops: writing and reading elsewhere, the network, sockets of services, and privileges.
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scrubbedEnvironment } from '../../src/gym/environmentVariables.ts';
import { openHostProxy } from '../../src/gym/sandbox/hostProxy.ts';
import { hasSandbox, itSandboxed, modes, useWorld } from '../helpers/containment.ts';

const held = useWorld();
const servers: Server[] = [];
let calls = 0;
/** Those that asked for this path: clients of other tests may still look for a service that had the port before. */
let asked = 0;
const ownPath = '/of-the-sandbox-test';
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  calls = 0;
  asked = 0;
});

/** A service of the machine. It counts who calls. */
async function service(at: string | 0): Promise<number> {
  const server = createServer((socket) => {
    calls += 1;
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      if (data.includes(ownPath)) asked += 1;
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nserved');
    });
  });
  servers.push(server);
  if (at === 0) server.listen(0, '127.0.0.1');
  else server.listen(at);
  await once(server, 'listening');
  const address = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}
const node = (script: string) => `node -e '${script}'`;

describe('writing', () => {
  it.each(modes)('in the worktree and to temporary files works, sandbox %s', async (mode) => {
    const line =
      'echo a > made.txt && mkdir -p node_modules/.cache && echo b > node_modules/.cache/x && echo c > "$TMPDIR/t" && cat "$TMPDIR/t"';
    const report = await held.world.run(line, { mode });
    expect(report.exitCode).toBe(0);
    expect(readFileSync(join(held.world.worktree.path, 'made.txt'), 'utf8')).toBe('a\n');
  });
  const places: readonly (readonly [string, () => string])[] = [
    ['the home', () => '$HOME/pwned'],
    ['a file of the home', () => '$HOME/.bashrc'],
    ['a folder of the home', () => '$HOME/.ssh/authorized_keys'],
    ['a folder beside', () => `${held.world.beside}/pwned`],
    ['a file beside', () => `${held.world.beside}/secret.txt`],
    ['the checkout', () => `${held.world.repo.root}/a.txt`],
    ['the git folder', () => `${held.world.repo.root}/.git/hooks/pre-commit`],
    ['the git configuration', () => `${held.world.repo.root}/.git/config`],
    ['a dependency, through its link', () => 'node_modules/dep/index.js'],
    ['a new file of a dependency', () => 'node_modules/dep/new.js'],
    ['the index of the worktree', () => '../index'],
    ['the owner of the worktree', () => '../owner'],
    ['another worktree', () => '../../other/files/x'],
    ['the programs of the system', () => '/usr/bin/ratchet-pwned'],
    ['the settings of the system', () => '/etc/ratchet-pwned'],
    ['the top folder', () => '/ratchet-pwned'],
    ['the groups of processes', () => '/sys/fs/cgroup/ratchet-pwned'],
    ['a running service', () => '/run/ratchet-pwned'],
    ['devices', () => '/dev/ratchet-pwned'],
  ];
  for (const [name, place] of places)
    itSandboxed(`to ${name} fails`, async () => {
      const report = await held.world.run(`echo pwned >> "${place()}"`);
      expect(report.exitCode).not.toBe(0);
    });
  for (const place of ['/proc/sys/kernel/core_pattern', '/proc/sys/vm/drop_caches', '/proc/sysrq-trigger'])
    itSandboxed(`to ${place} fails`, async () => {
      // Opened and not written: an attempt that came through would change the machine.
      expect((await held.world.run(`: >> ${place}`)).exitCode).not.toBe(0);
    });
  itSandboxed('to /tmp, /var/tmp and shared memory is gone with the command', async () => {
    const names = ['/tmp', '/var/tmp', '/dev/shm'].map((folder) => `${folder}/ratchet-${held.world.token}`);
    const report = await held.world.run(names.map((name) => `echo x > ${name}`).join(' && '));
    expect(report.exitCode).toBe(0);
    for (const name of names) expect(existsSync(name)).toBe(false);
  });
  itSandboxed('through a hard link fails', async () => {
    const report = await held.world.run(`ln ${held.world.beside}/secret.txt hard && echo pwned > hard`);
    expect(report.exitCode).not.toBe(0);
  });
  itSandboxed('of permissions, times and names elsewhere fails', async () => {
    const { beside } = held.world;
    for (const line of [
      `chmod 777 ${beside}/secret.txt`,
      `touch ${beside}/secret.txt`,
      `mv ${beside}/secret.txt x`,
      `rm -rf ${beside}`,
    ])
      expect((await held.world.run(line)).exitCode).not.toBe(0);
  });
  itSandboxed('to a folder that the configuration opens works', async () => {
    const report = await held.world.run(`echo ok > ${held.world.beside}/opened && cat ${held.world.beside}/opened`, {
      write: [held.world.beside],
    });
    rmSync(join(held.world.beside, 'opened'));
    expect(report.outputTail).toBe('ok\n');
  });
  itSandboxed('memory in files is bounded', async () => {
    expect((await held.world.run('head -c 1200M /dev/zero > /dev/shm/x')).exitCode).not.toBe(0);
    expect((await held.world.run('head -c 1M /dev/zero > /run/x')).exitCode).not.toBe(0);
  });
});

describe('privileges', () => {
  for (const [name, line] of [
    ['mounting', 'mount -t tmpfs none src'],
    ['mounting again with the right to write', 'mount -o remount,rw /'],
    [
      'mounting in a namespace of its own',
      `unshare -Urm sh -c 'mount -o remount,rw,bind / && echo pwned > /ratchet-pwned'`,
    ],
    ['unmounting what hides', 'umount /tmp'],
    ['a root folder of its own', 'chroot . true'],
    ['the clock', 'date -s 2001-01-01'],
    ['devices', 'mknod disk b 254 0 && head -c 512 disk'],
    ['the namespaces of the first process', 'nsenter -t 1 -m -- sh -c "echo pwned > /ratchet-pwned"'],
    ['a kernel module', 'insmod /dev/null'],
  ] as const)
    itSandboxed(`${name} is refused`, async () => {
      expect((await held.world.run(line)).exitCode).not.toBe(0);
      expect(existsSync('/ratchet-pwned')).toBe(false);
    });
});

describe('secrets', () => {
  itSandboxed('of the home are not there to read', async () => {
    const report = await held.world.run('cat "$HOME/.ssh/id_ed25519"; ls -A "$HOME/.ssh"');
    expect(report.outputTail).not.toContain('the private key');
    expect(report.outputTail).not.toContain('id_ed25519\n');
  });
  it.each(modes)('of the environment are not there to read, sandbox %s', async (mode) => {
    const names = [
      'ANTHROPIC_API_KEY',
      'AWS_SECRET_ACCESS_KEY',
      'GITHUB_TOKEN',
      'NPM_TOKEN',
      'DATABASE_URL',
      'SSH_AUTH_SOCK',
      'DOCKER_HOST',
      'GIT_ASKPASS',
      'XDG_SESSION_TOKEN',
    ];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = 'the-secret-of-the-environment';
    try {
      const report = await held.world.run(
        'env; cat /proc/self/environ; cat /proc/$PPID/environ | tr "\\0" "\\n" | grep -c RATCHET',
        { mode },
      );
      expect(report.outputTail).toContain('PATH=');
      expect(report.outputTail).not.toContain('the-secret-of-the-environment');
      expect(Object.values(scrubbedEnvironment())).not.toContain('the-secret-of-the-environment');
    } finally {
      for (const [index, name] of names.entries()) {
        const value = before[index];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
});

describe('the network', () => {
  itSandboxed('of the machine is not there', async () => {
    const port = await service(0);
    const report = await held.world.run(
      node(
        `require("net").connect(${port}, "127.0.0.1").on("error", (e) => { console.log(e.code); process.exit(3); }).on("connect", () => process.exit(0))`,
      ),
    );
    expect(report.exitCode).toBe(3);
    expect(calls).toBe(0);
  });
  itSandboxed('outside is not there: addresses', async () => {
    for (const address of ['1.1.1.1', '169.254.169.254', '10.0.0.1']) {
      const report = await held.world.run(
        node(
          `require("net").connect({ port: 80, host: "${address}", timeout: 2000 }).on("error", () => process.exit(3)).on("timeout", () => process.exit(4)).on("connect", () => process.exit(0))`,
        ),
      );
      expect(report.exitCode).toBe(3);
    }
  });
  itSandboxed('outside is not there: names', async () => {
    const report = await held.world.run(node('require("dns").lookup("example.com", (e) => process.exit(e ? 3 : 0))'));
    expect(report.exitCode).toBe(3);
  });
  itSandboxed('outside is not there: datagrams', async () => {
    const report = await held.world.run(
      node('require("dgram").createSocket("udp4").send("x", 53, "1.1.1.1", (e) => process.exit(e ? 3 : 0))'),
    );
    expect(report.exitCode).toBe(3);
  });
  itSandboxed('inside works: a test may serve and call itself', async () => {
    const report = await held.world.run(
      node(
        'const s = require("http").createServer((q, a) => a.end("mine")).listen(0, () => fetch("http://127.0.0.1:" + s.address().port).then((r) => r.text()).then((t) => { console.log(t); process.exit(0); }))',
      ),
    );
    expect(report.outputTail).toContain('mine');
  });
});

describe('sockets of services', () => {
  const call = (socket: string) =>
    node(
      `require("net").connect("${socket}").on("error", (e) => { console.log(e.code); process.exit(3); }).on("connect", () => process.exit(0))`,
    );
  for (const [name, path] of [
    ['in a folder that is seen', () => join(held.world.beside, 'docker.sock')],
    ['in the home', () => join(held.world.home, 'agent.sock')],
    ['in the folder of temporary files', () => `/tmp/ratchet-agent-${held.world.token}.sock`],
    ['among the running services', () => `/run/ratchet-${held.world.token}.sock`],
    ['without a file', () => `\0ratchet-${held.world.token}`],
  ] as const)
    itSandboxed(`${name} cannot be called`, async () => {
      if (name === 'among the running services' && process.getuid?.() !== 0) return;
      await service(path());
      try {
        const report = await held.world.run(call(path().replace('\0', '\\0')));
        expect(report.exitCode).toBe(3);
        expect(calls).toBe(0);
      } finally {
        for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
      }
    });
  itSandboxed('of its own work', async () => {
    const report = await held.world.run(
      node(
        'const n = require("net"); const p = process.env.TMPDIR + "/s"; n.createServer((c) => c.end("x")).listen(p, () => n.connect(p).on("data", () => process.exit(0)))',
      ),
    );
    expect(report.exitCode).toBe(0);
  });
});

describe('hosts that the configuration allows', () => {
  const get = (url: string) =>
    node(`fetch("${url}").then((r) => console.log(r.status), (e) => console.log(String(e)))`);
  itSandboxed('can be reached through the proxy, and others cannot', async () => {
    const port = await service(0);
    const other = await service(0);
    const settings = { hosts: [`localhost:${port}`] };
    expect((await held.world.run(get(`http://localhost:${port}${ownPath}`), settings)).outputTail).toContain('200');
    for (const url of [
      `http://localhost:${other}${ownPath}`,
      `http://127.0.0.1:${port}${ownPath}`,
      'http://example.com/',
    ])
      expect((await held.world.run(get(url), settings)).outputTail).toContain('fetch failed');
    expect(asked).toBe(1);
  });
  itSandboxed('leave every other way shut', async () => {
    const port = await service(0);
    const line = node(
      `require("net").connect(${port}, "127.0.0.1").on("error", () => process.exit(3)).on("connect", () => process.exit(0))`,
    );
    expect((await held.world.run(line, { hosts: [`localhost:${port}`] })).exitCode).toBe(3);
  });
  itSandboxed('keep the exit code of the command', async () => {
    expect((await held.world.run('exit 42', { hosts: ['example.org'] })).exitCode).toBe(42);
  });
  /** What the proxy answers to a request of the plain kind, and to one for a tunnel. */
  async function ask(hosts: readonly string[], target: string): Promise<(number | undefined)[]> {
    const proxy = await openHostProxy(hosts, 0);
    const send = (options: RequestOptions) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request({ host: '127.0.0.1', port: proxy.port, ...options }, (said) => {
          said.resume().on('end', () => resolve(said.statusCode));
        });
        asked.on('connect', (said, socket) => {
          socket.destroy();
          resolve(said.statusCode);
        });
        asked.on('error', reject).end();
      });
    try {
      return [await send({ path: `http://${target}/` }), await send({ method: 'CONNECT', path: target })];
    } finally {
      await proxy.close();
    }
  }
  it('are let through by both kinds of request', async () => {
    const port = await service(0);
    expect(await ask([`127.0.0.1:${port}`], `127.0.0.1:${port}`)).toEqual([200, 200]);
  });
  it('are told by name and port, and nothing else is let through', async () => {
    const port = await service(0);
    for (const hosts of [[], ['127.0.0.1:1'], ['localhost'], ['*.0.0.1']])
      expect(await ask(hosts, `127.0.0.1:${port}`)).toEqual([403, 403]);
    expect(calls).toBe(0);
  });
  it('are refused when their name leads to this machine', async () => {
    const port = await service(0);
    for (const name of ['x.localhost', hostname()]) expect(await ask([name], `${name}:${port}`)).toEqual([403, 403]);
    expect(calls).toBe(0);
  });
});

describe('this machine', () => {
  it('is judged by running a command in its sandbox', () => {
    expect(modes).toEqual(hasSandbox ? ['auto', 'off'] : ['off']);
  });
});
