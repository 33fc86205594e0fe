/** The areas and perimeters of a thousand shapes of three classes, n times: calls of methods that one place cannot foresee. */

class Shape {
  constructor(name) {
    this.name = name;
  }

  /** A number that depends on the methods of the subclass. */
  measure() {
    return this.area() + 2 * this.perimeter();
  }
}

class Rectangle extends Shape {
  constructor(width, height) {
    super('rectangle');
    this.width = width;
    this.height = height;
  }

  area() {
    return this.width * this.height;
  }

  perimeter() {
    return 2 * (this.width + this.height);
  }
}

class Circle extends Shape {
  constructor(radius) {
    super('circle');
    this.radius = radius;
  }

  area() {
    return 3.25 * this.radius * this.radius;
  }

  perimeter() {
    return 6.5 * this.radius;
  }
}

class Triangle extends Shape {
  constructor(a, b, c) {
    super('triangle');
    this.a = a;
    this.b = b;
    this.c = c;
  }

  /** Heron's formula. */
  area() {
    const s = this.perimeter() / 2;
    return Math.sqrt(s * (s - this.a) * (s - this.b) * (s - this.c));
  }

  perimeter() {
    return this.a + this.b + this.c;
  }
}

function makeShapes(count) {
  const shapes = [];
  let seed = 42;
  for (let i = 0; i < count; i++) {
    seed = (seed * 1105 + 12345) % 65536;
    const size = 1 + (seed % 10);
    const kind = (seed >> 5) % 3;
    if (kind === 0) shapes.push(new Rectangle(size, size + 1));
    else if (kind === 1) shapes.push(new Circle(size));
    else shapes.push(new Triangle(3 * size, 4 * size, 5 * size));
  }
  return shapes;
}

export function run(n) {
  const shapes = makeShapes(1000);
  let total = 0;
  for (let round = 0; round < n; round++) {
    for (const shape of shapes) total += shape.measure();
  }
  return total;
}
