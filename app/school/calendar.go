package school

// Calendar is where a learner's calendar can be fetched without their cookie. The zero value: nowhere.
type Calendar struct {
	Nonce string // what the address is made of, together with the secret of the browser that has made it
	Hash  string // of the token in the address
}

// NewCalendar makes the calendar at the address that a browser's secret and a nonce give, always the same one, and the token
// in it: 160 bits that nobody can guess. So a form that is sent twice makes one address, the browser can show it again, and
// what is stored gives it away to nobody.
func NewCalendar(secret, nonce string) (c Calendar, token string, err error) {
	from, err := Drawn(secret+" "+nonce, "calendar")
	if err != nil {
		return c, "", err
	}
	first, err := NewID(from)
	if err != nil {
		return c, "", err
	}
	second, err := NewID(from)
	token = first + second
	return Calendar{nonce, CalendarHash(token)}, token, err
}

// CalendarHash is what is stored of the token in a calendar's address.
func CalendarHash(token string) string { return hashSecret("calendar " + token) }

// IsCalendarToken says whether the text can be a token of NewCalendar.
func IsCalendarToken(token string) bool {
	return len(token) == 32 && IsID(token[:16]) && IsID(token[16:])
}
