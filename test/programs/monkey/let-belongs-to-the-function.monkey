if (true) { let inside = 5; }
puts(inside);
// expect: 5
let f = fn(c) { if (c) { let v = "then"; } else { let v = "else"; }; v };
puts(f(true), f(false));
// expect: then
// expect: else
