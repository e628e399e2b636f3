package ledgerbench

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestAnOpenLoopEndsWithItsContext has a sale due each hour.
func TestAnOpenLoopEndsWithItsContext(t *testing.T) {
	t.Parallel()
	b := &bench{options: Options{Folder: t.TempDir()}}
	s, err := b.stand(context.Background(), 10)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := b.openLoop(ctx, s, 1.0/3600, 10); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the loop ended with %v", err)
	}
}
