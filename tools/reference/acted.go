package main

import "strings"

// partnerIntro stands above the keys of a partner.
const partnerIntro = "`x12.them.qualifier`, `x12.them.id` and the same of `us` are ISA05 to ISA08 of what they send; a pair belongs to one partner. A *deadline* of `due` is a time such as `4h` or `2d`, counted from what the document answers, or `24h after shipment`, `2h before delivery`, `before delivery`. Every key is checked; *acted on by* says which step does something about it, and **nothing yet** where the step is not built."

// calendarIntro stands above the keys of a calendar.
const calendarIntro = "A calendar is a file of its own, `calendars/NAME.yaml`. Its clock runs in working time alone: 4h from Friday, 16:00, of a week that works from 08:00 to 17:00, end on Monday at 11:00. Days are working days at the same hour, so that 1d and 24h differ: 24h of working time are nearly three such days. Where clocks are changed, hours are hours and days are days. What begins outside working time begins with the next."

// acted says who acts on the keys that begin with a path.
type acted struct{ path, by string }

// nothing acts on a key that is checked and offered to the stages, and that is all.
const nothing = "**nothing yet**"

// actors are the steps that act on the keys of a partner; the longest path counts.
func actors() []acted {
	return []acted{
		{"partner", "all"}, {"name", "commands"}, {"status", "decode, send"}, {"group", "partner list"}, {"priority", "partner list"}, {"contacts", "people"},
		{"calendar", "envelope, map, housekeeping"},
		{"x12", "decode"}, {"x12.usage_mismatch", "decode, where `refuse` is still `hold`"}, {"x12.us", "decode, compose"}, {"x12.version", "map, compose"}, {"x12.delimiters", "envelope"},
		{"x12.other_release", "decode, map"}, {"x12.charset", "decode, map, compose, envelope"}, {"x12.trailing_separators", "decode, compose, envelope"}, {"x12.delimiter_in_data", "envelope"}, {"x12.control", "envelope"}, {"x12.duplicate", nothing},
		{"as2", "AS2 door, send"}, {"sftp", "SFTP server, fetch, send"}, {"mailbox", "mailbox"}, {"folder", "folder, send"},
		{"documents", nothing}, {"documents.NAME.direction", "decode"}, {"documents.NAME.mapping", "map"}, {"documents.NAME.guide", "decode, map"}, {"documents.NAME.version", "map"}, {"documents.NAME.role", "partner list"}, {"documents.NAME.to", "map"}, {"documents.NAME.via", "send"}, {"documents.NAME.keep_order", "doors, decode, map; of `out`: nothing yet"}, {"documents.NAME.batch", "compose, envelope"}, {"documents.NAME.batch.by", nothing},
		{"documents.NAME.due", "map, compose, envelope, housekeeping"}, {"documents.NAME.calendar", "map, compose"},
		{"acknowledge.functional", "decode"}, {"acknowledge.functional.batch", "envelope"}, {"acknowledge.functional.batch.by", nothing}, {"acknowledge.via", "send"}, {"acknowledge.interchange", "decode"},
		{"expect.functional", "envelope, settle, housekeeping"}, {"expect.documents", "envelope, map, housekeeping"}, {"expect.receipt", nothing}, {"expect", nothing}, {"silence", nothing}, {"limits", nothing}, {"retention", nothing},
	}
}

// by is who acts on a key: what is said of the longest path that it begins with.
func by(all []acted, key string) string {
	found := acted{}
	for _, a := range all {
		if (key == a.path || strings.HasPrefix(key, a.path+".") || strings.HasPrefix(key, a.path+"[")) && len(a.path) > len(found.path) {
			found = a
		}
	}
	if found.by == "" {
		return nothing
	}
	return found.by
}
