package quiz

// gradeParts is sum(weight x fraction) / sum(weights), 0 without parts.
func gradeParts(parts []Part) float64 {
	sum, of := 0.0, 0.0
	for _, p := range parts {
		sum += p.Weight * p.Fraction
		of += p.Weight
	}
	if of == 0 {
		return 0
	}
	return sum / of
}
