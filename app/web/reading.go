package web

import "eberbach/app/i18n"

// Readings gives the words for what an item analysis comes to, in a language: of school.ItemReadings and WholeReadings.
func Readings(lang string) (func(name string) string, error) {
	c, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	return func(name string) string { return c.For(lang).T("reading." + name) }, nil
}
