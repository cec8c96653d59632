package server

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Tokens are the secrets that clients may show, of which only SHA-256 hashes are held: tokens are long and random, so
// that nobody finds one by trying, and a slow hash would only slow every request. The zero value admits nobody. It is for
// concurrent use.
type Tokens struct {
	mutex   sync.RWMutex
	entries []tokenEntry
}

type tokenEntry struct {
	holder string
	hash   [sha256.Size]byte
	added  bool            // by Add
	good   context.Context // over when the token is taken out
	revoke context.CancelFunc
}

func newEntry(holder string, hash [sha256.Size]byte, added bool) tokenEntry {
	entry := tokenEntry{holder: holder, hash: hash, added: added}
	entry.good, entry.revoke = context.WithCancel(context.Background())
	return entry
}

// minToken is the least length of a token that is given as it is; 20 random letters and digits are past guessing.
const minToken = 20

const hashPrefix = "sha256:"

// ReadTokens reads a list of tokens: a line a token, with the name of its holder and sha256: before the hash in
// hexadecimal digits; # begins a comment. Errors name the line.
func ReadTokens(from io.Reader) (*Tokens, error) {
	tokens := &Tokens{}
	lines := bufio.NewScanner(from)
	for number := 1; lines.Scan(); number++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(text)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 2 || !strings.HasPrefix(fields[1], hashPrefix) {
			return nil, fmt.Errorf("line %d is not NAME %sHASH", number, hashPrefix)
		}
		hash, err := hex.DecodeString(strings.TrimPrefix(fields[1], hashPrefix))
		if err != nil || len(hash) != sha256.Size {
			return nil, fmt.Errorf("line %d: the hash is not of %d hexadecimal digits", number, 2*sha256.Size)
		}
		tokens.entries = append(tokens.entries, newEntry(fields[0], [sha256.Size]byte(hash), false))
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(tokens.entries) == 0 {
		return nil, errors.New("it holds no token")
	}
	return tokens, nil
}

// Add takes one more token, as its holder shows it.
func (t *Tokens) Add(holder, token string) error {
	if len(token) < minToken {
		return fmt.Errorf("a token of %d characters can be guessed: take at least %d", len(token), minToken)
	}
	for _, letter := range []byte(token) {
		// What a cookie can hold.
		if letter <= ' ' || letter >= 0x7f || strings.IndexByte(`",;\`, letter) >= 0 {
			return errors.New("a token is of letters, digits and signs of ASCII, without spaces, quotes, commas, semicolons and backslashes")
		}
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.entries = append(t.entries, newEntry(holder, sha256.Sum256([]byte(token)), true))
	return nil
}

// holder says whose a token is, and what is over once it is taken out. It takes as long whether the token is known or not.
func (t *Tokens) holder(token string) (name string, good context.Context, known bool) {
	hash := sha256.Sum256([]byte(token))
	t.mutex.RLock()
	defer t.mutex.RUnlock()
	for _, entry := range t.entries {
		if subtle.ConstantTimeCompare(hash[:], entry.hash[:]) == 1 {
			name, good, known = entry.holder, entry.good, true
		}
	}
	return name, good, known
}

// replace takes the tokens of another list instead of those that were read before; what Add has taken stays. Connections that
// were opened with a token that is gone end.
func (t *Tokens) replace(by *Tokens) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	var entries []tokenEntry
	for _, entry := range t.entries {
		if entry.added {
			entries = append(entries, entry)
		}
	}
	for _, read := range by.entries {
		// One that stays keeps its connections.
		same := slices.IndexFunc(t.entries, func(known tokenEntry) bool {
			return !known.added && known.hash == read.hash && known.holder == read.holder
		})
		if same >= 0 {
			read = t.entries[same]
		}
		entries = append(entries, read)
	}
	for _, known := range t.entries {
		if !slices.ContainsFunc(entries, func(kept tokenEntry) bool { return kept.good == known.good }) {
			known.revoke()
		}
	}
	t.entries = entries
}

// Follow looks at the file that the tokens were read from whenever it is told to, until ctx is over, and reads it again when it has
// changed. A file that cannot be read, or holds no tokens, changes nothing, which the log says once.
func (t *Tokens) Follow(ctx context.Context, path string, look <-chan time.Time, logger *slog.Logger) {
	seen := stampOf(path)
	for {
		select {
		case <-ctx.Done():
			return
		case <-look:
		}
		now := stampOf(path)
		if now == seen {
			continue
		}
		seen = now
		read, err := readTokenFile(path)
		if err != nil {
			logger.ErrorContext(ctx, "the tokens are those of before: their file cannot be read", "file", path, "error", err)
			continue
		}
		t.replace(read)
		logger.InfoContext(ctx, "tokens read again", "file", path, "tokens", len(read.entries))
	}
}

// stamp tells states of a file apart; of one that is not there it is zero.
type stamp struct {
	changed time.Time
	size    int64
}

func stampOf(path string) stamp {
	about, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{about.ModTime(), about.Size()}
}

func readTokenFile(path string) (*Tokens, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return ReadTokens(file)
}
