// A real VS Code, driven as a person drives it: palette, keys, clicks. One server for each workbench, a fresh browser profile.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Browser, chromium, type Frame, type Page } from 'playwright-core';
import { chromiumFlags, ensureChromium } from '../../scripts/chromium.mjs';
import { freePort, startCodeServer, workbenchUrl } from '../../scripts/codeServer.mjs';
import { createSample } from '../../scripts/sample/create.mjs';

export const root = resolve(import.meta.dirname, '../..');
const screenshots = join(root, 'test', 'e2e', 'screenshots');

export interface WorkbenchOptions {
  readonly folder: string;
  readonly workspace?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False: the folder is not trusted, and VS Code asks. */
  readonly isTrusted?: boolean;
  /** The extension under development; Ratchet by default. */
  readonly extension?: string;
  /** True, or a package: Ratchet is installed as a person has it, and VS Code shows toasts. */
  readonly installed?: true | string;
  /** The folder of one more extension, which a person would have installed. */
  readonly beside?: string;
  /** A module whose `run` is called in the extension host, and who is told what it says and how it ends. */
  readonly suite?: {
    readonly file: string;
    readonly onLog: (text: string) => void;
    readonly onExit: (code: number) => void;
  };
}

interface Opened {
  readonly page: Page;
  readonly browser: Browser;
  readonly server: { stop(): Promise<void>; output(): string; pid: number };
  readonly scratch: string;
  readonly url: string;
}

export class Workbench {
  readonly #options: WorkbenchOptions;
  #settings: Readonly<Record<string, unknown>>;
  #started: Opened | undefined;

  /** Nothing is there before `start`. */
  constructor(options: WorkbenchOptions) {
    this.#options = options;
    this.#settings = {
      'workbench.startupEditor': 'none',
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.banner': 'never',
      'git.openRepositoryInParentFolders': 'never',
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
      'chat.commandCenter.enabled': false,
      ...options.settings,
    };
  }

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const workbench = new Workbench(options);
    await workbench.start();
    return workbench;
  }

  get #opened(): Opened {
    if (this.#started === undefined) throw new Error('The editor was not started.');
    return this.#started;
  }

  get page(): Page {
    return this.#opened.page;
  }

  /** Changes settings as a person does, while VS Code runs. */
  setSettings(change: Readonly<Record<string, unknown>>): void {
    this.#settings = { ...this.#settings, ...change };
    writeSettings(this.#opened.scratch, this.#settings);
  }

  async start(): Promise<void> {
    const executablePath = ensureChromium();
    if (executablePath === undefined) throw new Error('There is no Chromium.');
    const scratch = mkdtempSync(join(tmpdir(), 'ratchet-e2e-'));
    const options = this.#options;
    writeSettings(scratch, this.#settings);
    const server = await startCodeServer({
      root,
      port: await freePort(),
      dataDirectory: scratch,
      withoutTrust: options.isTrusted !== false,
      installed: options.installed === true ? root : options.installed,
      beside: options.beside,
    });
    const browser = await chromium.launch({ executablePath, args: chromiumFlags });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const { suite } = options;
    if (suite !== undefined) {
      // What the workbench calls on a page that runs tests.
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) =>
        suite.onLog(args.map(String).join(' ')),
      );
      await page.exposeFunction('codeAutomationExit', (code: number) => suite.onExit(code));
    }
    const authority = new URL(server.url).host;
    const more: [string, string][] =
      suite === undefined ? [] : [['extensionTestsPath', `vscode-remote://${authority}${suite.file}`]];
    const where = options.workspace === undefined ? {} : { workspace: options.workspace };
    const url = workbenchUrl({
      url: server.url,
      folder: options.folder,
      extension: options.installed === undefined ? (options.extension ?? root) : undefined,
      ...where,
      more,
    });
    this.#started = { page, browser, server, scratch, url };
    await this.load();
  }

  /** Where the server keeps its settings, state and logs. */
  get dataDirectory(): string {
    return this.#opened.scratch;
  }

  async load(): Promise<void> {
    await this.page.goto(this.#opened.url);
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  }

  /** As a person does it, so that VS Code has the time to note what was open. */
  async reload(): Promise<void> {
    await Promise.all([this.page.waitForEvent('load', { timeout: 60_000 }), this.command('Developer: Reload Window')]);
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  }

  get status() {
    return this.page.locator('#ratchet\\.ratchet\\.ratchet\\.status, [id$="ratchet.status"]').first();
  }

  async statusSays(text: string | RegExp, timeout = 60_000): Promise<void> {
    await this.page.locator('.statusbar-item', { hasText: text }).first().waitFor({ timeout });
  }

  /** Runs a command by its title from the palette; opens the palette anew while extensions are still being read. */
  async command(title: string): Promise<void> {
    await this.#pick('F1', `>${title}`, title, `The palette does not know ${title}.`);
  }

  /** Opens a quick input, types, waits for the row and takes it; anew while a busy window closes it or has no rows yet. */
  async #pick(key: string, text: string, row: string, failure: string): Promise<void> {
    const limit = { timeout: 5_000 };
    for (let attempt = 1; ; attempt += 1) {
      await this.page.keyboard.press(key);
      const input = this.page.locator('.quick-input-widget input').first();
      const rows = this.page.locator('.quick-input-list .monaco-list-row', { hasText: row });
      const isThere = await succeeds(input.fill(text, limit).then(() => rows.first().waitFor(limit)));
      if (isThere && (await this.#walkTo(row))) return await this.page.keyboard.press('Enter');
      if (attempt === 6) throw new Error(failure);
      await this.page.keyboard.press('Escape');
    }
  }

  /** Takes a row of the list that is open, by keys; false, and the list is closed, where it is not there. */
  async take(row: string): Promise<boolean> {
    const input = this.page.locator('.quick-input-widget input').first();
    const isThere = (await succeeds(input.fill(row, { timeout: 5_000 }))) && (await this.#walkTo(row));
    await this.page.keyboard.press(isThere ? 'Enter' : 'Escape');
    return isThere;
  }

  /** Moves to the row, which need not be the one that is offered first: recent ones and those of what was typed before are. */
  async #walkTo(row: string): Promise<boolean> {
    const focused = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: row });
    for (let step = 0; step < 10; step += 1) {
      // The list is drawn anew while it is searched.
      if (await succeeds(focused.first().waitFor({ timeout: step === 0 ? 1_000 : 300 }))) return true;
      await this.page.keyboard.press('ArrowDown');
    }
    return false;
  }

  /** The titles the palette shows for what was typed. */
  async paletteShows(text: string): Promise<string[]> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(`>${text}`);
    await this.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    const titles = await this.page.locator('.quick-input-list .monaco-list-row .label-name').allInnerTexts();
    await this.page.keyboard.press('Escape');
    return titles;
  }

  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press('Enter');
  }

  async openFile(path: string): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    for (let attempt = 1; ; attempt += 1) {
      await this.#pick('Control+p', path, name, `Quick open does not find ${path}.`);
      const tab = this.page.locator('.tab.active', { hasText: name });
      const isOpen = await succeeds(tab.waitFor({ timeout: 10_000 }));
      if (isOpen) return;
      // Quick open lists what was open lately before it has searched, and the row that is taken may be of another editor.
      if (attempt === 4) throw new Error(`${path} did not open.`);
    }
  }

  /** Clicks a CodeLens until the status bar says what must follow: lenses are laid out anew while other extensions load. */
  async clickLens(name: string, status: RegExp): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.page.locator('.codelens-decoration a', { hasText: name }).first().click();
      const isDone = await succeeds(this.statusSays(status, 5_000));
      if (isDone) return;
      if (attempt === 4) throw new Error(`A click on the lens ${name} had no effect.`);
    }
  }

  /** The panel's own page inside of VS Code's frames; with a tab, the one that shows it. */
  async panel(tab?: string): Promise<Frame> {
    const selector = tab === undefined ? 'ratchet-panel' : `[role=tabpanel][aria-label="${tab}"]`;
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
      for (const frame of this.page.frames()) {
        const isIt = await frame
          .locator(selector)
          .isVisible()
          .catch(() => false);
        if (isIt) return frame;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error('The panel did not come up.');
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }

  /** Kills the extension host as a crash would: no chance to say goodbye. */
  killExtensionHost(): void {
    const pids = descendants(this.#opened.server.pid).filter((pid) =>
      commandLine(pid).includes('--type=extensionHost'),
    );
    if (pids.length === 0) throw new Error('There is no extension host to kill.');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  }

  async close(): Promise<void> {
    if (this.#started === undefined) return;
    const { browser, server, scratch } = this.#started;
    await browser.close();
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function descendants(pid: number): number[] {
  const pairs = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name): [number, number] => {
      try {
        return [Number(name), Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])];
      } catch {
        return [Number(name), 0];
      }
    });
  const found: number[] = [];
  const queue = [pid];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift())
    for (const [child, of] of pairs)
      if (of === parent) {
        found.push(child);
        queue.push(child);
      }
  return found;
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function writeSettings(scratch: string, settings: Readonly<Record<string, unknown>>): void {
  for (const scope of ['Machine', 'User']) {
    const file = join(scratch, 'data', scope, 'settings.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(settings));
  }
}

export interface Sample {
  readonly folder: string;
  git(...args: string[]): string;
  read(path: string): string;
  /** Changes a file and commits it. */
  commit(message: string, path: string, change: (text: string) => string): void;
  remove(): void;
}

/** A fresh sample project in a folder of its own. */
export function newSample(): Sample {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-sample-'));
  createSample(folder);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  return {
    ...{ folder, git, read },
    commit: (message, path, change) => {
      writeFileSync(join(folder, path), change(read(path)));
      git('add', '-A');
      git('commit', '-q', '-m', message);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The events of the newest run's journal, as they stand on disk; none before the first run. */
export function journalEvents(folder: string): { type: string; activity?: number; name?: string }[] {
  const runs = join(folder, '.git', 'ratchet', 'runs');
  const latest = existsSync(runs) ? readdirSync(runs).sort().at(-1) : undefined;
  const journal = join(runs, latest ?? '', 'journal.jsonl');
  if (!existsSync(journal)) return [];
  return readFileSync(journal, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).event);
}

/** Polls until the check gives something true. */
export async function until<T>(what: string, check: () => T | Promise<T>, timeout = 60_000): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + timeout; Date.now() < deadline; ) {
    const value = await check();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`It did not happen in ${timeout / 1000} s: ${what}`);
}

/** Whether what is waited for comes within its own limit: for steps that are tried again. */
export function succeeds(step: Promise<unknown>): Promise<boolean> {
  return step.then(
    () => true,
    () => false,
  );
}
