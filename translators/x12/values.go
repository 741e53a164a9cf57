package x12

// digits says whether s is one or more digits.
func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func number(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// validDate accepts YYMMDD and CCYYMMDD of days that exist; two digits of a
// year are taken for leap years as 2000 and on.
func validDate(s string) bool {
	if !digits(s) || len(s) != 6 && len(s) != 8 {
		return false
	}
	year := 2000 + number(s[:2])
	if len(s) == 8 {
		year = number(s[:4])
		s = s[2:]
	}
	month, day := number(s[2:4]), number(s[4:6])
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// validTime accepts HHMM, HHMMSS, HHMMSSD and HHMMSSDD.
func validTime(s string) bool {
	if !digits(s) || len(s) < 4 || len(s) == 5 || len(s) > 8 {
		return false
	}
	return number(s[:2]) < 24 && number(s[2:4]) < 60 && (len(s) == 4 || number(s[4:6]) < 60)
}

// whole counts the digits of an N element: digits with an optional minus.
func whole(s string) (length int, ok bool) {
	if s[0] == '-' {
		s = s[1:]
	}
	return len(s), digits(s)
}

// decimal counts the digits of an R element: at least one, an optional minus
// and an optional point, which do not count. Exponents are not read.
func decimal(s string) (length int, ok bool) {
	if s[0] == '-' {
		s = s[1:]
	}
	points := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			points++
		case c < '0' || c > '9':
			return 0, false
		}
	}
	length = len(s) - points
	return length, points <= 1 && length > 0
}
