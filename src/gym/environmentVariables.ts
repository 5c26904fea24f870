// What a command of the project may see of the person's environment: toolchains and locale, never a secret.

const allowed =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|CI|COLORTERM|SystemRoot|ComSpec|PATHEXT|WINDIR|APPDATA|LOCALAPPDATA|USERPROFILE|ProgramFiles.*|NVM_[A-Z_]+|VOLTA_[A-Z_]+|FNM_[A-Z_]+|PNPM_HOME|GOPATH|GOROOT|GOCACHE|GOMODCACHE|GOTOOLCHAIN|CARGO_HOME|RUSTUP_HOME|RUSTUP_TOOLCHAIN|JAVA_HOME|M2_HOME|MAVEN_HOME|GRADLE_USER_HOME|PYENV_ROOT|PYENV_VERSION|VIRTUAL_ENV|SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|XDG_[A-Z_]+)$/i;
const secret = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH/i;

/** A new environment from the caller's. `additions` are taken as they are. */
export function scrubbedEnvironment(additions: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && allowed.test(name) && !secret.test(name)) kept[name] = value;
  return { ...kept, ...additions };
}
