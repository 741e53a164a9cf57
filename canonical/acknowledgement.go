package canonical

// Acknowledgement says what became of one thing that was sent: X12 TA1, 997, 999,
// 824, an 855, or a receipt of a transport. One for each answered object.
type Acknowledgement struct {
	Type         string             `json:"type" canonical:"required" codes:"ackType" doc:"by whom: transport, envelope, syntax, order desk, application"`
	Form         string             `json:"form" canonical:"required" codes:"ackForm" doc:"in which form it came (ST01)"`
	Of           *Answered          `json:"of" canonical:"required" doc:"what is answered"`
	Result       string             `json:"result" canonical:"required" codes:"ackResult" doc:"what became of it (TA104, AK501, IK501, AK901, OTI01)"`
	ResultAsSent string             `json:"resultAsSent,omitempty" doc:"the partner's code for the result"`
	Group        *AnsweredGroup     `json:"group,omitempty" doc:"what became of its group (AK9)"`
	Errors       []AckError         `json:"errors,omitempty" doc:"what was found wrong with it"`
	MDN          *Receipt           `json:"mdn,omitempty" doc:"what a receipt of AS2 says (RFC 4130 7.4)"`
	ReceivedAt   Date               `json:"receivedAt,omitempty" doc:"when it was answered, as the answer says"`
	References   []Reference        `json:"references,omitempty" doc:"REF of an 824"`
	Notes        []Note             `json:"notes,omitempty" doc:"NTE of an 824"`
	Extensions   map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// Answered names what an acknowledgement answers, by at least one number.
type Answered struct {
	Document    string `json:"document,omitempty" doc:"which set (AK201)"`
	Interchange string `json:"interchange,omitempty" doc:"TA101"`
	Group       string `json:"group,omitempty" doc:"AK102"`
	GroupType   string `json:"groupType,omitempty" doc:"AK101"`
	Transaction string `json:"transaction,omitempty" doc:"AK202"`
	Release     string `json:"release,omitempty" doc:"AK103, AK203"`
	MessageID   string `json:"messageId,omitempty" doc:"of the message that carried it"`
	DocumentID  string `json:"documentId,omitempty" doc:"our document"`
	BusinessKey string `json:"businessKey,omitempty" doc:"its number, such as that of the invoice (OTI03, BAK03)"`
}

// AnsweredGroup is what became of a group, and of how many sets.
type AnsweredGroup struct {
	Result       string   `json:"result" canonical:"required" codes:"ackResult" doc:"AK901"`
	ResultAsSent string   `json:"resultAsSent,omitempty" doc:"the partner's code for the result"`
	Included     *int     `json:"included,omitempty" canonical:"min=0" doc:"sets that its trailer counts (AK902)"`
	Received     *int     `json:"received,omitempty" canonical:"min=0" doc:"AK903"`
	Accepted     *int     `json:"accepted,omitempty" canonical:"min=0" doc:"AK904"`
	Codes        []string `json:"codes,omitempty" codes:"groupError" doc:"what is wrong with the group (AK905 to 09)"`
}

// AckError is one thing that the receiver found wrong.
type AckError struct {
	Level      string `json:"level" canonical:"required" codes:"errorLevel" doc:"what is wrong: the whole, a segment, an element"`
	Segment    string `json:"segment,omitempty" doc:"its name (AK301)"`
	Position   *int   `json:"position,omitempty" canonical:"min=0" doc:"number of the segment in the set (AK302)"`
	Loop       string `json:"loop,omitempty" doc:"AK303"`
	Element    *int   `json:"element,omitempty" canonical:"min=0" doc:"number of the element in the segment (AK401-01)"`
	Component  *int   `json:"component,omitempty" canonical:"min=0" doc:"AK401-02"`
	Repetition *int   `json:"repetition,omitempty" canonical:"min=0" doc:"IK401-03"`
	ElementID  string `json:"elementId,omitempty" doc:"number in the data dictionary (AK402)"`
	Code       string `json:"code,omitempty" codes:"errorCode" doc:"what is wrong (AK304, 403, 502 to 06, TA105)"`
	CodeAsSent string `json:"codeAsSent,omitempty" doc:"the partner's code for what is wrong"`
	Value      string `json:"value,omitempty" doc:"what stood there (AK404)"`
	Path       string `json:"path,omitempty" doc:"our field that was written there"`
	Message    string `json:"message,omitempty" doc:"words of the receiver (NTE, TED02)"`
}

// Receipt is what an AS2 receipt says.
type Receipt struct {
	Disposition  string `json:"disposition" canonical:"required" doc:"processed or failed"`
	Modifier     string `json:"modifier,omitempty" doc:"such as error: decryption-failed"`
	MIC          string `json:"mic,omitempty" doc:"check value of what was received"`
	MICAlgorithm string `json:"micAlgorithm,omitempty" doc:"how it was computed"`
	MICMatches   *bool  `json:"micMatches,omitempty" doc:"it is the one of what we sent"`
	Signed       *bool  `json:"signed,omitempty" doc:"the receipt is signed"`
	Signer       string `json:"signer,omitempty" doc:"subject of the certificate"`
}
