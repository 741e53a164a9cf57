package spool

// syncDirectory does nothing on Windows: a directory cannot be synced there, and
// NTFS keeps its names in a journal.
func syncDirectory(string) error { return nil }
