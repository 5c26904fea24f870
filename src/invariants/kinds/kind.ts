// What the judges of the kinds of rules have in common: the question, and the way from a match to a violation.
import { createHash } from 'node:crypto';
import type { RuleFix } from '../../protocol/ruleBase.ts';
import type { InvariantRule } from '../../protocol/rules.ts';
import type { FactMaker, FactStore, FileRef, ReadBlob } from '../facts/factStore.ts';
import { fixed } from '../facts/fixes.ts';
import type { Match } from '../facts/matches.ts';
import type { Problem, Violation } from '../messages.ts';
import type { Only, Tree } from '../tree.ts';
import type { Watchdog } from '../watchdog.ts';
import type { Chains } from './importChains.ts';

export interface Question {
  readonly tree: Tree;
  readonly store: FactStore;
  /** Where contents are read; undefined where each is read by its blob. */
  readonly folder: string | undefined;
  /** What is known of the other files when one is judged by itself; undefined when all are judged. */
  readonly focus?: Focus;
  /** The files of the base; undefined when there is none to compare with. */
  readonly base: readonly FileRef[] | undefined;
  /** Paths that differ between the base and the tree; undefined when there is no base. */
  readonly changed: readonly string[] | undefined;
  readonly readBlob: ReadBlob | undefined;
  readonly watchdog: Watchdog | undefined;
  /** The files of a rule without those in which it took too long. */
  readonly filesOf: (
    rule: InvariantRule,
    include: readonly string[],
    except?: readonly string[],
    only?: Only,
  ) => readonly FileRef[];
}

export interface Focus {
  /** By the id of a rule, the files from which a chain of imports leads to its targets. */
  readonly leading: ReadonlyMap<string, ReadonlySet<string>>;
  /** By the id of a rule, the chains that lead to what may not be reached. */
  readonly chains: ReadonlyMap<string, Chains>;
}

/** Facts that can be made before any rule is judged, so that a file is parsed once for all rules. */
export interface Need {
  readonly rule: string;
  readonly maker: FactMaker<unknown>;
  readonly files: readonly FileRef[];
  /** Which files these are depends on what is in others, so a tree that is known says nothing of them. */
  readonly isVarying?: true;
}

export interface Judged {
  readonly violations: Violation[];
  readonly problems: Problem[];
}

export async function prepare(question: Question, needs: readonly Need[]): Promise<void> {
  const byFile = new Map<FileRef, { maker: FactMaker<unknown>; rule: string }[]>();
  const { store, tree, folder, readBlob, watchdog } = question;
  for (const { rule, maker, files, isVarying } of needs)
    for (const file of isVarying === true
      ? files.filter((one) => store.isMissing(one, [maker]))
      : tree.unprepared(`${rule}\n${maker.key}`, files)) {
      const makers = byFile.get(file);
      if (makers === undefined) byFile.set(file, [{ maker, rule }]);
      else makers.push({ maker, rule });
    }
  const work = [...byFile].map(([file, makers]) => ({ file, makers }));
  await store.prepareAll(work, { root: folder, read: readBlob }, watchdog);
}

/** Arguments are put on the stack, which has no room for all that a rule may find in a large repository. */
export function append<T>(list: T[], more: readonly T[]): void {
  for (const one of more) list.push(one);
}

/** Judges each file by itself, and a file that is as it was not again. */
export function judgeEach(
  rule: InvariantRule,
  files: readonly FileRef[],
  tree: Tree,
  judgeFile: (file: FileRef) => Judged,
): Judged {
  const key = `${rule.id}\n${digestOfRule(rule)}`;
  return together(tree.each(key, files, judgeFile, together));
}

/** As one; `concat` copies, where each match pushed by itself would cost more than an edit. */
export function together(parts: readonly Judged[]): Judged {
  const violations: Violation[] = [];
  const problems: Problem[] = [];
  return {
    violations: violations.concat(...parts.map((part) => part.violations)),
    problems: problems.concat(...parts.map((part) => part.problems)),
  };
}

const digests = new WeakMap<InvariantRule, string>();

function digestOfRule(rule: InvariantRule): string {
  const known = digests.get(rule) ?? createHash('sha256').update(JSON.stringify(rule)).digest('hex').slice(0, 24);
  digests.set(rule, known);
  return known;
}

export function violationOf(
  rule: { readonly id: string; readonly message: string; readonly fix?: RuleFix | undefined },
  path: string,
  match: Match,
  message = rule.message,
): Violation {
  // What is longer than the text that was kept cannot be replaced.
  const fix = match.fix ?? (match.text.length < 500 ? fixed(rule.fix, match.text) : undefined);
  return {
    rule: rule.id,
    path,
    range: match.range,
    message,
    text: match.text,
    symbol: match.symbol,
    context: match.context,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** A violation of a file as a whole, or of what is not there. */
export function wholeFile(
  rule: { readonly id: string; readonly message: string },
  path: string,
  text: string,
  message = rule.message,
): Violation {
  const range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  return { rule: rule.id, path, range, message, text, symbol: '-' };
}
