package web

import "testing"

// TestPrepared: every page that is made when it is first asked for can be made, and is the page of its address.
func TestPrepared(t *testing.T) {
	t.Parallel()
	s := ourSite()
	if len(s.prepared) < 2*len(s.module.Lessons) {
		t.Fatalf("there are %d pages", len(s.prepared))
	}
	for path := range s.prepared {
		p, err := s.preparedAt(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if base := p.page.base(); base.Href(base.Path) != path {
			t.Errorf("at %s is the page of %s", path, base.Href(base.Path))
		}
		if len(p.texts()) == 0 && len(p.terms) > 0 {
			t.Errorf("%s has terms but no text", path)
		}
	}
}
