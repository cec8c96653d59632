package cmd

import "testing"

func TestByteSize(t *testing.T) {
	for _, test := range []struct {
		text  string
		want  int64
		shown string
	}{
		{"0", 0, "0"}, {"512", 512, "512"}, {"512B", 512, "512"}, {"64MB", 64e6, "64MB"}, {"1MiB", 1 << 20, "1MiB"}, {"1024KiB", 1 << 20, "1MiB"},
		{"2GiB", 2 << 30, "2GiB"}, {"1000 MB", 1e9, "1GB"}, {"3KB", 3000, "3KB"},
	} {
		var got int64
		if err := (byteSize{&got}).Set(test.text); err != nil || got != test.want {
			t.Errorf("%q: got %d and %v, want %d", test.text, got, err, test.want)
		}
		if shown := (byteSize{&got}).String(); shown != test.shown {
			t.Errorf("%q: shown as %q, want %q", test.text, shown, test.shown)
		}
	}
	for _, text := range []string{"", "MB", "-1", "-1MB", "1.5MB", "64mb", "64TB", "9999999999GB", "1 2"} {
		var got int64
		if err := (byteSize{&got}).Set(text); err == nil {
			t.Errorf("%q: got %d, want an error", text, got)
		}
	}
}
