package console

import "time"

const week = 7

// days is a span of business days, both included.
type days struct{ from, to time.Time }

func (d days) text() (from, to string) {
	return d.from.Format(time.DateOnly), d.to.Format(time.DateOnly)
}

// length is how many days there are.
func (d days) length() int { return int(d.to.Sub(d.from).Hours()/24) + 1 }

// before is the period that a period is compared with. From the first of a month on it is the same days of the month
// before, or that month whole when the month is over; else it is as many weeks back as the period needs, so that the same
// weekdays are compared.
func (d days) before() days {
	monthly := d.from.Day() == 1 && d.from.Year() == d.to.Year() && d.from.Month() == d.to.Month() && d.length() > week
	if !monthly {
		back := -week * ((d.length() + week - 1) / week)
		return days{d.from.AddDate(0, 0, back), d.to.AddDate(0, 0, back)}
	}
	first, last := d.from.AddDate(0, -1, 0), d.from.AddDate(0, 0, -1)
	same := d.to.Day()
	if lastOfMonth := d.from.AddDate(0, 1, -1).Day(); same == lastOfMonth || same > last.Day() {
		same = last.Day()
	}
	return days{first, first.AddDate(0, 0, same-1)}
}

// shift is how far the last days of the two periods are apart: what is a moment of the one is that much earlier in the
// other.
func (d days) shift() time.Duration { return d.to.Sub(d.before().to) }
