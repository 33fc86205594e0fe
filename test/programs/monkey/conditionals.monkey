puts(if (1 < 2) { 10 } else { 20 });
// expect: 10
puts(if (1 > 2) { 10 });
// expect: null
puts(!(if (false) { 5; }));
// expect: true
let x = if (true) { if (false) { 1 } else { 2 } };
puts(x);
// expect: 2
