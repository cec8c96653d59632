package server

import (
	"bufio"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Tokens are the secrets that clients may show, of which only SHA-256 hashes are held: tokens are long and random, so
// that nobody finds one by trying, and a slow hash would only slow every request. The zero value admits nobody.
type Tokens struct {
	entries []tokenEntry
}

type tokenEntry struct {
	holder string
	hash   [sha256.Size]byte
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
		entry := tokenEntry{holder: fields[0]}
		hash, err := hex.DecodeString(strings.TrimPrefix(fields[1], hashPrefix))
		if err != nil || copy(entry.hash[:], hash) != sha256.Size || len(hash) != sha256.Size {
			return nil, fmt.Errorf("line %d: the hash is not of %d hexadecimal digits", number, 2*sha256.Size)
		}
		tokens.entries = append(tokens.entries, entry)
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
	t.entries = append(t.entries, tokenEntry{holder, sha256.Sum256([]byte(token))})
	return nil
}

// holder says whose a token is. It takes as long whether the token is known or not.
func (t *Tokens) holder(token string) (name string, known bool) {
	hash := sha256.Sum256([]byte(token))
	for _, entry := range t.entries {
		if subtle.ConstantTimeCompare(hash[:], entry.hash[:]) == 1 {
			name, known = entry.holder, true
		}
	}
	return name, known
}
