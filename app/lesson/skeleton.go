package lesson

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// The files of a lesson and of a module to begin with. They are written out as they are but for the two ids.
//
//go:embed skeleton
var skeleton embed.FS

const (
	moduleFile = "module.yaml"
	firstTheme = "reading" // of a new module
	longestID  = 60        // characters; an attempt's id begins with the lesson's
	lessonID   = "LESSON-ID"
	themeID    = "THEME-ID"
	badID      = "%q is no id; use small letters, digits and single hyphens, at most %d, such as first-steps"
)

// File is a file to be written. Its path has slashes and begins below the folder of the lesson files.
type File struct {
	Path string
	Data []byte
}

// New returns what must be written so that the lesson files have one more lesson, a commented skeleton that passes the
// check, and the theme that lists it. An empty theme is the first one of the module. Where there is no module.yaml yet,
// a whole small module is begun. All files are new but module.yaml, which comes last and makes the others seen. The
// errors are for the author.
func New(files fs.FS, id, theme string) (written []File, in string, err error) {
	if err := newID(files, id); err != nil {
		return nil, "", err
	}
	written, err = filled("skeleton/lesson", id+"/", id, themeID)
	if err != nil {
		return nil, "", err
	}
	var module []File
	if _, statErr := fs.Stat(files, moduleFile); errors.Is(statErr, fs.ErrNotExist) {
		in, module, err = newModule(files, id, theme)
	} else {
		in, module, err = listed(files, id, theme)
	}
	if err != nil {
		return nil, "", err
	}
	for i := range written {
		written[i].Data = []byte(strings.ReplaceAll(string(written[i].Data), themeID, in))
	}
	return append(written, module...), in, nil
}

func newID(files fs.FS, id string) error {
	if !slug.MatchString(id) || len(id) > longestID {
		return fmt.Errorf(badID, id, longestID)
	}
	if id == declarationDir {
		return fmt.Errorf("%q is where the declaration's passages are; choose another id", id)
	}
	if _, err := fs.Stat(files, id); err == nil {
		return fmt.Errorf("there is something called %q in the folder already; choose another id or edit its files", id)
	}
	return nil
}

// filled are the files of a part of the skeleton, with the ids filled in, below a folder.
func filled(part, below, id, theme string) (list []File, err error) {
	ids := strings.NewReplacer(lessonID, id, themeID, theme)
	err = fs.WalkDir(skeleton, part, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := skeleton.ReadFile(name)
		list = append(list, File{below + strings.TrimPrefix(name, part+"/"), []byte(ids.Replace(string(data)))})
		return err
	})
	return list, err
}

// newModule is a module with one theme and the one lesson in it.
func newModule(files fs.FS, id, theme string) (string, []File, error) {
	if theme == "" {
		theme = firstTheme
	}
	if !slug.MatchString(theme) {
		return "", nil, fmt.Errorf(badID, theme, longestID)
	}
	list, err := filled("skeleton/module", "", id, theme)
	if err != nil {
		return "", nil, err
	}
	for _, f := range list {
		if _, err := fs.Stat(files, f.Path); err == nil {
			return "", nil, fmt.Errorf("%s is there but module.yaml is not; take an empty folder, or one that has all of a module", f.Path)
		}
	}
	last := slices.IndexFunc(list, func(f File) bool { return f.Path == moduleFile })
	list = append(slices.Delete(slices.Clone(list), last, last+1), list[last])
	return theme, list, nil
}
