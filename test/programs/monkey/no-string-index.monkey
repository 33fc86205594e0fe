"abc"[0]
// expect runtime error: type error: string has no elements to index
