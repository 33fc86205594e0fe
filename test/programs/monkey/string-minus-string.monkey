"b" - "a"
// expect runtime error: type error: '-' does not apply to string and string
