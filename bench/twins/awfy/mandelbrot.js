// Mandelbrot: the classic fractal as a bitmap of n by n points, its bytes combined by exclusive or.
//
// Copyright (c) 2004-2013 Brent Fulgham, the Computer Language Benchmarks Game; contributed by Karl von Laudermann,
// modified by Jeremy Echols, Detlef Reichl, Joseph LaFata, Peter Zotov and Stefan Marr. BSD, see
// ../../programs/awfy/LICENSES.md.

export const run = (size) => {
  let sum = 0;
  let byteAcc = 0;
  let bitNum = 0;

  for (let y = 0; y < size; y++) {
    const ci = (2.0 * y) / size - 1.0;
    for (let x = 0; x < size; x++) {
      const cr = (2.0 * x) / size - 1.5;
      let zrzr = 0.0;
      let zi = 0.0;
      let zizi = 0.0;
      let escaped = 0;
      for (let z = 0; z < 50; z++) {
        const zr = zrzr - zizi + cr;
        zi = 2.0 * zr * zi + ci;
        zrzr = zr * zr;
        zizi = zi * zi;
        if (zrzr + zizi > 4.0) {
          escaped = 1;
          break;
        }
      }

      byteAcc = (byteAcc << 1) | escaped;
      bitNum += 1;
      // The last byte of a row is filled up; the others need no shift.
      if (bitNum === 8) {
        sum ^= byteAcc;
        byteAcc = 0;
        bitNum = 0;
      } else if (x === size - 1) {
        sum ^= byteAcc << (8 - bitNum);
        byteAcc = 0;
        bitNum = 0;
      }
    }
  }
  return sum;
};
