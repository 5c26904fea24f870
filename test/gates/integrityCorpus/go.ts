// Changes to the Go project. Every one of the first kind lets wrong code pass that the base's tests would have caught.
import { corpusOf, type Edited, type Mutator } from './corpus.ts';
import { base, serverTest, stackCode, stackTest } from './goBase.ts';

/** A condition with its report, or a call of testify. */
const statement = /^\tif .*\{\n\t\tt\.(?:Errorf|Fatalf|Fatal)\(.*\n\t\}\n|^\t(?:assert|require)\.\w+\(t.*\n/gm;
const report = /^(\t+)t\.(?:Errorf|Fatalf|Fatal)\((.*)\)\n/gm;
const head = /^func (Test\w+)\(t \*testing\.T\) \{\n/gm;
const each = (make: (line: string) => string) => (line: string) => make(line);
const deeper = (text: string): string => text.replace(/^(?=.)/gm, '\t');

const weakened: Mutator[] = [
  ['skip', head, (whole) => `${whole}\tt.Skip("later")\n`],
  ['skip now', head, (whole) => `${whole}\tt.SkipNow()\n`],
  ['skip always', head, (whole) => `${whole}\tif true {\n\t\tt.Skip("later")\n\t}\n`],
  ['returned at once', head, (whole) => `${whole}\treturn\n`],
  ['not a test any more', /^func Test(\w+)\(t/gm, 'func test$1(t'],
  ['another prefix', /^func Test(\w+)\(t/gm, 'func Check$1(t'],
  ['emptied', /^(func Test\w+\(t \*testing\.T\) \{\n)(?:.*\n)*?\}\n/gm, '$1}\n'],
  ['logged', report, '$1t.Logf($2)\n'],
  ['reported nowhere', report, '$1_ = $2\n'],
  ['printed', report, '$1fmt.Println($2)\n'],
  ['never', /if (.*)(\bs\.Len\(\) != (?:1|want)|got != (?:2|tt\.want)|err != nil) \{/g, 'if $1false {'],
  ['and never', /((?:s\.Len\(\) != (?:1|want)|got != (?:2|tt\.want)|err != nil)) \{/g, '$1 && false {'],
  ['itself', /got != (?:2|tt\.want) \{/g, 'got != got {'],
  ['not the same type', /s\.Len\(\) != (?:1|want) \{/g, 's.Len() < 0 {'],
  ['only nothing', /!errors\.Is\(err, ErrEmpty\)/g, 'err == nil'],
  ['only length', /!reflect\.DeepEqual\(s\.Values\(\), want\)/g, 'len(s.Values()) == 0'],
  ['only nil', /!reflect\.DeepEqual\(s\.Values\(\), want\)/g, 's.Values() == nil'],
  ['wider', /> 1e-9/g, '> 10'],
  ['fewer rows', /^\t\t\{".*\},\n/gm, ''],
  ['another number', /(got|s\.Len\(\)) != (\d)/g, (_, left, number) => `${left} != ${Number(number) + 1}`],
  ['another row', /\}, (\d)\},/g, (_, number) => `}, ${Number(number) + 1}},`],
  ['not nil', /assert\.(?:Equal|JSONEq)\(t, .*, (.+)\)/g, 'assert.NotNil(t, $1)'],
  ['not empty', /assert\.(?:Equal|Len)\(t, (?:"A", )?([\w.()]+)(?:, 1)?\)/g, 'assert.NotEmpty(t, $1)'],
  ['any error', /assert\.(?:EqualError|ErrorIs)\(t, err, .*\)/g, 'assert.Error(t, err)'],
  ['wider delta', /0\.001/g, '10'],
  ['higher bound', /, 0\.3\)/g, ', 1000)'],
  ['contains nothing', /"quarter"/g, '""'],
  ['constant', statement, '\tassert.True(t, true)\n'],
  ['constant equality', statement, '\tassert.Equal(t, 1, 1)\n'],
  ['itself of testify', /assert\.Equal\(t, .*, (.+)\)/g, 'assert.Equal(t, $1, $1)'],
  ['or true', /assert\.True\(t, (.*)\)/g, 'assert.True(t, $1 || true)'],
  ['if false', statement, each((line) => `\tif false {\n${deeper(line)}\t}\n`)],
  ['never called', statement, each((line) => `\tlater := func() {\n${deeper(line)}\t}\n\t_ = 0\n`)],
  ['returned before', statement, each((line) => `\treturn\n${line}`)],
  ['in a goroutine', statement, each((line) => `\tgo func() {\n${deeper(line)}\t}()\n`)],
  ['in an empty loop', statement, each((line) => `\tfor range []int{} {\n${deeper(line)}\t}\n`)],
  ['silenced', head, (whole) => `//nolint:all\n${whole}`],
  ['silenced line', /^\t(s|r) := (.*)$/gm, '\t$1 := $2 //nolint'],
  ['an example that does not run', /\n\t\/\/ Output: 3/g, ''],
];

const honest: Mutator[] = [
  ['another variable', /\bs := New[\s\S]*?\n\}\n/g, (whole) => whole.replace(/\bs\b(?!tretchr)/g, 'st')],
  ['another variable of got', /got := [\s\S]*?\n\}\n/g, (whole) => whole.replace(/\bgot\b/g, 'result')],
  ['another message', /t\.Errorf\("(.*)"/g, 't.Errorf("wrong: $1"'],
  ['fatal', /t\.Errorf\(/g, 't.Fatalf('],
  ['error', /t\.Fatalf\(/g, 't.Errorf('],
  ['require', /assert\.(\w+)\(t/g, 'require.$1(t'],
  ['a message of testify', /(assert|require)\.(\w+)\(t, (.*)\)$/gm, '$1.$2(t, $3, "as it was given")'],
  ['parallel', head, (whole) => `${whole}\tt.Parallel()\n`],
  [
    'a subtest around',
    statement,
    each((line) => `\tt.Run("in particular", func(t *testing.T) {\n${deeper(line)}\t})\n`),
  ],
  ['a block around', statement, each((line) => `\t{\n${deeper(line)}\t}\n`)],
  ['a value with a name', /^\tif s\.Len\(\) != (\w+) \{\n/gm, '\tn := s.Len()\n\tif n != $1 {\n'],
  ['an own line', /^(\t+)if got := (.*); got != (\S+) \{\n/gm, '$1got := $2\n$1if got != $3 {\n'],
  ['the other way round', /got != (\S+) \{/g, '$1 != got {'],
  ['another row', /^(\t\t\{"several".*\n)/gm, '$1\t\t{"two", []int{1, 1}, 2},\n'],
  ['another name of a row', /\{"(none|one|several)"/g, '{"$1 of them"'],
  ['narrower', /1e-9/g, '1e-12'],
  ['narrower delta', /0\.001/g, '0.0001'],
  [
    'a test more',
    head,
    (whole) => `func TestNew(t *testing.T) {\n\tif New().Len() != 0 {\n\t\tt.Error("not empty")\n\t}\n}\n\n${whole}`,
  ],
  ['a comment of documentation', head, (whole, name) => `// ${name} says what holds.\n${whole}`],
  ['stricter', /assert\.Contains\(t, (.*), "quarter"\)/g, 'assert.Equal(t, "a quarter", $1)'],
  ['stricter length', /assert\.Len\(t, (.*), 1\)/g, 'assert.Equal(t, []Route{{Name: "A"}}, $1)'],
  ['cleanup', head, (whole) => `${whole}\tt.Cleanup(func() { reset() })\n`],
];

const replaced = (path: keyof typeof base, from: string | RegExp, to: string): Edited => ({
  [path]: base[path].replace(from, () => to),
});
const values = /func TestValues[\s\S]*?\n\}\n\n/.exec(stackTest)?.[0] ?? '';

export const go = corpusOf({
  language: 'Go',
  base,
  testFiles: ['stack/stack_test.go', 'server/server_test.go'],
  block: /^func (Test\w+)\(t[\s\S]*?\n\}\n/gm,
  assertion: statement,
  comment: '//',
  renamed: (name) => `${name}AsItShould`,
  weakened,
  honest,
  byHand: {
    weakened: {
      'a deleted test file': { 'stack/stack_test.go': null },
      'a file that is not a test': { 'stack/stack_test.go': null, 'stack/stack_tests.go': stackTest },
      'a file that is not built': { 'stack/stack_test.go': `//go:build ignore\n\n${stackTest}` },
      'a file for nowhere': { 'server/server_test.go': `//go:build never\n\n${serverTest}` },
      'a main that runs nothing': replaced(
        'stack/stack_test.go',
        'func TestPushPop',
        'func TestMain(m *testing.M) {\n\tos.Exit(0)\n}\n\nfunc TestPushPop',
      ),
      'the linter': { '.golangci.yml': 'linters:\n  disable-all: true\n' },
      'the make target': replaced('Makefile', 'go vet ./...\n\t', ''),
      'the make target that goes on': replaced('Makefile', 'go test', '-go test'),
      'a sum of other bytes': { 'go.sum': 'github.com/stretchr/testify v1.9.0 h1:two=\n' },
      'an expectation with the code': {
        ...replaced('stack/stack.go', 'sum += n', 'sum += n + 1'),
        ...replaced('stack/stack_test.go', 'got != 2', 'got != 3'),
      },
      'a new test that asserts nothing': replaced(
        'stack/stack_test.go',
        'func TestSum',
        'func TestNew(t *testing.T) {\n\tNew()\n}\n\nfunc TestSum',
      ),
      'a new test that asserts a constant': replaced(
        'server/server_test.go',
        'func TestLatency',
        'func TestNew(t *testing.T) {\n\tassert.True(t, true)\n}\n\nfunc TestLatency',
      ),
      'a helper that asserts less': replaced('stack/stack_test.go', 'if s.Len() != want {', 'if s.Len() < 0 {'),
      'a helper that asserts nothing': replaced(
        'stack/stack_test.go',
        /\tt\.Helper\(\)\n[\s\S]*?\n\t\}\n/,
        '\tt.Helper()\n',
      ),
      'the unit replaced': replaced(
        'server/server_test.go',
        'func TestLatency(t *testing.T) {\n',
        'func TestLatency(t *testing.T) {\n\tlatency = func(n int) float64 { return 0.25 }\n',
      ),
      'silenced for security': { 'stack/stack.go': stackCode.replace('sum := 0', 'sum := 0 // #nosec') },
    },
    honest: {
      nothing: {},
      documentation: { 'README.md': '# Stack\n\nA stack.\n' },
      'code without a test': replaced('stack/stack.go', 'last in, first out', 'the last in is the first out'),
      'code with a test': {
        ...replaced('stack/stack.go', /$/, '\nfunc (s *Stack) Len() int { return len(s.items) }\n'),
        ...replaced(
          'stack/stack_test.go',
          'func TestSum',
          'func TestLen(t *testing.T) {\n\tif n := New(1).Len(); n != 1 {\n\t\tt.Errorf("Len() = %d", n)\n\t}\n}\n\nfunc TestSum',
        ),
      },
      'a new test file': {
        'stack/new_test.go':
          'package stack\n\nimport "testing"\n\nfunc TestNothing(t *testing.T) {\n\tif New().Sum() != 0 {\n\t\tt.Error("not 0")\n\t}\n}\n',
      },
      'a test moved to another file': {
        ...replaced('stack/stack_test.go', values, ''),
        'stack/values_test.go': `package stack\n\n${values}`,
      },
      'a test moved and renamed': {
        ...replaced('stack/stack_test.go', values, ''),
        'stack/values_test.go': `package stack\n\n${values.replace('TestValues', 'TestAllOfThem')}`,
      },
      'a test file moved': { 'server/server_test.go': null, 'route/server_test.go': serverTest },
      'a dependency newer': {
        'go.mod': base['go.mod'].replace('1.9.0', '1.10.0'),
        'go.sum': 'github.com/stretchr/testify v1.10.0 h1:three=\n',
      },
      'a make target more': replaced('Makefile', 'build:', 'run:\n\tgo run .\n\nbuild:'),
      'one test for two': replaced('stack/stack_test.go', '}\n\nfunc TestPopOfNothing(t *testing.T) {\n', ''),
      'two tests for one': replaced(
        'stack/stack_test.go',
        '\terr := s.Check()\n',
        '}\n\nfunc TestCheck(t *testing.T) {\n\ts := New(1, 2, 3)\n\terr := s.Check()\n',
      ),
      'a collaborator replaced': replaced(
        'stack/stack_test.go',
        'func TestSum(t *testing.T) {\n',
        'func TestSum(t *testing.T) {\n\tnow = func() time.Time { return time.Time{} }\n',
      ),
      'a skip where it cannot run': replaced(
        'stack/stack_test.go',
        'func TestSum',
        'func TestLarge(t *testing.T) {\n\tif testing.Short() {\n\t\tt.Skip("long")\n\t}\n\tif New().Sum() != 0 {\n\t\tt.Error("not 0")\n\t}\n}\n\nfunc TestSum',
      ),
      'a feature removed with its test': {
        'stack/stack.go': stackCode.replace(/\nfunc \(s \*Stack\) Mean.*\n/, ''),
        'stack/stack_test.go': stackTest.replace(/func TestMean[\s\S]*?\n\}\n\n/, ''),
      },
      'a helper for conditions': {
        'stack/stack_test.go': stackTest.replace(/\tif s\.Len\(\) != 1 \{\n.*\n\t\}\n/, '\tassertLen(t, s, 1)\n'),
      },
      'a new helper': {
        'stack/stack_test.go': `${stackTest.replace(/\tif err != nil \{\n\t\tt\.Fatal\(err\)\n\t\}\n/, '\tnoError(t, err)\n')}\nfunc noError(t *testing.T, err error) {\n\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n}\n`,
      },
      'testify for conditions': {
        'stack/stack_test.go': stackTest.replace(
          /\tif s\.Len\(\) != 1 \{\n.*\n\t\}\n/,
          '\tassert.Equal(t, 1, s.Len())\n',
        ),
      },
      'a word in a text': replaced('stack/stack_test.go', 'want 2"', 'want 2 //nolint"'),
      'other imports': replaced('stack/stack_test.go', '\t"errors"\n\t"reflect"\n', '\t"reflect"\n\t"errors"\n'),
      'a table for two tests': replaced(
        'server/server_test.go',
        /func TestMissingRoute[\s\S]*?\n\}\n/,
        'func TestMissingRoute(t *testing.T) {\n\tfor _, path := range []string{"/b", "/c"} {\n\t\t_, err := NewRouter().Find(path)\n\t\tassert.EqualError(t, err, "no route "+path)\n\t\tassert.ErrorIs(t, err, ErrMissing)\n\t}\n}\n',
      ),
    },
  },
});
