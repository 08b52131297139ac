package school

import (
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What Pseudonym tries before it gives up.
const (
	drawsEach  = 100 // pairs that it draws before it takes to numbers, and again with each number
	lastNumber = 99
)

// ErrNoPseudonym is returned when every pair that was drawn is taken, whatever number stands behind it.
var ErrNoPseudonym = errors.New("school: no pseudonym is free")

//go:embed words.*.txt
var wordFiles embed.FS

var words = map[string]*wordList{"de": readWords("words.de.txt"), "en": readWords("words.en.txt")}

// wordList is what the pseudonyms of a language are made of.
type wordList struct {
	adjectives []string // stems, in small letters
	nouns      []noun
	never      map[string]bool // "adjective Noun": a pair that means something else
	initials   map[string]bool // the same for the two first letters
}

type noun struct{ word, gender string }

// endings make the adjective agree with the noun's gender; where nouns have none, nothing is added.
var endings = map[string]string{"m": "er", "f": "e", "n": "es", "": ""}

// Pseudonym draws a name that nobody has yet, two words of the language ("de", "en") such as "Mutiger Otter": at most 22
// characters. When all that it draws is taken, it adds a number, "Mutiger Otter 2". Taken is asked for each name, and
// should compare by Folded. It is an error when there is no randomness or nothing is free (ErrNoPseudonym).
func Pseudonym(lang string, taken func(string) bool, random io.Reader) (string, error) {
	list, ok := words[lang]
	if !ok {
		return "", fmt.Errorf("school: there are no words in the language %q", lang)
	}
	for number := 1; number <= lastNumber; number++ {
		for range drawsEach {
			var b [4]byte
			if _, err := io.ReadFull(random, b[:]); err != nil {
				return "", err
			}
			// Some pairs are likelier by one in 300,000, which helps nobody to guess.
			name, lucky := list.pair(int(binary.BigEndian.Uint32(b[:]) % uint32(list.pairs())))
			if number > 1 {
				name += " " + strconv.Itoa(number)
			}
			if lucky && !taken(name) {
				return name, nil
			}
		}
	}
	return "", ErrNoPseudonym
}

// pairs is how many pairs there are, the unlucky ones among them.
func (w *wordList) pairs() int { return len(w.adjectives) * len(w.nouns) }

// pair is one of them; false when it is unlucky.
func (w *wordList) pair(i int) (name string, lucky bool) {
	adjective, n := w.adjectives[i%len(w.adjectives)], w.nouns[i/len(w.adjectives)]
	first, size := utf8.DecodeRuneInString(adjective)
	name = string(unicode.ToUpper(first)) + adjective[size:] + endings[n.gender] + " " + n.word
	initial, _ := utf8.DecodeRuneInString(n.word)
	return name, !w.never[adjective+" "+n.word] && !w.initials[string(unicode.ToUpper(first))+string(initial)]
}

// readWords reads a list. It is in the program, so a fault in it is ours and stops the program at once.
func readWords(file string) *wordList {
	data, err := wordFiles.ReadFile(file)
	if err != nil {
		panic(err)
	}
	w := &wordList{never: map[string]bool{}, initials: map[string]bool{}}
	section := ""
	for i, line := range strings.Split(string(data), "\n") {
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = line
		case section == "[adjectives]":
			w.adjectives = append(w.adjectives, line)
		case section == "[nouns]":
			gender, word, ok := strings.Cut(line, " ")
			if !ok {
				gender, word = "", line
			}
			w.nouns = append(w.nouns, noun{word, gender})
		case section == "[never]":
			w.never[line] = true
		case section == "[initials]":
			w.initials[line] = true
		default:
			panic(fmt.Sprintf("%s:%d: no section is called %q", file, i+1, section))
		}
	}
	return w
}
