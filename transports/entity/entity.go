// Package entity reads MIME entities (RFC 2045, RFC 2046) as AS2 and mail need
// them: header, parts and content by their exact octets, which signatures cover,
// in constant memory and with limits on everything that a stranger can make large.
package entity

// The limits of what is read.
const (
	MaxParts  = 50       // of one multipart
	MaxHeader = 64 << 10 // octets of one header
	// BufferSize is that of the readers inside; a line of a header may be as long.
	BufferSize = 32 << 10
)

// Error is one of the errors of this package that callers tell apart.
type Error string

// Error returns the words.
func (e Error) Error() string { return string(e) }

// What can be wrong with an entity.
const (
	ErrNoBoundary  = Error("the multipart content type names no usable boundary")
	ErrNoStart     = Error("the first boundary of the multipart is missing")
	ErrNoEnd       = Error("the multipart ends without its closing boundary")
	ErrTooMany     = Error("the multipart has more than 50 parts")
	ErrPartMissing = Error("the multipart has fewer parts than its type asks for")
	ErrHeader      = Error("the header of a MIME part cannot be read")
	ErrTransfer    = Error("the Content-Transfer-Encoding is not one of 7bit, 8bit, binary, base64, quoted-printable")
)
