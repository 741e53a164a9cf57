package as2

import (
	"errors"
	"fmt"
	"net/http"

	"waybill/cms"
	"waybill/transports"
)

// fault is an error that is nothing but its words.
type fault string

func (f fault) Error() string { return string(f) }

// failure is why a message is refused: what its sender is told in the MDN, and
// what people here are told. The sender's words depend on the kind alone, never
// on what was found inside.
type failure struct {
	kind failureKind
	// known says that telling it gives nothing away: the failure is the
	// signature's own, or was found behind a good signature.
	known bool
	// sealed says that the sender is told no more than that decryption failed.
	sealed bool
	text   string // for people here
	hint   string
	err    error
}

// failureKind is one row of the table of failures.
type failureKind int

const (
	failSyntax failureKind = iota
	failSecurity
	failDecrypt
	failSignature
	failIntegrity
	failExpired
	failDecompress
	failUnknownPair
	failSize
	failMICAlg
	failFormat
	failAsync
	failMDN
	failMessageID
)

// failureRow is what the sender is told, and the stable code.
type failureRow struct {
	code        string
	disposition Disposition // RFC 4130 §7.4.3, names of RFC 4130bis
	told        string
	status      int // when no MDN was asked for
}

func (k failureKind) row() failureRow {
	processed := func(detail string) Disposition { return Disposition{"processed", "error", detail} }
	rows := map[failureKind]failureRow{
		failSyntax: {"AS2-SYNTAX", processed("unexpected-processing-error"),
			"The message could not be read: its MIME structure is not valid.", 400},
		failSecurity: {"AS2-SECURITY", processed("insufficient-message-security"),
			"The message is not signed or encrypted as agreed.", 400},
		failDecrypt: {"AS2-DECRYPT", processed("decryption-failed"),
			decryptText, 400},
		failSignature: {"AS2-SIGNATURE", processed("authentication-failed"),
			"The signature is not by a certificate that is agreed for this sender.", 400},
		failIntegrity: {"AS2-SIGNATURE", processed("integrity-check-failed"),
			"The signature does not match the content.", 400},
		failExpired: {"AS2-CERT-EXPIRED", processed("authentication-failed"),
			"The certificate of the signature is not valid today.", 400},
		failDecompress: {"AS2-DECOMPRESS", processed("decompression-failed"),
			"The message could not be decompressed within the agreed limits.", 400},
		failUnknownPair: {"AS2-UNKNOWN-PARTNER", processed("unknown-trading-relationship"),
			"There is no agreement between these AS2 identifiers.", 403},
		failSize: {"AS2-SIZE", processed("unexpected-processing-error"),
			"The content is larger than agreed.", 413},
		failMICAlg: {"AS2-MICALG", Disposition{"failed", "failure", "unsupported MIC-algorithms"},
			"None of the MIC algorithms that were asked for is supported; sha-256 is.", 400},
		failFormat: {"AS2-RECEIPT", Disposition{"failed", "failure", "unsupported format"},
			"The receipt protocol that was asked for is not supported; pkcs7-signature is.", 400},
		failAsync: {"AS2-ASYNC", Disposition{}, asyncText, http.StatusNotImplemented},
		failMDN: {"AS2-ASYNC", Disposition{},
			"Asynchronous MDNs are not received here yet.", http.StatusNotImplemented},
		failMessageID: {"AS2-SYNTAX", processed("invalid-message-id"),
			"The Message-ID is missing or not valid.", 400},
	}
	return rows[k]
}

// decryptText is said of everything that is wrong behind an encryption and not
// proven by a signature. Whoever could tell bad padding from a missing signature
// could decrypt messages that were not meant for them (RFC 3218, EFAIL).
const decryptText = "The message could not be decrypted, or what is inside is not signed as agreed."

const asyncText = "Asynchronous receipts are not offered here yet: leave out Receipt-Delivery-Option and take the receipt on the same connection."

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.err }
func (f *failure) Hint() string  { return f.hint }

func fail(kind failureKind, err error, hint, format string, args ...any) *failure {
	text := fmt.Sprintf(format, args...)
	if err != nil {
		text += ": " + err.Error()
	}
	return &failure{kind: kind, text: text, hint: hint, err: err}
}

// row is what the sender is told, with the code that stays here.
func (f *failure) row() failureRow {
	row := f.kind.row()
	if f.sealed {
		told := failDecrypt.row()
		told.code = row.code
		return told
	}
	return row
}

func (f *failure) problem() *transports.Problem {
	return &transports.Problem{Code: f.row().code, Text: f.text, Hint: f.hint}
}

// signatureFailure sorts a failed verification.
func signatureFailure(err error) *failure {
	if errors.Is(err, cms.ErrSigner) {
		return fail(failSignature, err, "compare the certificates in the partner's profile with the one they sign with now", "the signer is not known")
	}
	return fail(failIntegrity, err, "the message was changed on its way, or signed in a form that is not known; ask the partner to send it again", "the signature does not hold")
}

// asFailure makes a failure of any error that reading a message can end in.
func asFailure(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	return fail(failSyntax, err, "the partner's software made a message that cannot be read; send them this text", "the message cannot be read")
}
