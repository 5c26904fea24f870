// Why an edit was refused, in words a policy or a person can act on: with the lines to look at.
import type { EditResult } from './replaceText.ts';

/** `subject` is what was to match: `old_str`, or a hunk. */
export function explainRefusal(
  { reason, candidates }: Extract<EditResult, { ok: false }>,
  path: string,
  text: string,
  subject: string,
): string {
  const lines = text.split('\n');
  const shown = candidates
    .slice(0, 5)
    .map((number) => `${String(number).padStart(6)}\t${(lines[number - 1] ?? '').slice(0, 200)}`)
    .join('\n');
  switch (reason) {
    case 'empty':
      return `${subject} is empty. Use insert to add text, or create to write a whole file.`;
    case 'ambiguous':
      return `${subject} fits ${path} in more than one way, at lines ${candidates.join(', ')}; nothing was changed. Add lines around it until it is unique.\n${shown}`;
    case 'conflict':
      return `${path} was changed since you saw it, in the same lines, at line ${candidates.join(', ')}; nothing was changed. View it again.\n${shown}`;
    case 'notFound':
      return `${subject} was not found in ${path}; nothing was changed. ${shown === '' ? 'No line is like it. View the file again.' : `The nearest lines are:\n${shown}`}`;
  }
}
