let adder = fn(a) { fn(b) { a + b } };
let add3 = adder(3);
puts(add3(4));
// expect: 7
let compose = fn(f, g) { fn(x) { g(f(x)) } };
puts(compose(add3, fn(x) { x * 10 })(1));
// expect: 40
let deep = fn(a) { let b = 1; fn(c) { let d = 2; fn(e) { a + b + c + d + e } } };
puts(deep(10)(20)(30));
// expect: 63
