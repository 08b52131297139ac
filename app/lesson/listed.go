package lesson

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// listed is module.yaml with one more lesson in a theme, and which theme that is. Nothing else of the file changes: the
// id is put into the text, and the result is read again to be sure.
func listed(files fs.FS, id, theme string) (string, []File, error) {
	data, err := fs.ReadFile(files, moduleFile)
	if err != nil {
		return "", nil, fmt.Errorf("module.yaml cannot be read: %w", err)
	}
	doc, m, err := readModule(data)
	if err != nil {
		return "", nil, err
	}
	at, err := themeAt(m, id, theme)
	if err != nil {
		return "", nil, err
	}
	lessons := child(list(child(doc.root, "themes"))[at], "lessons")
	text, ok := inserted(data, lessons, id)
	if !ok || !onlyAdds(text, m, at, id) {
		return "", nil, fmt.Errorf("module.yaml:%d: this list is written in a way that cannot be added to; add %s to it by hand, or write it as [first, second]", line(lessons), id)
	}
	return m.Themes[at].ID, []File{{moduleFile, text}}, nil
}

// readModule reads module.yaml alone. Its faults are one error.
func readModule(data []byte) (*document, *Module, error) {
	var faults Faults
	m := &Module{}
	doc, ok := parseYAML(moduleFile, data, &faults)
	if ok {
		doc.decode(doc.root, m)
	}
	if !faults.Broken() {
		return doc, m, nil
	}
	var all []string
	for _, f := range faults {
		all = append(all, f.String())
	}
	return nil, nil, fmt.Errorf("module.yaml has faults; mend them first:\n  %s", strings.Join(all, "\n  "))
}

// themeAt is the place of the theme that is to list the lesson.
func themeAt(m *Module, id, theme string) (int, error) {
	if len(m.Themes) == 0 {
		return 0, errors.New("module.yaml has no theme that could list the lesson; write one")
	}
	var ids []string
	at := -1
	for i, t := range m.Themes {
		if slices.Contains(t.Lessons, id) {
			return 0, fmt.Errorf("theme %q in module.yaml lists a lesson %q already; choose another id or edit its files", t.ID, id)
		}
		ids = append(ids, t.ID)
		if at < 0 && (theme == "" || theme == t.ID) {
			at = i
		}
	}
	if at < 0 {
		return 0, fmt.Errorf("there is no theme %q in module.yaml; the themes are %s", theme, strings.Join(ids, ", "))
	}
	return at, nil
}

// inserted is the text with an id at the end of a list that was parsed from it; false when there is no place for it.
func inserted(text []byte, list *yaml.Node, id string) ([]byte, bool) {
	if list.Style&yaml.FlowStyle != 0 {
		return intoBrackets(text, list, id)
	}
	return asLine(text, list, id)
}

// intoBrackets puts the id before the bracket that closes the list.
func intoBrackets(text []byte, list *yaml.Node, id string) ([]byte, bool) {
	at, ok := offset(text, list)
	at++ // behind the bracket
	for _, entry := range list.Content {
		if _, at, ok = extent(text, entry); !ok {
			return nil, false
		}
	}
	rest := closing.FindIndex(text[at:])
	if !ok || rest == nil {
		return nil, false
	}
	end := at + rest[1] - 1
	before := text[:end]
	if trimmed := bytes.TrimRight(before, " \t"); len(list.Content) > 0 && !bytes.HasSuffix(trimmed, []byte(",")) {
		before = slices.Concat(trimmed, []byte(", "))
	}
	return slices.Concat(before, []byte(id), text[end:]), true
}

// closing matches the bracket that closes a list, with what may stand before it: a comma, line ends, comments.
var closing = regexp.MustCompile(`^(?:[\s,]|#.*)*\]`)

// asLine puts the id on a line of its own behind the list's last one, indented and ended like that.
func asLine(text []byte, list *yaml.Node, id string) ([]byte, bool) {
	lines := strings.SplitAfter(string(text), "\n")
	at := list.Content[len(list.Content)-1].Line - 1
	dash, _, ok := strings.Cut(lines[at], "-")
	end := "\n"
	if strings.HasSuffix(lines[at], "\r\n") {
		end = "\r\n"
	}
	if !strings.HasSuffix(lines[at], "\n") {
		lines[at] += end
	}
	lines[at] += dash + "- " + id + end
	return []byte(strings.Join(lines, "")), ok
}

// onlyAdds says whether the text is the module with the lesson added to the theme, and else the same.
func onlyAdds(text []byte, m *Module, at int, id string) bool {
	_, now, err := readModule(text)
	if err != nil || len(now.Themes) != len(m.Themes) {
		return false
	}
	want := *m
	want.Themes = slices.Clone(m.Themes)
	want.Themes[at].Lessons = append(slices.Clone(want.Themes[at].Lessons), id)
	return reflect.DeepEqual(*now, want)
}
