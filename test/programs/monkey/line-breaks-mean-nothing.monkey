let add = fn(a, b) { a + b }
puts
(add
(1, 2))
// expect: 3
