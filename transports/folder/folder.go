// Package folder exchanges documents with trading partners through directories
// of this machine: where the client of a VAN (a value-added network) drops and
// picks up, or a person does. Fetch takes what is ready into the inbox; Put, a
// transports.Sender, writes what is ours. It knows nothing of profiles.
package folder

// Door is the name of this door in the history.
const Door = "folder"
