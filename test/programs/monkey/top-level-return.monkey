return 10;
9
// expect value: 10
