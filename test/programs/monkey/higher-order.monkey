let map = fn(arr, f) {
  let iter = fn(arr, accumulated) {
    if (len(arr) == 0) { accumulated } else { iter(rest(arr), push(accumulated, f(first(arr)))) }
  };
  iter(arr, []);
};
let reduce = fn(arr, initial, f) {
  let iter = fn(arr, result) {
    if (len(arr) == 0) { result } else { iter(rest(arr), f(result, first(arr))) }
  };
  iter(arr, initial);
};
puts(map([1, 2, 3], fn(x) { x * 2 }));
// expect: [2, 4, 6]
puts(reduce([1, 2, 3, 4, 5], 0, fn(a, b) { a + b }));
// expect: 15
