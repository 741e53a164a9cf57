package sftp

import "waybill/transports"

// changed says that a body is not what was prepared.
func changed() *transports.Failure {
	return transports.Permanent("SFTP-CHANGED", "the stored payload is damaged: waybill spool verify; then send the document again", nil, "the content is not what was prepared to be sent")
}
