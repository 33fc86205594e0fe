puts(1 < 2, 1 > 2, 1 == 1, 1 != 1);
// expect: true
// expect: false
// expect: true
// expect: false
puts((1 < 2) == true);
// expect: true
puts(!true, !!5, !null);
// expect: false
// expect: true
// expect: true
puts(if (0) { "zero is true" });
// expect: zero is true
