// The rule packs as the tests read them, and a judgement of their rules over a folder. It never changes a pack.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { InvariantEngine } from '../../src/invariants/engine.ts';
import type { Problem, Violation } from '../../src/invariants/messages.ts';
import { type InvariantRule, type RuleFile, ruleFileSchema } from '../../src/protocol/rules.ts';

export const packFolder = resolve(import.meta.dirname, '../../invariants');

/** Every pack by its name, the file without `.yml`. */
export function readPacks(): Map<string, RuleFile> {
  const names = readdirSync(packFolder).filter((name) => name.endsWith('.yml'));
  return new Map(
    names
      .sort()
      .map((name) => [
        basename(name, '.yml'),
        ruleFileSchema.parse(parse(readFileSync(join(packFolder, name), 'utf8'))),
      ]),
  );
}

export interface PackJudgement {
  readonly violations: readonly Violation[];
  readonly problems: readonly Problem[];
}

/** Judges rules over what git knows of a working copy. */
export async function judgeFolder(
  root: string,
  rules: readonly InvariantRule[],
  engine: InvariantEngine,
): Promise<PackJudgement> {
  const listed = execFileSync('git', ['ls-files', '-s', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1e9 });
  const files = listed.split('\0').flatMap((line) => {
    const found = /^(100\d+) ([0-9a-f]+) \d\t([\s\S]+)$/.exec(line);
    return found?.[2] === undefined || found[3] === undefined ? [] : [{ path: found[3], blob: found[2] }];
  });
  const judged = await engine.judgeRules({ root, files, rules });
  if (!judged.ok) throw new Error(judged.failure.message);
  return judged.value;
}
