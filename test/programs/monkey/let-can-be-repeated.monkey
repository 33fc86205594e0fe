let a = 1;
let a = a + 1;
puts(a);
// expect: 2
let f = fn(x) { let x = x * 2; let x = x + 1; x };
puts(f(5));
// expect: 11
