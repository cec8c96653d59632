package loader

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Dates as feeds, archives and people write them. Each gives year, month (a number or a name) and day, as
// year, month and day say where. A date of digits and slashes with the year last is not among them: nobody
// can tell the day from the month there.
var dateForms = []struct {
	pattern          *regexp.Regexp
	year, month, day int
}{
	// 2025-02-07, 2025/2/7, 2025.02.07T09:30:00+09:00
	{regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]+\d{1,2}:\d\d.*)?Z?$`), 1, 2, 3},
	// 20250207, 20250207T093000Z, 20250207093000
	{regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)(?:T?\d{4}(?:\d\d)?Z?)?$`), 1, 2, 3},
	// February 7, 2025; Friday, Feb. 7th, 2025, 9:30 AM
	{regexp.MustCompile(`^(?:[A-Za-z]+,? )?([A-Za-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:[ ,T]+(?:at )?\d{1,2}:\d\d.*)?$`), 3, 1, 2},
	// 7 February 2025; Fri, 07 Feb 2025 09:30:00 GMT; 7-Feb-2025; 07 Feb 25 09:30 UT
	{regexp.MustCompile(`^(?:[A-Za-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]+)\.?,?[ -](\d{4}|\d\d)(?:[ ,T]+(?:at )?\d{1,2}:\d\d.*)?$`), 3, 2, 1},
	// Fri Feb  7 09:30:00 UTC 2025
	{regexp.MustCompile(`^[A-Za-z]{3} ([A-Za-z]{3}) (\d{1,2}) \d\d:\d\d:\d\d (?:[A-Z+\-0-9]+ )?(\d{4})$`), 3, 1, 2},
}

// Seconds or milliseconds since 1970, of the days when there was such a count.
var unixTime = regexp.MustCompile(`^\d{9,10}(\d{3})?(\.\d+)?$`)

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// parseDate gives the day that a date in one of the usual forms names, as YYYY-MM-DD: the day as it was written,
// whatever its time zone.
func parseDate(text string) (day string, ok bool) {
	text = strings.Join(strings.Fields(text), " ")
	for _, form := range dateForms {
		found := form.pattern.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		year, _ := strconv.Atoi(found[form.year])
		if len(found[form.year]) == 2 { // as RFC 822 has it, and time.Parse reads it
			year += 1900
			if year < 1969 {
				year += 100
			}
		}
		month, known := parseMonth(found[form.month])
		dayOfMonth, _ := strconv.Atoi(found[form.day])
		date := time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC)
		if !known || year == 0 || date.Day() != dayOfMonth || date.Month() != month {
			continue
		}
		return date.Format(time.DateOnly), true
	}
	if found := unixTime.FindStringSubmatch(text); found != nil {
		whole, _, _ := strings.Cut(text, ".")
		seconds, _ := strconv.ParseInt(whole, 10, 64)
		if found[1] != "" {
			seconds /= 1000
		}
		return time.Unix(seconds, 0).UTC().Format(time.DateOnly), true
	}
	return "", false
}

// parseMonth reads the number of a month or its English name, whole or cut to three or four letters.
func parseMonth(text string) (time.Month, bool) {
	if number, err := strconv.Atoi(text); err == nil {
		return time.Month(number), 1 <= number && number <= 12
	}
	text = strings.ToLower(text)
	for i, short := range months {
		month := time.Month(i + 1)
		whole := strings.ToLower(month.String())
		if text == whole || text == short || text == "sept" && month == time.September {
			return month, true
		}
	}
	return 0, false
}
