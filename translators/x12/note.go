package x12

import "waybill/translators"

// note puts a code of a verdict into words: of a set (X12 718, 618), of a group
// (716) or of an interchange (I18). It is "" for a code that we have no words for.
func note(level translators.Level, code string) string {
	switch level {
	case translators.AtSet:
		return setNotes()[code]
	case translators.AtGroup:
		return groupNotes()[code]
	case translators.AtInterchange:
		return interchangeNotes()[code]
	}
	return ""
}

// notes puts all codes of a verdict into words.
func notes(level translators.Level, codes []string) []string {
	var out []string
	for _, code := range codes {
		out = append(out, note(level, code))
	}
	return out
}

// setNotes are those of AK502 to AK506 and IK502 to IK506.
func setNotes() map[string]string {
	return map[string]string{
		"1": "the set is not supported", "2": "the set has no trailer", "3": "ST02 and SE02 differ", "4": "the count of segments, SE01, is wrong",
		"5": "segments are in error", "6": "the set's id is missing or not valid", "7": "the set's control number is missing, not valid or used twice",
		"8": "the authentication key is not known", "9": "the encryption key is not known", "10": "the security service is not available",
		"11": "the recipient of the security is not known", "12": "the length of the encrypted message is wrong", "13": "the authentication failed",
		"15": "the originator of the security is not known", "16": "what was decrypted has wrong syntax", "17": "the security is not supported",
		"18": "the set does not belong into its group", "19": "the implementation convention, ST03, is not valid", "23": "the set's control number stands twice in the group",
		"24": "the trailer S3E of S3S is missing", "25": "the header S3S of S3E is missing", "26": "the trailer S4E of S4S is missing", "27": "the header S4S of S4E is missing",
		"I6": "the implementation convention is not supported",
	}
}

// groupNotes are those of AK905 to AK909.
func groupNotes() map[string]string {
	return map[string]string{
		"1": "the group is not supported", "2": "the group's version is not supported", "3": "the group has no trailer", "4": "GS06 and GE02 differ",
		"5": "the count of sets, GE01, is wrong", "6": "the group's control number is not valid", "10": "the authentication key is not known",
		"11": "the encryption key is not known", "12": "the security service is not available", "13": "the recipient of the security is not known",
		"14": "the originator of the security is not known", "15": "what was decrypted has wrong syntax", "16": "the security is not supported",
		"17": "the length of the encrypted message is wrong", "18": "the authentication failed", "19": "the group's control number stands twice in the interchange",
		"23": "the trailer S3E of S3S is missing", "24": "the header S3S of S3E is missing", "25": "the trailer S4E of S4S is missing", "26": "the header S4S of S4E is missing",
	}
}

// interchangeNotes are those of TA105.
func interchangeNotes() map[string]string {
	return map[string]string{
		"000": "no error", "001": "ISA13 and IEA02 differ", "002": "the standard of the interchange is not supported", "003": "the version of the interchange is not supported",
		"004": "the segment terminator is not valid", "005": "the sender's qualifier, ISA05, is not valid", "006": "the sender's id, ISA06, is not valid",
		"007": "the receiver's qualifier, ISA07, is not valid", "008": "the receiver's id, ISA08, is not valid", "009": "the receiver is not known",
		"010": "the authorization qualifier, ISA01, is not valid", "011": "the authorization, ISA02, is not valid", "012": "the security qualifier, ISA03, is not valid",
		"013": "the security information, ISA04, is not valid", "014": "the date, ISA09, is not valid", "015": "the time, ISA10, is not valid",
		"016": "the standard or repetition separator, ISA11, is not valid", "017": "the version, ISA12, is not valid", "018": "the control number, ISA13, is not valid",
		"019": "the request for an acknowledgement, ISA14, is not valid", "020": "the usage, ISA15, is not valid", "021": "the count of groups, IEA01, is wrong",
		"022": "the control structure is not valid", "023": "the file ends too early", "024": "the content of the interchange is not valid",
		"025": "the interchange's control number came before", "026": "the element separator is not valid", "027": "the component separator is not valid",
		"028": "the date of the deferred delivery is not valid", "029": "the time of the deferred delivery is not valid", "030": "the time code of the deferred delivery is not valid",
		"031": "the grade of service is not valid",
	}
}
