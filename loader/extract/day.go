package extract

import (
	"strconv"
	"time"
)

// saidOn returns the day of which a sentence tells, where it names one of the days up to the article's own:
// "on Tuesday", "yesterday", "on 7 February". Else it is the article's day. What is planned is said on the
// article's day, whatever day it is planned for; an article without a day has none to count from.
func (d *document) saidOn(b *block, modality string) string {
	published, err := time.Parse(time.DateOnly, d.day)
	if err != nil || modality != "ASSERTED" {
		return d.day
	}
	for i, t := range b.tokens {
		if b.quoted[i] {
			continue // the speaker's days, not the reporter's
		}
		switch before := at(b.tokens, i-1).lower; {
		case t.lower == "yesterday":
			return published.AddDate(0, 0, -1).Format(time.DateOnly)
		case t.class == capitalWord && weekdays[t.lower] > 0 && before != "next" && before != "last" && before != "until" && before != "by" && before != "from":
			back := (int(published.Weekday()) - (weekdays[t.lower] - 1) + 7) % 7
			return published.AddDate(0, 0, -back).Format(time.DateOnly)
		case t.class == capitalWord && months[t.lower] > 0:
			if day, ok := dayOfMonth(b.tokens, i, published); ok {
				return day.Format(time.DateOnly)
			}
		}
	}
	return d.day
}

// dayOfMonth reads "February 7", "7 February" and either with a year. Only a day of the last month counts: an
// older one is what the sentence looks back on.
func dayOfMonth(tokens []token, i int, published time.Time) (time.Time, bool) {
	number := func(t token) int {
		n, err := strconv.Atoi(t.text)
		if err != nil {
			return 0
		}
		return n
	}
	day, after := number(at(tokens, i+1)), i+2
	if day < 1 || day > 31 {
		day, after = number(at(tokens, i-1)), i+1
	}
	if day < 1 || day > 31 {
		return time.Time{}, false
	}
	if at(tokens, after).text == "," {
		after++
	}
	year := number(at(tokens, after))
	given := year >= 1000
	if !given {
		year = published.Year()
	}
	on := time.Date(year, months[tokens[i].lower], day, 0, 0, 0, 0, time.UTC)
	if !given && on.After(published) {
		on = on.AddDate(-1, 0, 0) // "December 30" in an article of January
	}
	age := published.Sub(on)
	return on, on.Day() == day && age >= 0 && age <= 31*24*time.Hour
}

// weekdays count from 1, Sunday.
var weekdays = map[string]int{
	"sunday": 1, "monday": 2, "tuesday": 3, "wednesday": 4, "thursday": 5, "friday": 6, "saturday": 7,
}

var months = map[string]time.Month{
	"january": time.January, "february": time.February, "march": time.March, "april": time.April, "may": time.May, "june": time.June,
	"july": time.July, "august": time.August, "september": time.September, "october": time.October, "november": time.November, "december": time.December,
	"jan": time.January, "feb": time.February, "aug": time.August, "sept": time.September, "oct": time.October, "nov": time.November, "dec": time.December,
}
