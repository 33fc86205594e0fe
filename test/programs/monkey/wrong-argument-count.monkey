let one = fn(a) { a };
one();
// expect runtime error: wrong argument count: 'one' takes 1 argument, but got 0
