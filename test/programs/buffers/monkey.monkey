let squares = f64([1, 4, 9]);
puts(squares[1]);      // expect: 4
puts(squares[9]);      // expect: null
puts(len(squares));    // expect: 3
puts(map(squares, sqrt)); // expect: [1, 2, 3]
