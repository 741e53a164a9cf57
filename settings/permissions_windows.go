package settings

// permissions says that file modes mean something here.
const permissions = false
