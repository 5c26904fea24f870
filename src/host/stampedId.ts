// Ids that sort by time and never meet: `20261124-111418-3fa9c1` (UTC).
import { randomBytes } from 'node:crypto';

export const stampedIdPattern = /^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$/;

export function newStampedId(): string {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}
