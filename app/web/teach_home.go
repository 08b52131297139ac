package web

// TeachPage is where a teacher begins: the classes.
type TeachPage struct {
	Page
	Classes []struct{}
}

func (s *Server) teach(r *request) error {
	if _, err := s.teacherOf(r); err != nil {
		return err
	}
	return r.sendPage("teach/home", &TeachPage{Page: r.page("/teach", "teach.home")})
}
