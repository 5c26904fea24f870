// Judges rules over the files of one tree. What cannot be verified is a problem, and a problem is never green.
import type * as z from 'zod';
import { BlobReader } from '../gym/blobReader.ts';
import type { InvariantRule } from '../protocol/rules.ts';
import { type FactHelper, FactStore } from './facts/factStore.ts';
import { loadGrammars } from './facts/grammars.ts';
import { judgeRule, needsOf } from './kinds/judgeRule.ts';
import { type Judged, prepare, type Question, together } from './kinds/kind.ts';
import type { judgeRulesSchema, Problem, relatedTestsSchema, Violation } from './messages.ts';
import { OneByOne } from './oneByOne.ts';
import { relatedTests } from './related/relatedTests.ts';
import { Tree } from './tree.ts';
import type { Watchdog } from './watchdog.ts';

export type JudgeRequest = z.infer<typeof judgeRulesSchema>;

const defaultRuleMs = 10_000;

/** What one child keeps between questions. */
export class RuleJudge {
  readonly store: FactStore;
  #tree: Tree | undefined;
  readonly #watchdog: Watchdog | undefined;
  /** They share the tree. */
  readonly #questions = new OneByOne();

  /** @param watchdog ends this process when a rule hangs, so only a child may have one */
  constructor(watchdog: Watchdog | undefined, helper?: FactHelper) {
    this.store = new FactStore(helper);
    this.#watchdog = watchdog;
  }

  async judge(request: JudgeRequest): Promise<{ violations: Violation[]; problems: Problem[] }> {
    return await this.#questions.run(async () => await this.#answer(request));
  }

  /** Tests that have to do with changed files, over the same facts and the same tree. */
  async related(request: z.infer<typeof relatedTestsSchema>): Promise<string[]> {
    return await this.#questions.run(async () => {
      const tree = await this.#open(request);
      try {
        return await relatedTests(request, tree, this.store);
      } finally {
        await this.store.close();
      }
    });
  }

  async #open({ root, files, cacheDirectory }: Pick<JudgeRequest, 'root' | 'files' | 'cacheDirectory'>): Promise<Tree> {
    if (this.store.trim()) this.#tree = undefined;
    await this.store.openDisk(cacheDirectory);
    this.#tree = Tree.of(root, files, this.store, this.#tree);
    return this.#tree;
  }

  async #answer(request: JudgeRequest): Promise<{ violations: Violation[]; problems: Problem[] }> {
    const tree = await this.#open(request);
    const watchdog = this.#watchdog;
    if (watchdog !== undefined) watchdog.limitMs = request.ruleMs ?? defaultRuleMs;
    // Git is started when a content of the base is asked for, which few rules do.
    let blobs: BlobReader | undefined;
    const { repository } = request;
    try {
      return await this.#judge(request, {
        tree,
        store: this.store,
        folder: request.root,
        base: request.base,
        changed: request.base === undefined ? undefined : changedPaths(request.base, request.files),
        readBlob: async (blob) => {
          const text = request.contents?.[blob];
          if (text !== undefined) return new TextEncoder().encode(text);
          if (repository !== undefined) blobs ??= new BlobReader(repository);
          return await blobs?.read(blob);
        },
        watchdog,
        filesOf: filesWithout(request, tree),
      });
    } finally {
      watchdog?.leave();
      blobs?.close();
      await this.store.close();
    }
  }

  async #judge(
    { rules, skip = [] }: JudgeRequest,
    question: Question,
  ): Promise<{ violations: Violation[]; problems: Problem[] }> {
    const found: Judged[] = [];
    const active = rules.filter(({ id }) => !skip.some(({ rule, path }) => rule === id && path === ''));
    await loadGrammars(active);
    await prepare(
      question,
      active.flatMap((rule) => needsOf(rule, question)),
    );
    for (const rule of active) {
      const subject = subjectOf(rule);
      if (subject !== undefined && question.tree.matching(subject, 'except' in rule ? rule.except : []).length === 0) {
        const message = `Rule ${rule.id} matches no file, so it proves nothing.`;
        found.push({ violations: [], problems: [{ rule: rule.id, path: null, message }] });
        continue;
      }
      question.watchdog?.enter(rule.id, '');
      found.push(await judgeRule(rule, question));
      question.watchdog?.leave();
    }
    const { violations, problems } = together(found);
    return { violations, problems: distinct(problems) };
  }
}

/** The files without which the rule speaks of nothing. */
function subjectOf(rule: InvariantRule): readonly string[] | undefined {
  if (rule.kind === 'imports') return rule.from;
  return rule.kind === 'files' || rule.kind === 'data' || rule.kind === 'command' ? undefined : rule.files;
}

function filesWithout({ skip = [] }: JudgeRequest, tree: Tree): Question['filesOf'] {
  const skipped = new Map<string, Set<string>>();
  for (const { rule, path } of skip) skipped.set(rule, (skipped.get(rule) ?? new Set()).add(path));
  return ({ id }, include, except, only) => {
    const files = tree.matching(include, except, only);
    const without = skipped.get(id);
    return without === undefined ? files : files.filter(({ path }) => !without.has(path));
  };
}

function changedPaths(base: JudgeRequest['files'], files: JudgeRequest['files']): string[] {
  const before = new Map(base.map(({ path, blob }) => [path, blob]));
  const changed = files.filter(({ path, blob }) => before.get(path) !== blob).map(({ path }) => path);
  const now = new Set(files.map(({ path }) => path));
  return [...changed, ...base.flatMap(({ path }) => (now.has(path) ? [] : [path]))];
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [
    ...new Map(problems.map((problem) => [`${problem.rule}\n${problem.path}\n${problem.message}`, problem])).values(),
  ];
}
