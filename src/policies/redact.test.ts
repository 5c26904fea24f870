import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretFile, redactSecrets } from './redact.ts';

// Put together here, so that no scanner takes this file for a leak.
const secrets = [
  `sk-ant-api03-${'aB3'.repeat(10)}`,
  `ghp_${'a1B2'.repeat(9)}`,
  `glpat-${'x1Y2'.repeat(5)}`,
  `AKIA${'Q7'.repeat(8)}`,
  `npm_${'k9'.repeat(18)}`,
  `eyJ${'a1'.repeat(9)}.eyJ${'b2'.repeat(9)}.${'c3'.repeat(9)}`,
  `-----BEGIN RSA PRIVATE KEY-----\n${'MIIE'.repeat(8)}\n-----END RSA PRIVATE KEY-----`,
];

describe('redactSecrets', () => {
  it('takes every kind of secret out of any text around it', () => {
    const around = fc.string({ unit: fc.constantFrom(' ', '\n', '"', '=', ',', '(', ')') });
    fc.assert(
      fc.property(fc.constantFrom(...secrets), around, around, (secret, before, after) => {
        expect(redactSecrets(`${before}${secret}${after}`)).not.toContain(secret);
      }),
    );
  });

  it('takes the value behind a name that promises a secret, and keeps the name', () => {
    expect(redactSecrets('DB_PASSWORD="p4ssw0rdp4ssw0rdp4ss"')).toBe('DB_PASSWORD="[redacted]"');
    expect(redactSecrets('authorization: Bearer abcdefgh12345678ijkl')).toBe('authorization: [redacted]');
  });

  it('leaves code alone', () => {
    const code = 'const token = currentToken;\nif (password.length < 12) throw new Error("secret: too short");';
    expect(redactSecrets(code)).toBe(code);
  });

  it('changes nothing the second time', () => {
    for (const secret of secrets) expect(redactSecrets(redactSecrets(secret))).toBe(redactSecrets(secret));
  });
});

describe('isSecretFile', () => {
  it('knows files that hold secrets by their names, and their examples as harmless', () => {
    for (const path of ['.env', 'a/.env.local', '.npmrc', 'x/id_ed25519', 'server.pem', 'config/secrets.yml'])
      expect(isSecretFile(path), path).toBe(true);
    for (const path of ['.env.example', 'src/secretSanta.ts', 'keys.md', 'docs/env.md'])
      expect(isSecretFile(path), path).toBe(false);
  });
});
