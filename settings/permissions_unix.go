//go:build !windows

package settings

// permissions says that file modes mean something here.
const permissions = true
