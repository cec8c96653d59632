package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// middle is the median.
func middle(values []float64) float64 {
	slices.Sort(values)
	half := len(values) / 2
	if len(values)%2 == 0 {
		return (values[half-1] + values[half]) / 2
	}
	return values[half]
}

// median of one figure over the rounds.
func median[T float64 | time.Duration](of []figures, value func(figures) T) T {
	values := make([]float64, len(of))
	for i := range of {
		values[i] = float64(value(of[i]))
	}
	return T(middle(values))
}

func perSecond(f figures) float64 { return f.perSecond }
func p50(f figures) time.Duration { return f.p50 }
func p99(f figures) time.Duration { return f.p99 }
func cpu(f figures) time.Duration { return f.cpu }

// against is the median over the rounds of one figure's ratio to the other's: what slowed a round slowed both.
func against[T float64 | time.Duration](of, to []figures, value func(figures) T) float64 {
	ratios := make([]float64, len(of))
	for i := range of {
		ratios[i] = float64(value(of[i])) / float64(value(to[i]))
	}
	return middle(ratios)
}

// micros writes a duration in microseconds, as all of one table are.
func micros(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) }

func printTables(out io.Writer, s settings, subject subject, servers []*server, results map[key][]figures) error {
	for _, question := range subject.questions {
		fmt.Fprintf(out, "\n%s: %s\n", question.Name, question.About)
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(table, "server\trequests/s\tp50 µs\tp99 µs\tCPU µs\tof limit\tp99 of limit's\tdemarche is\t")
		for _, server := range servers {
			of := results[key{server.name, question.Name}]
			if of == nil {
				continue
			}
			base, ours := results[key{limit, question.Name}], results[key{demarche, question.Name}]
			fmt.Fprintf(table, "%s\t%.0f\t%s\t%s\t%s\t%.2f\t%.2f\t%.2f×\t\n", server.name, median(of, perSecond), micros(median(of, p50)),
				micros(median(of, p99)), micros(median(of, cpu)), against(of, base, perSecond), against(of, base, p99), against(ours, of, perSecond))
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	fmt.Fprintln(out, "\nThe graph as a whole, answered by demarche")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "question\trequests/s\tp50 µs\tp99 µs\tCPU µs\tp99 of Q2's\t")
	for _, question := range subject.graph {
		of, second := results[key{demarche, question.Name}], results[key{demarche, "Q2"}]
		fmt.Fprintf(table, "%s\t%.0f\t%s\t%s\t%s\t%.2f\t\n", question.Name, median(of, perSecond), micros(median(of, p50)), micros(median(of, p99)),
			micros(median(of, cpu)), against(of, second, p99))
	}
	if err := table.Flush(); err != nil || len(s.sizes) == 0 {
		return err
	}
	fmt.Fprintf(out, "\np50 of demarche by size of the graph, in µs and against that of %d raises\n", s.raises)
	table = tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "question\t%d\t", s.raises)
	for _, size := range s.sizes {
		fmt.Fprintf(table, "%d\t\t", size)
	}
	fmt.Fprintln(table)
	for _, question := range append(subject.questions, subject.graph...) {
		base := results[key{demarche, question.Name}]
		fmt.Fprintf(table, "%s\t%s\t", question.Name, micros(median(base, p50)))
		for _, size := range s.sizes {
			of := results[key{strconv.Itoa(size), question.Name}]
			fmt.Fprintf(table, "%s\t%.2f\t", micros(median(of, p50)), against(of, base, p50))
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}
