// An HTTP proxy that lets chosen hosts through and no other. It keeps nothing and looks into nothing that it carries.
// A name that leads to this machine or to a local network device is refused, unless the list names the address itself.
import { lookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { BlockList, connect, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';

export interface HostProxy {
  readonly port: number | null;
  close(): Promise<void>;
}

/** `at`: a socket's path, or a port of this machine (0 for any). */
export async function openHostProxy(hosts: readonly string[], at: string | 0): Promise<HostProxy> {
  const open = new Set<Duplex>();
  const server = createServer((asked, answer) => void forward(hosts, asked, answer));
  server.on('connect', (asked, near, head) => void tunnel(hosts, asked, near, head, open));
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (at === 0) server.listen(0, '127.0.0.1', resolve);
    else server.listen(at, resolve);
  });
  return { port: portOf(server), close: () => close(server, open) };
}

function portOf(server: Server): number | null {
  const address = server.address();
  return address === null || typeof address === 'string' ? null : address.port;
}

async function close(server: Server, open: ReadonlySet<Duplex>): Promise<void> {
  for (const socket of open) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

async function tunnel(
  hosts: readonly string[],
  asked: IncomingMessage,
  near: Duplex,
  head: Buffer,
  open: Set<Duplex>,
): Promise<void> {
  near.on('error', () => near.destroy());
  const target = targetOf(`http://${asked.url ?? ''}`, '443');
  const address = target === undefined ? undefined : await addressOf(hosts, target);
  if (target === undefined || address === undefined) {
    near.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${refusalText}`);
    return;
  }
  const far: Socket = connect(target.port, address, () => {
    near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    far.write(head);
    far.pipe(near).pipe(far);
  });
  open.add(far);
  far.on('error', () => near.destroy()).on('close', () => open.delete(far));
  near.on('close', () => far.destroy());
}

async function forward(hosts: readonly string[], asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const target = targetOf(asked.url ?? '', '80');
  const address = target === undefined ? undefined : await addressOf(hosts, target);
  if (target === undefined || address === undefined) {
    answer.writeHead(403, { 'Content-Type': 'text/plain' }).end(refusalText);
    return;
  }
  const { pathname, search } = new URL(asked.url ?? '');
  const path = `${pathname}${search}`;
  const headers = { ...asked.headers, host: target.authority };
  const far = request({ host: address, port: target.port, path, method: asked.method, headers }, (said) => {
    answer.writeHead(said.statusCode ?? 502, said.headers);
    said.pipe(answer);
  });
  far.on('error', () => answer.destroy());
  asked.pipe(far);
}

const refusalText = 'This host is not among sandbox.hosts of .ratchet/config.yml.\n';

interface Target {
  readonly host: string;
  readonly port: number;
  readonly authority: string;
}

function targetOf(url: string, defaultPort: string): Target | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, host } = new URL(url);
  const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return { host: bare.toLowerCase(), port: Number(port === '' ? defaultPort : port), authority: host };
}

/** Exported for its test. `*.example.org` does not match `example.org` itself, and no pattern matches an address. */
export function isAllowed(hosts: readonly string[], { host, port }: Pick<Target, 'host' | 'port'>): boolean {
  return hosts.some((entry) => {
    const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
    return name.startsWith('*.') && isIP(host) === 0 ? host.endsWith(name.slice(1)) : host === name;
  });
}

/** The address to call; undefined when the host is not allowed, unknown, or leads to this machine. */
async function addressOf(hosts: readonly string[], target: Target): Promise<string | undefined> {
  if (!isAllowed(hosts, target)) return undefined;
  if (isIP(target.host) !== 0 || target.host === 'localhost') return target.host;
  const found = await lookup(target.host, { all: true }).catch(() => []);
  const local = localAddresses();
  return found.find(({ address, family }) => !local.check(address, family === 6 ? 'ipv6' : 'ipv4'))?.address;
}

function localAddresses(): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of [['127.0.0.0', 8] as const, ['0.0.0.0', 8] as const, ['169.254.0.0', 16] as const])
    list.addSubnet(net, prefix, 'ipv4');
  for (const [net, prefix] of [['::', 127] as const, ['fe80::', 10] as const, ['ff00::', 8] as const])
    list.addSubnet(net, prefix, 'ipv6');
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((entries) => entries ?? []))
    list.addAddress(address.split('%')[0] ?? address, family === 'IPv6' ? 'ipv6' : 'ipv4');
  return list;
}
