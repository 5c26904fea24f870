// Runners of compiled languages on real projects: go test and cargo test, each against another form of its own report.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { describeRunner, isThere, type Statuses } from '../helpers/runnerCases.ts';

/** The person's own cache of compiled packages: a new one takes Go minutes on a busy machine. */
const goCache = spawnSync('go', ['env', 'GOCACHE'], { encoding: 'utf8', timeout: 30_000 }).stdout?.trim() ?? '';
if (goCache !== '') mkdirSync(goCache, { recursive: true });

const words = { PASS: 'passed', FAIL: 'failed', SKIP: 'skipped' } as const;

/** `--- PASS: TestMany/one (0.00s)`, and behind the tests of a package `ok  example.org/sums`. */
function goList(text: string): Statuses {
  const statuses: Record<string, 'passed' | 'failed' | 'skipped'> = {};
  let open: [string, 'passed' | 'failed' | 'skipped'][] = [];
  for (const line of text.split('\n')) {
    const [, word, name = ''] = /^ *--- (PASS|FAIL|SKIP): (\S+) \(/.exec(line) ?? [];
    if (word === 'PASS' || word === 'FAIL' || word === 'SKIP') open.push([name, words[word]]);
    const [, packageName] = /^(?:ok|FAIL)\s+(\S+)\s/.exec(line) ?? [];
    if (packageName === undefined) continue;
    for (const [test, status] of open) statuses[[packageName, ...test.split('/')].join(' > ')] = status;
    open = [];
  }
  return statuses;
}

const module = { 'go.mod': 'module example.org/sums\n\ngo 1.18\n', 'sums.go': 'package sums\n' };
const head = 'package sums\n\nimport (\n\t"os"\n\t"testing"\n)\n\nvar _ = os.Args\n\nfunc TestGood(t *testing.T) {}\n';

describeRunner('go test', {
  runner: 'go',
  missing: !isThere('go', 'version') && 'Go is not installed',
  sandbox: { write: goCache === '' ? [] : [goCache] },
  common: module,
  mixed: {
    'sums_test.go': `${head}
func TestLater(t *testing.T) { t.Skip("later") }
func TestBad(t *testing.T) { t.Error("too large") }
func TestPanics(t *testing.T) { t.Cleanup(func() {}); t.FailNow() }
func TestMany(t *testing.T) {
	t.Run("one", func(t *testing.T) {})
	t.Run("two words", func(t *testing.T) { t.Fatal("too large") })
	t.Run("deep", func(t *testing.T) {
		t.Run("inner", func(t *testing.T) { t.Parallel(); t.Skip() })
	})
}
func Example() {
	os.Stdout.WriteString("ok - no TAP\\n--- no result\\n")
	// Output: ok - no TAP
	// --- no result
}
`,
    'inner/inner.go': 'package inner\n',
    'inner/inner_test.go': 'package inner\n\nimport "testing"\n\nfunc TestInner(t *testing.T) {}\n',
    'empty/empty.go': 'package empty\n',
  },
  part: { file: 'inner/inner_test.go', names: ['example.org/sums/inner > TestInner'] },
  failed: { name: 'example.org/sums > TestMany > two_words', message: 'too large' },
  broken: { 'a_test.go': head, 'inner/inner_test.go': 'package inner\n\nfunc helper() { no }\n' },
  brokenBy: 'undefined: no',
  own: (run) => goList(run('go', 'test', '-v', '-count=1', './...')),
  crash: { 'a_test.go': `${head}func TestXEnds(t *testing.T) { os.Exit(0) }\n` },
  hang: { 'a_test.go': `${head}func TestXHangs(t *testing.T) { for {} }\n` },
  flaky: {
    'a_test.go': `${head}func TestXflips(t *testing.T) {\n\tif _, err := os.Stat("seen"); err == nil {\n\t\treturn\n\t}\n\tos.WriteFile("seen", nil, 0o644)\n\tt.Fatal("the first time")\n}\n`,
  },
  none: {},
  ofNone: 'unproven',
});

/** libtest's JSON, which is not stable and needs leave; names have no binary in front. */
function cargoEvents(text: string): Statuses {
  const statuses: Record<string, 'passed' | 'failed' | 'skipped'> = {};
  const line = /^\{ "type": "test", "name": "([^"]+)", "event": "(ok|failed|ignored)"/gm;
  for (const [, name = '', event] of text.matchAll(line))
    statuses[name] = event === 'ok' ? 'passed' : event === 'failed' ? 'failed' : 'skipped';
  return statuses;
}

const inModule = (body: string) => `#[cfg(test)]\nmod tests {\n    #[test]\n    fn good() {}\n${body}}\n`;

describeRunner('cargo test', {
  runner: 'cargo',
  missing: !isThere('cargo', '--version') && 'Rust is not installed',
  common: { 'Cargo.toml': '[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2021"\n' },
  mixed: {
    'src/lib.rs': `/// Adds.
///
/// \`\`\`
/// assert_eq!(sums::add(1, 2), 3);
/// \`\`\`
pub fn add(a: i32, b: i32) -> i32 {
    a + b
}

${inModule(`
    #[test]
    #[ignore = "no network"]
    fn later() {}
    #[test]
    fn bad() {
        println!("test result: ok. 9 passed; 0 failed; 0 ignored; 0 measured;");
        assert_eq!(super::add(1, 1), 3);
    }
    #[test]
    #[should_panic]
    fn panics() {
        panic!();
    }
    #[test]
    #[should_panic(expected = "other")]
    fn panics_otherwise() {
        panic!("this");
    }
    mod deep {
        #[test]
        fn gives() -> Result<(), String> {
            Err("no".into())
        }
    }
`)}`,
    'tests/whole.rs': '#[test]\nfn whole() {}\n',
  },
  // Behind the binary, or the documented file, the names are the framework's.
  nameOf: (name) => name.split(' > ').slice(1).join('::'),
  failed: { name: 'sums > tests > bad', file: 'src/lib.rs', line: 21, message: 'left: 2' },
  broken: { 'src/lib.rs': inModule(''), 'tests/whole.rs': '#[test]\nfn whole( {}\n' },
  brokenBy: 'error',
  own: (run) => {
    const text = run(
      'env',
      'RUSTC_BOOTSTRAP=1',
      'cargo',
      'test',
      '--no-fail-fast',
      '--',
      '-Zunstable-options',
      '--format=json',
    );
    return Object.fromEntries(
      Object.entries(cargoEvents(text)).map(([name, status]) => [
        name.replace(/^\S+ - (.*) \(line \d+\)$/, '$1').replace(/ - should panic$/, ''),
        status,
      ]),
    );
  },
  crash: { 'src/lib.rs': inModule('    #[test]\n    fn z_ends() {\n        std::process::exit(0);\n    }\n') },
  hang: { 'src/lib.rs': inModule('    #[test]\n    fn z_hangs() {\n        loop {}\n    }\n') },
  flaky: {
    'src/lib.rs': inModule(
      '    #[test]\n    fn flips() {\n        if !std::path::Path::new("seen").exists() {\n            std::fs::write("seen", "").unwrap();\n            panic!("the first time");\n        }\n    }\n',
    ),
  },
  none: { 'src/lib.rs': 'pub fn x() {}\n' },
  ofNone: 'unproven',
});
