package main

func waybillYAML(root string) (string, error) {
	return render(root, "waybill.yaml",
		"Read once, at start. Everything that is not said has the default; `waybill check` reads it as `waybill serve` would.\n\n"+notation,
		[]section{
			{title: "The gateway", dir: "gateway", name: "Config", fallback: "Load",
				intro: "Relative paths start at the config directory.",
				words: map[string]string{
					"node": "this machine's name in the history; by default the host's. Each node of several has its own", "store": "where messages live: `sqlite:PATH` or `postgres://USER@HOST/DATABASE?sslmode=…`",
					"payloads": "directory of the payloads that are larger than `inline`; several nodes share one", "workers": "messages that each of two crews works on at once, 1 to 256: one reads and maps, and one, twice as many, sends to partners; each of our own systems has a crew of its own, as wide as its `limits.concurrency`",
					"as2": "see below; without it, nothing is received over AS2", "sftp": "see below; without it, there is no SFTP server", "mailboxes": "mail accounts of ours, by a name of yours; see below", "adapters": "our own systems, by a name of yours; see below",
					"api.listen":             "address of `POST /v1/documents` and `GET /v1/documents/{id}`, for our own systems; without one there is no such door",
					"api.max_size":           "of a document",
					"api.clients.NAME.token": "the bearer token of that system, as a reference",
					"observe.listen":         "address of `/healthz`, `/readyz` and `/metrics`; keep it on loopback or a network of your own",
					"retry.first":            "the first wait of a step that failed for a while; it doubles each time", "retry.max": "the longest wait", "retry.attempts": "then the message is dead and waits for a person",
				}},
			{title: "as2", dir: "transports/as2", name: "Listener", prefix: "as2.", fallback: "DefaultListener",
				intro: "The door that partners post to.",
				words: map[string]string{
					"as2.keys[].name": "the name that profiles use", "as2.tls.key": "PEM file of the key for https", "as2.tls.certificate": "PEM file of its certificate, with the chain",
					"as2.timeouts.header": "to the end of a request's header", "as2.timeouts.idle": "of a kept connection without a request", "as2.timeouts.body": "to the end of a request's body", "as2.timeouts.stop": "that a stop waits for exchanges under way",
				}},
			{title: "sftp", dir: "transports/sftp", name: "Listener", prefix: "sftp.", fallback: "DefaultListener",
				intro: "Our SFTP server, where each partner with an `sftp.account` has a tree of its own.",
				words: map[string]string{"sftp.timeouts.idle": "of a session in which nothing is asked"}},
			{title: "mailboxes.NAME", dir: "transports/mailbox", name: "Box", prefix: "mailboxes.NAME.", fallback: "DefaultBox",
				intro: "A mail account of ours: where mails are read (IMAP), and where they are submitted (SMTP).",
				words: map[string]string{
					"mailboxes.NAME.imap.security": "`tls`, `starttls`, or `none`, on this machine only", "mailboxes.NAME.smtp.security": "`tls`, `starttls`, or `none`, on this machine only",
					"mailboxes.NAME.imap.after":      "what becomes of a mail that was taken: `move` into `taken`, `flag` it with `$WaybillTaken` and leave it, `delete` it; one that a person must look at is always moved into `aside`",
					"mailboxes.NAME.oauth.token_url": "the provider's token endpoint", "mailboxes.NAME.oauth.refresh_token": "a reference; without one, client credentials are shown", "mailboxes.NAME.oauth.scopes": "as the provider says",
					"mailboxes.NAME.oauth.mechanism": "how the token is shown: `xoauth2`, `oauthbearer` (RFC 7628)", "mailboxes.NAME.smtp.login": "`no` where the server takes our mails by our address",
				}},
			{title: "adapters.NAME, kind http", dir: "adapters/http", name: "Config", prefix: "adapters.NAME.", fallback: "DefaultConfig",
				intro: "What an answer means stands in [the HTTP adapter](http-adapter.md).",
				words: map[string]string{"adapters.NAME.kind": "chooses the adapter: `http`, or `file`, see below", "adapters.NAME.limits": "how much the system is asked at once and in a time, and when it is left alone; see below"}},
			{title: "adapters.NAME.limits", dir: "adapters", name: "Limits", prefix: "adapters.NAME.limits.", fallback: "DefaultLimits",
				intro: "Each adapter has them. What waits for them waits in its order and uses up no attempt; `waybill status` shows it."},
			{title: "adapters.NAME, kind file", dir: "adapters/file", name: "Config", prefix: "adapters.NAME.", fallback: "DefaultConfig",
				intro: "A system that exchanges files with us: each document in a file of its own, written under a temporary name and renamed, read when it is whole. Relative paths start at the config directory.",
				words: map[string]string{
					"adapters.NAME.kind": "`file`", "adapters.NAME.out.format": "json, xml, csv", "adapters.NAME.in.format": "json, xml, csv", "adapters.NAME.in.separator": "between cells, of CSV",
					"adapters.NAME.in.order": "which file is first: name, time", "adapters.NAME.in.after": "what becomes of a file once its document is stored: archive, delete",
				}},
		})
}

func partnerProfile(root string) (string, error) {
	return render(root, "Partner profiles",
		"One file for each partner: `partners/NAME.yaml`. What `partners/defaults.yaml` says holds where a profile says nothing, key by key; its `as2` block and its entries of `documents` count only for profiles that have one of their own. All files are reloaded together when one changes, or on SIGHUP; a version with a problem is reported and leaves the one in force.\n\n"+notation,
		[]section{
			{title: "The partner", dir: "partners", name: "file", fallback: "unsaid",
				intro: partnerIntro, acted: actors(),
				words: map[string]string{
					"x12.also[].qualifier": "as in `x12.them`", "x12.also[].id": "as in `x12.them`", "x12.also[].group": "the same as ID where nothing is said",
					"acknowledge.functional.batch.by": "for documents; an acknowledgement has no fields", "acknowledge.functional.batch.max": "acknowledgements in one interchange", "sftp": "the partner's SFTP server, or its account on ours", "mailbox": "the partner's mail addresses", "folder": "directories of this machine", "x12.duplicate.action": "an interchange whose number (ISA13) came before: `hold`, `accept`, `refuse`, `drop`",
					"partner": "the name of the file, without `.yaml`", "name": "as people write it", "status": "`draft`, `testing` (test interchanges only), `production`, `suspended`; needed, here or in `defaults.yaml`", "priority": "1 to 9; 1 is looked at first",
					"contacts[].role": "such as edi, orders, logistics", "contacts[].name": "person or desk", "contacts[].email": "for people; nothing is sent there", "contacts[].phone": "for people",
					"x12.them.qualifier": "theirs: ISA05 of what they send", "x12.them.id": "ISA06, blanks at the end left out", "x12.us.qualifier": "ours: ISA07", "x12.us.id": "ISA08",
					"x12.version": "GS08, such as `\"004010\"` or `004010VICS`; in quotes, for its zeros", "x12.delimiters.element": "between elements, of what we send; what comes in says its own",
					"x12.delimiters.component": "between components", "x12.delimiters.segment": "behind each segment", "x12.usage_mismatch": "an interchange whose ISA15 does not fit the status: `hold`, `accept` or `refuse`",
					"as2": "see below", "documents.NAME.direction": "`in` or `out`; NAME is the set, such as `\"850\"`; where both directions are agreed on, NAME is `850 in` and `850 out`, and says it", "documents.NAME.mapping": "a file of `mappings/` without its ending, or a built-in one such as `base/850`",
					"documents.NAME.to": "in: the adapters of waybill.yaml that get the document", "documents.NAME.via": "out: the transport that takes it: as2, sftp, mailbox, folder; the partner's only one where nothing is said",
					"acknowledge.functional.accept": "`strict` refuses a set with any error; `with-errors` accepts it with the errors noted, where it can still be read; `all` accepts it and notes nothing",
				}},
			{title: "Calendars", dir: "partners", name: "calendarFile", fallback: "unsaidCalendar", intro: calendarIntro,
				words: map[string]string{"holidays[].name": "for people"}},
			{title: "as2", dir: "transports/as2", name: "Profile", prefix: "as2.", fallback: "DefaultProfile",
				intro: "Signed and encrypted both ways, with a signed receipt, where nothing else is said. Only synchronous receipts are offered yet.",
				words: map[string]string{
					"as2.mdn.timeout": "how long we wait for their receipt", "as2.retry.first": "wait before a message is sent again; it doubles", "as2.retry.max": "the longest wait", "as2.retry.give_up": "then the message is dead and waits for a person",
					"as2.password": "of `as2.user`", "as2.certificates[].until": "the last day; `\"\"` has no bound",
				}},
			{title: "sftp", dir: "transports/sftp", name: "Profile", prefix: "sftp.", fallback: "DefaultProfile",
				intro: "`account` is what the partner has on our server: an upload is a message when it is closed, or renamed from a temporary name; our files stand in `outbound` until they are fetched. The other keys lead to a server of the partner's.",
				words: map[string]string{
					"sftp.account.keys[].until": "the last day; `\"\"` has no bound", "sftp.account.passwords[].from": "a day, as for keys", "sftp.account.passwords[].until": "the last day",
					"sftp.account.fetched": "what becomes of our file once the partner has fetched it: keep, archive, delete",
					"sftp.fetch.order":     "which file is first: name, time",
				}},
			{title: "mailbox", dir: "transports/mailbox", name: "Profile", prefix: "mailbox.", fallback: "DefaultProfile",
				intro: "What comes from the partner by mail, and where our mails go. A mail is theirs by its sender and its subject: one who names the address goes before one who names the domain, and one with a subject before one without. Whose mail nobody is, it is held for a person.",
				words: map[string]string{
					"mailbox.require": "what a mail of theirs must be: `signed`, `encrypted` (S/MIME); a sender's address alone proves nothing", "mailbox.accept": "exceptions for signatures: `sha1`, `expired`",
					"mailbox.confirm": "what their mail system is asked to confirm: `none`, `delivered` (RFC 3461), `read` (RFC 8098); what comes back as undeliverable is seen with each", "mailbox.sign": "our mails: none, sha256, sha384, sha512", "mailbox.encrypt": "our mails: none, aes256-cbc, aes192-cbc, aes128-cbc, 3des",
					"mailbox.certificates[].until": "the last day; `\"\"` has no bound",
				}},
			{title: "folder", dir: "transports/folder", name: "Profile", prefix: "folder.", fallback: "DefaultProfile",
				intro: "Directories of this machine, for the client of a VAN or for people: files in `in.dir` are messages once they are whole; ours appear in `out.dir` under their names at once and whole. Relative paths start at the config directory.",
				words: map[string]string{
					"folder.in.order": "which file is first: name, time", "folder.in.after": "what becomes of a file once it is stored here: archive, delete",
				}},
		})
}
