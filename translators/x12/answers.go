package x12

// result puts a verdict code (X12 715, 717, I17) into the words that answers use.
func result(code string) string {
	switch code {
	case "A":
		return "accepted"
	case "E":
		return "acceptedWithErrors"
	case "P":
		return "partiallyAccepted"
	}
	return "rejected"
}
