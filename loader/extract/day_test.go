package extract

import "testing"

func TestSaidOn(t *testing.T) {
	// 2025-02-07 was a Friday.
	tests := []struct{ text, modality, day, want string }{
		{"Japan urged China on Tuesday to talk.", "ASSERTED", "2025-02-07", "2025-02-04"},
		{"Japan urged China on Friday to talk.", "ASSERTED", "2025-02-07", "2025-02-07"},
		{"Japan urged China on Saturday to talk.", "ASSERTED", "2025-02-07", "2025-02-01"},
		{"Japan urged China yesterday to talk.", "ASSERTED", "2025-02-01", "2025-01-31"},
		{"Japan will urge China on Tuesday to talk.", "FUTURE", "2025-02-07", "2025-02-07"},
		{"Japan urged China to talk by Tuesday.", "ASSERTED", "2025-02-07", "2025-02-07"},
		{"On February 3, 2025, Japan urged China to talk.", "ASSERTED", "2025-02-07", "2025-02-03"},
		{"On 3 February Japan urged China to talk.", "ASSERTED", "2025-02-07", "2025-02-03"},
		{"Since February 24, 2022, Japan has urged China to talk.", "ASSERTED", "2025-02-07", "2025-02-07"},
		{"On December 30 Japan urged China to talk.", "ASSERTED", "2025-01-02", "2024-12-30"},
		{"Japan urged China on Tuesday to talk.", "ASSERTED", "", ""},
		{"\"We met on Tuesday,\" Japan told China.", "ASSERTED", "2025-02-07", "2025-02-07"},
		{"On February 31 Japan urged China to talk.", "ASSERTED", "2025-03-04", "2025-03-04"},
	}
	for _, test := range tests {
		d := understood(t, Article{Text: test.text, Published: test.day})
		if got := d.saidOn(d.blocks[0], test.modality); got != test.want {
			t.Errorf("%q of %s, %s: got %s, want %s", test.text, test.day, test.modality, got, test.want)
		}
	}
}
