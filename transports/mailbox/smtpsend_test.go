package mailbox

import (
	"encoding/base64"
	"io"
	"strings"

	"waybill/transports"
)

func outgoing() transports.Outgoing {
	return transports.Outgoing{Message: "01J0000000000000000000000A", Partner: "acme", Document: "855", Control: "000000007", ContentType: "application/edi-x12"}
}

// decoded undoes a transfer encoding.
func decoded(encoding string, r io.Reader) io.Reader {
	if strings.EqualFold(encoding, "base64") {
		return base64.NewDecoder(base64.StdEncoding, r)
	}
	return r
}
