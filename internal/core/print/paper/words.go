package paper

import (
	"time"

	"dangol/internal/ground/lang"
)

// Moment writes a time on the clock of a zone, with its year: paper is kept for years. A zone that this machine does not
// know gives UTC, and says so.
func Moment(at time.Time, zone string, tag lang.Tag) string {
	place, err := time.LoadLocation(zone)
	if err != nil {
		return day(at.UTC(), tag) + at.UTC().Format(" 15:04 UTC")
	}
	return day(at.In(place), tag) + at.In(place).Format(" 15:04")
}

// Day writes a day of a store's books, such as "2026-11-23". What is no day is written as it is.
func Day(date string, tag lang.Tag) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return day(at, tag)
}

func day(at time.Time, tag lang.Tag) string {
	if tag == lang.English {
		return at.Format("Mon, Jan 2, 2006")
	}
	return at.Format("2006년 1월 2일 (") + string([]rune("일월화수목금토")[at.Weekday()]) + ")"
}
