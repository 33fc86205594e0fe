puts(1.5);
// expect compile error: the numbers of Monkey are integers
