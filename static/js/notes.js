// Notes on the texts: marking by mouse, finger and keyboard.
