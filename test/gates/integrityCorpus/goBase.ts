// The small project that the Go corpus changes: the standard library and testify.
export const stackTest = `package stack

import (
	"errors"
	"reflect"
	"testing"
)

func TestPushPop(t *testing.T) {
	s := New()
	s.Push(1)
	s.Push(2)
	if got := s.Pop(); got != 2 {
		t.Errorf("Pop() = %d, want 2", got)
	}
	if s.Len() != 1 {
		t.Fatalf("Len() = %d, want 1", s.Len())
	}
}

func TestPopOfNothing(t *testing.T) {
	s := New()
	if _, err := s.TryPop(); !errors.Is(err, ErrEmpty) {
		t.Errorf("TryPop() error = %v", err)
	}
}

func TestValues(t *testing.T) {
	s := New(1, 2, 3)
	want := []int{1, 2, 3}
	if !reflect.DeepEqual(s.Values(), want) {
		t.Errorf("Values() = %v, want %v", s.Values(), want)
	}
	err := s.Check()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSum(t *testing.T) {
	tests := []struct {
		name string
		in   []int
		want int
	}{
		{"none", nil, 0},
		{"one", []int{4}, 4},
		{"several", []int{1, 2, 3}, 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := New(tt.in...).Sum(); got != tt.want {
				t.Errorf("Sum() = %d, want %d", got, tt.want)
			}
		})
	}
}

func TestMean(t *testing.T) {
	got := New(1, 2).Mean()
	if math.Abs(got-1.5) > 1e-9 {
		t.Errorf("Mean() = %v", got)
	}
	assertLen(t, New(1, 2), 2)
}

func assertLen(t *testing.T, s *Stack, want int) {
	t.Helper()
	if s.Len() != want {
		t.Errorf("Len() = %d, want %d", s.Len(), want)
	}
}

func ExampleStack_Sum() {
	fmt.Println(New(1, 2).Sum())
	// Output: 3
}
`;

export const serverTest = `package server

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRoute(t *testing.T) {
	r := NewRouter()
	require.NoError(t, r.Add("/a", "A"))
	got, err := r.Find("/a")
	require.NoError(t, err)
	assert.Equal(t, "A", got.Name)
	assert.Len(t, r.Routes(), 1)
}

func TestMissingRoute(t *testing.T) {
	_, err := NewRouter().Find("/b")
	assert.EqualError(t, err, "no route /b")
	assert.ErrorIs(t, err, ErrMissing)
}

func TestLatency(t *testing.T) {
	assert.InDelta(t, 0.25, latency(4), 0.001)
	assert.Less(t, latency(4), 0.3)
	assert.Contains(t, describe(4), "quarter")
	assert.True(t, isFast(latency(4)))
	assert.JSONEq(t, "{\\"n\\":4}", encode(4))
}
`;

export const stackCode = `package stack

// Stack is last in, first out.
type Stack struct{ items []int }

func New(items ...int) *Stack { return &Stack{items: items} }

func (s *Stack) Push(n int) { s.items = append(s.items, n) }

func (s *Stack) Sum() int {
	sum := 0
	for _, n := range s.items {
		sum += n
	}
	return sum
}

func (s *Stack) Mean() float64 { return float64(s.Sum()) / float64(len(s.items)) }
`;

export const base = {
  'stack/stack.go': stackCode,
  'stack/stack_test.go': stackTest,
  'server/server.go': 'package server\n\nfunc isFast(n float64) bool { return n < 1 }\n',
  'server/server_test.go': serverTest,
  '.golangci.yml': 'linters:\n  enable: [govet]\n',
  Makefile: 'build:\n\tgo build ./...\n\ntest:\n\tgo vet ./...\n\tgo test -race ./...\n',
  'go.mod': 'module example.org/stack\n\nrequire github.com/stretchr/testify v1.9.0\n',
  'go.sum': 'github.com/stretchr/testify v1.9.0 h1:one=\n',
  'README.md': '# Stack\n',
};
