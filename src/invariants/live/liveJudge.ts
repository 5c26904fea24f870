// Judges the text of one file in a tree that is known, for as long as a person types: what the tree needs is made when it is
// opened, and a text costs its own parse. Lives in a child process; what passes by is neither kept nor written to the disk.
import type * as z from 'zod';
import { BlobReader } from '../../gym/blobReader.ts';
import { blobOf } from '../blobOf.ts';
import { exportFacts } from '../facts/exportFacts.ts';
import type { FactStore, FileRef } from '../facts/factStore.ts';
import { loadGrammars } from '../facts/grammars.ts';
import { importFacts } from '../facts/importFacts.ts';
import { isScript } from '../facts/script.ts';
import { globMatcher } from '../globs.ts';
import { type Chains, chainsTo } from '../kinds/importChains.ts';
import { wayTo } from '../kinds/judgeCalls.ts';
import { judgeRule, needsOf } from '../kinds/judgeRule.ts';
import { type Focus, type Need, prepare, type Question } from '../kinds/kind.ts';
import type { EngineAnswer, judgeTextSchema, openLiveSchema, Violation } from '../messages.ts';
import { OneByOne } from '../oneByOne.ts';
import { Tree } from '../tree.ts';
import type { Watchdog } from '../watchdog.ts';
import { isLive, needsGraph } from './liveKinds.ts';

type OpenRequest = z.infer<typeof openLiveSchema>;
type JudgeRequest = z.infer<typeof judgeTextSchema>;
export type TextJudged = Omit<Extract<EngineAnswer, { kind: 'textJudged' }>, 'kind' | 'id'>;

/** The longest one file may take while a tree is opened, in milliseconds. */
const openMs = 10_000;

interface Session extends Pick<OpenRequest, 'session' | 'rules' | 'repository'> {
  readonly tree: Tree;
  readonly base: ReadonlyMap<string, FileRef>;
  /** Contents that files of the tree have or had when it was opened. */
  readonly blobs: ReadonlySet<string>;
  readonly focus: Focus;
}

export class LiveJudge {
  /** Of its own: who judges whole trees keeps what it makes on the disk. */
  readonly #store: FactStore;
  readonly #watchdog: Watchdog | undefined;
  #session: Session | undefined;
  /** They share the tree. */
  readonly #questions = new OneByOne();

  constructor(store: FactStore, watchdog: Watchdog | undefined) {
    this.#store = store;
    this.#watchdog = watchdog;
  }

  async open(request: OpenRequest): Promise<void> {
    await this.#questions.run(async () => await this.#open(request));
  }

  async judge(request: JudgeRequest): Promise<TextJudged> {
    return await this.#questions.run(async () => await this.#judge(request));
  }

  async #open(request: OpenRequest): Promise<void> {
    const store = this.#store;
    const isForgotten = store.trim();
    store.usesDisk = true;
    if (this.#watchdog !== undefined) this.#watchdog.limitMs = openMs;
    await store.openDisk(request.cacheDirectory);
    const tree = Tree.of(request.root, request.files, store, isForgotten ? undefined : this.#session?.tree);
    const rules = request.rules.filter(isLive);
    const leading = new Map<string, ReadonlySet<string>>();
    const chains = new Map<string, Chains>();
    const reader = new BlobReader(request.repository);
    try {
      const question: Question = {
        ...{ tree, store, folder: undefined, base: undefined, changed: undefined, watchdog: this.#watchdog },
        readBlob: async (blob) => await reader.read(blob),
        filesOf: (_rule, include, except, only) => tree.matching(include, except, only),
      };
      if (rules.some(needsGraph)) await this.#openGraph(question);
      for (const rule of rules.filter(needsGraph)) {
        if (rule.kind === 'calls') leading.set(rule.id, await wayTo(rule, question));
        if (rule.kind === 'imports') chains.set(rule.id, chainsTo(rule, tree));
      }
    } finally {
      this.#watchdog?.leave();
      reader.close();
      await store.close();
      store.usesDisk = false;
    }
    const { session, repository } = request;
    this.#session = {
      ...{ session, repository, rules, tree, focus: { leading, chains } },
      base: new Map(request.base.map((file) => [file.path, file])),
      blobs: new Set(request.files.map(({ blob }) => blob)),
    };
  }

  async #openGraph(question: Question): Promise<void> {
    const scripts = question.tree.files.filter(({ path }) => isScript(path));
    await prepare(question, [{ rule: '', maker: importFacts, files: scripts, isVarying: true }]);
    // Resolving is the larger part, and nobody waits for it yet.
    for (const file of scripts) question.tree.graph.edges(file);
  }

  async #judge({ session: asked, path, text, ruleMs, skip }: JudgeRequest): Promise<TextJudged> {
    const blob = blobOf(text);
    const session = this.#session;
    if (session?.session !== asked) return { state: 'noSession', blob, violations: [] };
    const before = session.tree.byPath.get(path);
    if (before === undefined) return { state: 'noFile', blob, violations: [] };
    session.tree.replace({ path, blob });
    const file = session.tree.byPath.get(path) ?? before;
    const rules = session.rules.filter(({ id }) => !skip.some((one) => one.rule === id && one.path === path));
    if (this.#watchdog !== undefined) this.#watchdog.limitMs = ruleMs;
    const bytes = new TextEncoder().encode(text);
    let reader: BlobReader | undefined;
    const base = session.base.get(path);
    try {
      const question: Question = {
        ...{
          tree: session.tree,
          store: this.#store,
          folder: undefined,
          watchdog: this.#watchdog,
          focus: session.focus,
        },
        base: base === undefined ? [] : [base],
        changed: undefined,
        readBlob: async (wanted) => {
          if (wanted === blob) return bytes;
          reader ??= new BlobReader(session.repository);
          return await reader.read(wanted);
        },
        filesOf: (_rule, include, except = [], only = 'all') =>
          globMatcher(include)(path) && !globMatcher(except)(path) && (only === 'all' || isScript(path)) ? [file] : [],
      };
      const violations = await this.#violationsOf(file, rules, question);
      return { state: violations === undefined ? 'unread' : 'judged', blob, violations: violations ?? [] };
    } finally {
      this.#watchdog?.leave();
      reader?.close();
      if (before.blob !== blob && !session.blobs.has(before.blob)) this.#store.forget(before);
    }
  }

  /** undefined when the file cannot be read as what it is: then nothing is known of it. */
  async #violationsOf(file: FileRef, rules: Session['rules'], question: Question): Promise<Violation[] | undefined> {
    await loadGrammars(rules);
    const needs: Need[] = rules.flatMap((rule) => needsOf(rule, question));
    if (rules.some(needsGraph) && isScript(file.path))
      for (const maker of [importFacts, exportFacts]) needs.push({ rule: '', maker, files: [file] });
    await prepare(
      question,
      needs.map((need) => ({ ...need, isVarying: true })),
    );
    const isUnread = needs.some(({ maker, files }) => files.includes(file) && !question.store.get(maker, file).ok);
    if (isUnread) return undefined;
    const violations: Violation[] = [];
    for (const rule of rules) {
      this.#watchdog?.enter(rule.id, file.path);
      const judged = await judgeRule(rule, question);
      this.#watchdog?.leave();
      for (const violation of judged.violations) if (violation.path === file.path) violations.push(violation);
    }
    return violations;
  }
}
