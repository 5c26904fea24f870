// Takes out what looks like a secret, from everything that goes into a prompt, a journal or a log.

const patterns: readonly RegExp[] = [
  /sk-ant-[A-Za-z0-9_-]{8,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];
/** The value behind a name or a header that promises a secret; the name is kept. */
const named =
  /\b((?:[A-Za-z0-9_]*(?:api[_-]?key|secret|token|passwd|password|private[_-]?key)[A-Za-z0-9_]*|authorization)\s*[:=]\s*)(?:bearer\s+|basic\s+)?(["']?)([A-Za-z0-9+/_.~-]{12,}={0,2})\2/gi;

export function redactSecrets(text: string): string {
  const cleaned = patterns.reduce((left, pattern) => left.replace(pattern, '[redacted]'), text);
  // Only long values with digits and letters: `token: currentToken` is code, not a secret.
  return cleaned.replace(named, (whole, name: string, quote: string, value: string) =>
    /\d/.test(value) && /[A-Za-z]/.test(value) && value.length >= 20 ? `${name}${quote}[redacted]${quote}` : whole,
  );
}

const secretFiles =
  /(?:^|\/)(?:\.env(?:\..+)?|\.npmrc|\.netrc|\.pypirc|id_(?:rsa|dsa|ecdsa|ed25519)|credentials(?:\.\w+)?|secrets?\.\w+|.*\.(?:pem|key|p12|pfx|jks|keystore|kdbx))$/i;
const harmless = /\.(?:example|sample|template|dist)$/i;

/** Whether a file's name says that it holds secrets; such a file is never shown to a policy. */
export const isSecretFile = (path: string): boolean => secretFiles.test(path) && !harmless.test(path);
