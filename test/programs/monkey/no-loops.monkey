while (true) { 1 }
// expect compile error: expected
