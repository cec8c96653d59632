package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// English tells whether an article is in English, the one language that is extracted. What the record says of
// its language ("en", "eng", "en-US", "English") decides; where it says nothing, title and text do: by script,
// and by the little words that every sentence of a language needs. A text too short to tell is taken for English.
func English(language, title, text string) bool {
	if tag := strings.ToLower(strings.TrimSpace(language)); tag != "" {
		tag, _, _ = strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
		if tag != "und" && tag != "mul" {
			return tag == "en" || tag == "eng" || strings.HasPrefix(tag, "english")
		}
	}
	var count wordCount
	count.add(title)
	count.add(text)
	return count.english()
}

// sampleBytes is how much of a text is looked at.
const sampleBytes = 4096

// wordCount sums up what tells languages apart.
type wordCount struct {
	latin, other int // letters by script
	words        int // in Latin letters, of two or more
	ours, theirs int // words of function in English, and in other languages alone
}

func (c *wordCount) add(text string) {
	if len(text) > sampleBytes {
		text = text[:sampleBytes]
	}
	for start := 0; start < len(text); {
		r, size := utf8.DecodeRuneInString(text[start:])
		if !unicode.IsLetter(r) {
			start += size
			continue
		}
		end, letters, latin := start, 0, 0
		for end < len(text) {
			r, size = utf8.DecodeRuneInString(text[end:])
			if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
				break
			}
			letters++
			if r < utf8.RuneSelf || unicode.Is(unicode.Latin, r) {
				latin++
			}
			end += size
		}
		c.latin += latin
		c.other += letters - latin
		if latin == letters && letters > 1 {
			c.words++
			c.addWord(strings.ToLower(text[start:end]))
		}
		start = end
	}
}

func (c *wordCount) addWord(word string) {
	switch theirs, known := functionWords[word]; {
	case !known:
	case theirs:
		c.theirs++
	default:
		c.ours++
	}
}

// Words of Latin script from which a text is long enough to be told by the lack of English words alone, as one in
// a language without a list must be.
const tellingWords = 50

func (c *wordCount) english() bool {
	if c.other > c.latin {
		return false
	}
	if c.theirs >= 3 && c.theirs*2 > c.ours*3 {
		return false
	}
	return c.words < tellingWords || c.ours*50 >= c.words
}

// functionWords holds words of function: false for those of English, true for those of other languages that
// are no English word and stand in few names.
var functionWords = makeFunctionWords()

func makeFunctionWords() map[string]bool {
	words := map[string]bool{}
	for _, list := range []string{
		`ich nicht und das ist ein eine einen einem den dem auf für mit zu im sich auch wird werden wurde haben hat als aus nach
		bei über sind dass oder sein seine nur noch zum zur`, // German
		`el los las del una por para con como más pero sus este esta entre cuando también fue han ser según sobre desde hasta que
		está años`, // Spanish
		`le les des du est une dans pour pas sur avec plus par qui que sont aux ce cette ont été mais son ses leur être nous vous
		selon après au`, // French
		`os um uma não mais ao dos das foi pelo pela são mas seu sua também até você com em ser`,         // Portuguese
		`il lo gli della dei delle nel nella che di per è sono con una anche più ma dal alla suo questo`, // Italian
		`het een van voor niet zijn dat op aan met ook wordt heeft maar bij door naar uit deze nog er`,   // Dutch
		`och att det som på är av för med inte till har den ett om från`,                                 // Swedish
		`og det som på er av til ikke med har ble fra`,                                                   // Norwegian, Danish
		`yang dan di ini itu dengan untuk dari dalam tidak akan pada adalah telah oleh juga`,             // Indonesian, Malay
		`ve bir bu için ile olarak çok daha olan gibi ancak sonra kadar ise`,                             // Turkish
		`nie się jest że do jak przez dla przy oraz od po był ale które`,                                 // Polish
		`je se že pro jsem ve jako ale byl které podle`,                                                  // Czech
		`și să nu din cu pe care este mai pentru la`,                                                     // Romanian
		`az egy és hogy nem is meg ez volt csak már`,                                                     // Hungarian
		`ja ei se että oli hän joka ovat mutta myös kun`,                                                 // Finnish
		`của và là các một những được trong cho không với này người có`,                                  // Vietnamese
		`ang ng mga ay hindi ito para kung`,                                                              // Filipino
		`kwa katika ni hiyo hilo kuwa`,                                                                   // Swahili
	} {
		for _, word := range strings.Fields(list) {
			words[word] = true
		}
	}
	// Last, so that a word of both counts for English.
	for _, word := range strings.Fields(`the of and to in is that for it as was with be by on not he this are or his from at which but
		have an had they you were their one all we can her has there been if more when will would who so no she its said
		them up into out about than do these also after over a i our us my me your two new year says vs may pct mln such while
		during against between other could should must before under some any only most what where how because since until`) {
		words[word] = false
	}
	return words
}
