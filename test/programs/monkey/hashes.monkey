let h = {"one": 1, 2: "two", true: 3, "fo" + "ur": 4};
puts(h["one"], h[2], h[true], h["four"], h["none"]);
// expect: 1
// expect: two
// expect: 3
// expect: 4
// expect: null
puts({}["key"]);
// expect: null
puts({1: 1}[1]);
// expect: 1
