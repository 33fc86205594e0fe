puts(1 + 2 * 3);
// expect: 7
puts((1 + 2) * 3);
// expect: 9
puts(5 * 2 - 10 / 3);
// expect: 7
puts(-5 + 10);
// expect: 5
puts(50 / 2 * 2 + 10);
// expect: 60
