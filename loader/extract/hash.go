package extract

import "math"

// features are hashed names of what is true of something. They are counted in a space of 2^bits weights.
type features []uint32

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// add notes that a feature with these values holds.
func (f *features) add(k kind, values ...string) {
	h := uint64(k)
	for _, value := range values {
		h = hashed(h, value)
	}
	*f = append(*f, folded(h))
}

// since returns the features that describe adds.
func (f *features) since(describe func()) features {
	from := len(*f)
	describe()
	return (*f)[from:len(*f):len(*f)]
}

func hashed(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return (h ^ 0xff) * fnvPrime
}

// hash is what a word is known by where words are counted.
func (t *token) hash() uint32 { return folded(hashed(fnvOffset, t.lower)) }

func folded(h uint64) uint32 { return uint32(h ^ h>>32) }

// bucket names the size of a count.
func bucket(n int) string {
	switch {
	case n <= 0:
		return "0"
	case n == 1:
		return "1"
	case n == 2:
		return "2"
	case n <= 4:
		return "3"
	case n <= 7:
		return "5"
	case n <= 12:
		return "8"
	case n <= 20:
		return "13"
	}
	return "21"
}

// tenth names a number between 0 and 1, ten steps.
func tenth(x float64) string {
	i := int(x * 10)
	return "0123456789A"[max(0, min(i, 10)):][:1]
}

// halvings names how often one must be halved to come to a share, fifteen times at most.
func halvings(share float64) string {
	return "0123456789ABCDEF"[int(min(15, max(0, -math.Log2(share+1e-6)))):][:1]
}

func yes(b bool) string {
	if b {
		return "y"
	}
	return "n"
}
