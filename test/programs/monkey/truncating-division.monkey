puts(7 / 2);
// expect: 3
puts(-7 / 2);
// expect: -3
puts(1 / 2);
// expect: 0
puts(6 / 3);
// expect: 2
