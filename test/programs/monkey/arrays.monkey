let a = [1, 2 * 2, "three"];
puts(a[0], a[1 + 1], a[3], a[-1]);
// expect: 1
// expect: three
// expect: null
// expect: null
puts(first(a), last(a), rest(a), len(a));
// expect: 1
// expect: three
// expect: [4, "three"]
// expect: 3
puts(push(a, 4), a);
// expect: [1, 4, "three", 4]
// expect: [1, 4, "three"]
puts([1, 2, 3][1]);
// expect: 2
