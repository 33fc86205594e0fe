foobar
// expect compile error: 'foobar' is not declared
