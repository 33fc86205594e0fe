puts("a\nb");
// expect: a\nb
puts(len("\t"));
// expect: 2
puts("${x}");
// expect: ${x}
