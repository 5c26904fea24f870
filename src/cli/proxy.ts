// The proxy of the environment for everything that the CLI itself asks over the network. In the editor, VS Code's own settings
// reach `fetch` already. Commands of the project are not touched: what they may reach is the sandbox's to say.
import * as http from 'node:http';

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/** Node without this function (before 24.14) honours a proxy when it is started with NODE_USE_ENV_PROXY=1. */
export function useProxyOfEnvironment(): void {
  const isWanted = names.some((name) => (process.env[name] ?? '') !== '');
  const set: unknown = Reflect.get(http, 'setGlobalProxyFromEnv');
  if (isWanted && typeof set === 'function') set.call(http);
}
