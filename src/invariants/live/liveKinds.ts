// Which rules can be judged by one file while it is typed. The others need what only a check of the whole tree knows.
import type { InvariantRule } from '../../protocol/rules.ts';

/**
 * Left to the check: circles, numbers of folders and of the repository, joins between files, which files there are, and
 * commands. A rule that is live finds in the file what the check would find in it, as long as the other files are as known.
 */
export function isLive(rule: InvariantRule): boolean {
  switch (rule.kind) {
    case 'select':
    case 'pattern':
    case 'calls':
      return true;
    case 'imports':
      return !rule.cycles;
    case 'metric':
      return rule.per === 'file';
    case 'data':
      return rule.assert.every((assertion) => 'none' in assertion || 'matches' in assertion || 'oneOf' in assertion);
    case 'files':
    case 'command':
      return false;
  }
}

/** Whether imports of all files have to be known. */
export const needsGraph = (rule: InvariantRule): boolean =>
  rule.kind === 'imports'
    ? rule.reaches !== undefined
    : rule.kind === 'calls' && rule.targets.some(({ module }) => module !== undefined);
