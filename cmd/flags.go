package cmd

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagGroup is flags that belong together in the help of a command that has many.
type flagGroup struct {
	title string
	flags *pflag.FlagSet
}

// addGroups gives a command its flags, listed by groups in its help.
func addGroups(cmd *cobra.Command, groups []flagGroup) {
	for _, group := range groups {
		cmd.Flags().AddFlagSet(group.flags)
	}
	cmd.SetUsageFunc(func(cmd *cobra.Command) error {
		out := cmd.OutOrStderr()
		fmt.Fprintf(out, "Usage:\n  %s\n\nExamples:\n%s\n", cmd.UseLine(), cmd.Example)
		for _, group := range groups {
			group.flags.SortFlags = false
			fmt.Fprintf(out, "\n%s:\n%s", group.title, group.flags.FlagUsages())
		}
		fmt.Fprintf(out, "\nGlobal Flags:\n%s", cmd.InheritedFlags().FlagUsages())
		return nil
	})
}

// byteSize is a flag's value in bytes: digits, then maybe KB, MB or GB (of 1,000 and its powers) or KiB, MiB or GiB (of 1,024).
type byteSize struct{ bytes *int64 }

// byteUnits are in the order in which they are looked for: B ends all others.
var byteUnits = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1}}

// Set reads a size.
func (s byteSize) Set(text string) error {
	for _, unit := range byteUnits {
		digits, found := strings.CutSuffix(text, unit.name)
		if !found {
			continue
		}
		number, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || number < 0 || number > (1<<62)/unit.bytes {
			break
		}
		*s.bytes = number * unit.bytes
		return nil
	}
	return fmt.Errorf("%q is no size such as 64MB", text)
}

// String writes a size as Set reads it, in the largest unit that it is a whole number of.
func (s byteSize) String() string {
	if s.bytes == nil {
		return "0"
	}
	for _, unit := range []int{5, 2, 4, 1, 3, 0} { // GB, GiB, MB, MiB, KB, KiB
		if size := byteUnits[unit].bytes; *s.bytes > 0 && *s.bytes%size == 0 {
			return fmt.Sprint(*s.bytes/size) + byteUnits[unit].name
		}
	}
	return fmt.Sprint(*s.bytes)
}

// Type names it in the help.
func (s byteSize) Type() string { return "size" }
