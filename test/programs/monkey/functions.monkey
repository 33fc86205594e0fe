let add = fn(a, b) { a + b };
puts(add(1, add(2, 3)));
// expect: 6
let early = fn() { return 99; 100; };
puts(early());
// expect: 99
let nothing = fn() { };
puts(nothing());
// expect: null
puts(fn(x) { x * x }(7));
// expect: 49
