package lesson

import (
	"slices"
	"strings"
)

// Of are the faults in the files of one lesson, or in another folder of the lesson files.
func (fs Faults) Of(folder string) (list Faults) {
	for _, f := range fs {
		if strings.HasPrefix(f.File, folder+"/") {
			list = append(list, f)
		}
	}
	return list
}

// Shared are the faults in the files that all lessons of the module share.
func (fs Faults) Shared() (list Faults) {
	for _, f := range fs {
		if !strings.Contains(f.File, "/") || strings.HasPrefix(f.File, declarationDir+"/") {
			list = append(list, f)
		}
	}
	return list
}

// Split tells what keeps a lesson from being shown from what only warns.
func (fs Faults) Split() (faults, warnings Faults) {
	for _, f := range fs {
		if f.Warning {
			warnings = append(warnings, f)
		} else {
			faults = append(faults, f)
		}
	}
	return faults, warnings
}

// Sound is what can be shown of a module in spite of the faults that Read found in it. In place of a lesson with faults
// stands what last has of it. When the files have faults that all lessons share, last stands for all of it. Without a
// last, what has faults is left out; the module may then hold no lesson at all. Nobody may change what is returned.
func (m *Module) Sound(faults Faults, last *Module) *Module {
	if last == nil {
		last = &Module{}
	}
	if faults.Shared().Broken() {
		return last
	}
	sound := *m
	sound.Lessons = nil
	for _, t := range m.Themes {
		for _, id := range t.Lessons {
			from := m
			if faults.Of(id).Broken() {
				from = last
			}
			if l := from.Lesson(id); l != nil && !slices.Contains(sound.Lessons, l) {
				sound.Lessons = append(sound.Lessons, l)
			}
		}
	}
	return &sound
}
