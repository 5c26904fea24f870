// The id that git gives a content, in a repository of the usual kind. A content with another id is only read once more.
import { createHash } from 'node:crypto';

export function blobOf(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
