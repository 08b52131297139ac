package web

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"rsc.io/qr"

	"eberbach/app/school"
	"eberbach/app/store"
)

// Reach is an address for others to type or scan.
type Reach struct {
	URL   string // "" when nobody has said how others reach this machine
	Text  string // the same without what need not be typed
	Local bool   // it leads to this machine only on this machine
}

// reach is how others reach a path: by the public origin, or else by the address that is printed at start. The Host header
// is not asked: whoever sends the request chooses it.
func (s *Server) reach(path string) Reach {
	origin := strings.TrimSuffix(cmp.Or(s.Origin, s.Network), "/")
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return Reach{}
	}
	host := u.Hostname()
	return Reach{URL: origin + path, Text: u.Host + path, Local: host == "localhost" || host == "127.0.0.1"}
}

// QR is a QR code as squares of one unit, for an SVG.
type QR struct {
	Size int    // units on each side, with the quiet zone
	Path string // of the dark squares
}

// quiet is the width of the zone around a QR code that stays light, in squares.
const quiet = 4

// newQR makes a QR code of a text; errors up to about 15 % can be mended.
func newQR(text string) (*QR, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if n := x - from; n > 0 {
				b.WriteString("M" + strconv.Itoa(from+quiet) + " " + strconv.Itoa(y+quiet) + "h" + strconv.Itoa(n) + "v1h-" + strconv.Itoa(n) + "z")
			}
		}
	}
	return &QR{code.Size + 2*quiet, b.String()}, nil
}

// Door is how pupils come into a class.
type Door struct {
	Code   string // "" when nobody may join
	Spaced string // the code with room between its letters, for who reads it aloud
	Reach  Reach  // of the page that the code opens
	Short  Reach  // of the page that asks for the code
	QR     *QR    // nil when nobody knows how to be reached
}

func (s *Server) door(c school.Class) (d Door, err error) {
	if c.Code == "" {
		return d, nil
	}
	d = Door{Code: c.Code, Spaced: strings.Join(strings.Split(c.Code, ""), " ")}
	d.Reach, d.Short = s.reach("/"+c.Lang+"/join/"+c.Code), s.reach("/"+c.Lang+"/join")
	if d.Reach.URL != "" {
		d.QR, err = newQR(d.Reach.URL)
	}
	return d, err
}

// HandoutPage is what a class is shown or given so that its pupils come in: on the wall, or as cards and a list.
type HandoutPage struct {
	Page
	ClassFrame
	Door
	Over   bool // nobody works in the class any more
	Joined int
	Cards  []int // one for each card
	Counts []int // how many cards there can be
}

// Numbers of cards: eight fill a page.
var cardCounts = []int{8, 16, 24, 32, 40}

const usualCards = 32

func (s *Server) handout(r *request, path, titleKey string) (*HandoutPage, error) {
	room, err := s.room(r)
	if err != nil {
		return nil, err
	}
	p := &HandoutPage{ClassFrame: ClassFrame{room, "join"}, Over: room.Over(r.now), Joined: len(room.Present())}
	p.Page = r.page(p.ClassPath(path), titleKey, "Class", room.Name)
	p.Door, err = s.door(room.Class)
	return p, err
}

// wall shows the class's code so that a whole room can read it.
func (s *Server) wall(r *request) error {
	p, err := s.handout(r, "/join", "teach.wall")
	if err != nil {
		return err
	}
	return r.sendPage("teach/wall", p)
}

// cards shows cards with the class's code to cut out, and a list of the pseudonyms to write names on.
func (s *Server) cards(r *request) error {
	p, err := s.handout(r, "/cards", "teach.cards")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.Query("n"))
	if err != nil || n < 1 || n > cardCounts[len(cardCounts)-1] {
		n = usualCards
	}
	p.Cards, p.Counts = make([]int, n), cardCounts
	return r.sendPage("teach/cards", p)
}

// newJoinCode gives the class another code to join by; the one before opens nothing any more.
func (s *Server) newJoinCode(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	for range tries {
		code, err := school.NewJoinCode(random)
		if err != nil {
			return err
		}
		if err = s.Store.ChangeCode(r.ctx(), room.Class, code); err == nil {
			return r.seeOther(ClassFrame{Room: room}.ClassPath("/join"))
		} else if !errors.Is(err, store.ErrTaken) {
			return err
		}
	}
	return store.ErrTaken
}

// stopJoinCode ends joining: the class has no code until it is given a new one.
func (s *Server) stopJoinCode(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	if err := s.Store.ChangeCode(r.ctx(), room.Class, ""); err != nil {
		return err
	}
	return r.seeOther(ClassFrame{Room: room}.ClassPath("/join"))
}
