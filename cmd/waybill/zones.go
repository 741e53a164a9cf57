package main

// The zones of calendars and of documents are the same on a machine that has no
// database of its own.
import _ "time/tzdata"
