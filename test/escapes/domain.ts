/**
 * The detector of escapes: walks everything that a guest could see after a run, on both sides of the border, and finds the
 * first thing that is not of the value domain. It trusts no class test alone: an object counts as a guest's only with the
 * very prototype, and the very properties, that values of its class have.
 */

import { types } from 'node:util';
import { engines } from '../../src/engines/engines';
import { GuestErrorInfo } from '../../src/host-value';
import {
  type Engine,
  type EngineName,
  GuestClass,
  GuestFunction,
  GuestInstance,
  Handle,
  type HeddleError,
  SharedBuffer,
} from '../../src/index';
import { ErrorValue, errorKinds, ObjectError } from '../../src/runtime/errors';
import { Instance, ownFields } from '../../src/runtime/instances';
import { ClassValue, Shape } from '../../src/runtime/objects';
import { Interrupt, type Thread, type VmState } from '../../src/runtime/thread';
import { Box, Closure, HostFunction } from '../../src/runtime/value';

/** Something that a guest could see and may not. */
export class Escape extends Error {
  override readonly name = 'Escape';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    escapes.push(this);
  }
}

/** Every one so far, also where somebody has caught it. */
export const escapes: Escape[] = [];

type Found = readonly [path: string, value: unknown];

/** Every object and function that a script of this host can reach without being given anything. */
function findIntrinsics(): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  const pending: unknown[] = [globalThis, (function* () {})(), (async () => {})(), new Error('an instance')];
  const reach = (value: unknown): void => {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (!isObject || found.has(value)) return;
    found.add(value);
    pending.push(value);
  };
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    reach(Object.getPrototypeOf(next));
    for (const property of Object.values(Object.getOwnPropertyDescriptors(next))) {
      reach(property.value);
      reach(property.get);
    }
  }
  return found;
}

/** Taken before any test changes anything. */
const intrinsics = findIntrinsics();

const isScalar = (value: unknown): boolean =>
  value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string';

/** What is wrong with the own properties of an object, which should be the data properties `names` and no others. */
function oddProperty(value: object, names: readonly string[]): string | undefined {
  const own = Reflect.ownKeys(value);
  if (own.length !== names.length) return `it has the properties ${own.map(String).join(', ')}`;
  for (const name of names) {
    const property = Object.getOwnPropertyDescriptor(value, name);
    if (property === undefined) return `it has no property '${name}'`;
    if (!Object.hasOwn(property, 'value')) return `its property '${name}' is a getter`;
  }
  return undefined;
}

/** What is wrong with an array of whichever side: it must be dense, plain and writable. */
function oddArray(value: readonly unknown[]): string | undefined {
  if (Object.getPrototypeOf(value) !== Array.prototype) return 'it is no plain array';
  const odd = oddProperty(value, [...Array.from(value, (_, i) => String(i)), 'length']);
  return odd ?? (Object.isExtensible(value) ? undefined : 'it cannot grow');
}

function oddMap(value: ReadonlyMap<unknown, unknown>): string | undefined {
  if (Object.getPrototypeOf(value) !== Map.prototype) return 'it is no plain map';
  const odd = oddProperty(value, []);
  const badKey = [...value.keys()].find((key) => key === null || !isScalar(key));
  return odd ?? (badKey === undefined ? undefined : `it has a key of type ${typeof badKey}`);
}

const bufferPrototypes: readonly unknown[] = [
  Float64Array.prototype,
  Int32Array.prototype,
  Uint8Array.prototype,
];

/** What is wrong with a buffer of whichever side: it must be plain and have its elements alone. */
function oddBuffer(value: ArrayBufferView): string | undefined {
  if (!bufferPrototypes.includes(Object.getPrototypeOf(value))) return 'it is no plain typed array';
  const { length } = value as Uint8Array; // by its prototype
  return Reflect.ownKeys(value).length === length ? undefined : 'it has properties besides its elements';
}

/** Guests can only call one, so what it calls may be anything but a function that the host has for other purposes. */
function oddHostFunction(callee: HostFunction): string | undefined {
  if (typeof callee.name !== 'string') return 'its name is no string';
  if (intrinsics.has(callee.call)) return "it calls one of the host's own";
  return oddProperty(callee, ['name', 'minArity', 'maxArity', 'call', 'isOwn', 'ofNumbers', 'counts']);
}

const unfrozen = (value: object): string | undefined =>
  Object.isFrozen(value) ? undefined : 'it can be changed';

/** Places are whole numbers from the first on, each of one member. */
const oddPlaces = (places: ReadonlyMap<unknown, number>, first = 0): string | undefined =>
  [...places.values()].every((place, i) => place === first + i) &&
  [...places.keys()].every((name) => typeof name === 'string')
    ? undefined
    : 'its members are not in their places';

function oddShape(shape: Shape): string | undefined {
  if (Object.getPrototypeOf(shape) !== Shape.prototype) return 'its shape is none';
  if ([...shape.fields.keys()].some((name) => shape.methods.has(name))) return 'a field is a method too';
  if (shape.size !== shape.fields.size) return 'it says another number of fields than it has';
  return oddPlaces(shape.fields, shape.form === 'own' ? 0 : ownFields) ?? oddPlaces(shape.methods);
}

const oddCount = (found: number, wanted: number): string | undefined =>
  found === wanted ? undefined : `it has ${found} fields in its array, not ${wanted}`;

abstract class Walk {
  private readonly seen = new Set<unknown>();
  protected readonly pending: Found[] = [];

  /** Walks a value and all that can be reached from it. @throws Escape */
  check(path: string, value: unknown): void {
    this.pending.push([path, value]);
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) {
      const [at, item] = next;
      if (isScalar(item) || this.seen.has(item)) continue;
      this.seen.add(item);
      if (typeof item !== 'object') throw new Escape(`${at} is of type ${typeof item}`);
      const object: object = item!; // null is a scalar
      if (intrinsics.has(object)) throw new Escape(`${at} is the host's own`);
      if (types.isProxy(object)) throw new Escape(`${at} is a proxy`);
      const odd = this.visit(at, object);
      if (odd !== undefined) throw new Escape(`${at} is not of the domain: ${odd}`);
    }
  }

  /** Puts what the value holds on `pending`. @returns what is wrong with it */
  protected abstract visit(path: string, value: object): string | undefined;

  protected visitCollection(path: string, value: object): string | undefined {
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) this.pending.push([`${path}[${i}]`, value[i]]);
      return oddArray(value);
    }
    if (types.isArrayBufferView(value)) return oddBuffer(value);
    if (!types.isMap(value)) return `it is of class ${value.constructor?.name}`;
    for (const [key, item] of value) this.pending.push([`${path}{${String(key)}}`, item]);
    return oddMap(value);
  }
}

/** Walks values as guests hold them. */
export class GuestWalk extends Walk {
  /** @param vm whose guest it is; without it, functions of any program and host will do */
  constructor(private readonly vm?: VmState) {
    super();
  }

  protected override visit(path: string, value: object): string | undefined {
    switch (Object.getPrototypeOf(value)) {
      case Closure.prototype:
        return this.visitClosure(path, value as Closure); // by its prototype, as all below
      case HostFunction.prototype:
        return oddHostFunction(value as HostFunction);
      case Box.prototype:
        if ((value as Box).value !== undefined) this.pending.push([`${path}.box`, (value as Box).value]);
        return oddProperty(value, ['value']);
      case Handle.prototype:
        return oddProperty(value, ['target']);
      case ErrorValue.prototype:
      case ObjectError.prototype:
        return this.visitError(path, value as ErrorValue);
      case ClassValue.prototype:
        return this.visitClass(path, value as ClassValue);
      case Instance.prototype:
        return this.visitInstance(path, value as Instance);
      default:
        return this.visitCollection(path, value);
    }
  }

  private visitClosure(path: string, closure: Closure): string | undefined {
    if (!closure.fn.module.functions.includes(closure.fn)) return 'it is a closure of no function';
    const { module, constants, freeCount } = closure.fn;
    if (!constants.every((value) => typeof value === 'number' || typeof value === 'string'))
      return 'it has odd constants';
    if (closure.free.length !== freeCount) return `it captures ${closure.free.length}, not ${freeCount}`;
    this.pending.push([`${path}.free`, closure.free]);
    const { vm } = this;
    if (vm === undefined) return oddProperty(closure, ['fn', 'free']);
    if (module.globals.length > vm.globals.length) return 'it is a closure of another program: its globals';
    const foreign = module.imports.findIndex((name, i) => (vm.imports[i] as HostFunction)?.name !== name);
    return foreign < 0 ? oddProperty(closure, ['fn', 'free']) : 'it is a closure of another program';
  }

  private visitInstance(path: string, instance: Instance): string | undefined {
    const own = Object.keys(instance).filter((name) => /^f[0-7]$/.test(name));
    const hasMore = Object.hasOwn(instance, 'more');
    const odd = oddProperty(instance, ['shape', 'classValue', ...own, ...(hasMore ? ['more'] : [])]);
    if (odd !== undefined) return odd;
    const { shape, classValue } = instance;
    if (shape !== classValue.instances) return 'its shape is not what its class gives';
    const values = Object.entries(instance).filter(([name]) => own.includes(name)) as [string, unknown][];
    if (shape.form !== 'own' && own.length > 0) return 'it has fields of its own, too';
    if (values.slice(shape.size).some(([, value]) => value !== null)) return 'it has a field too many';
    for (const [name, value] of values) this.pending.push([`${path}.${name}`, value]);
    this.pending.push([`${path}.class`, classValue]);
    if (hasMore) this.pending.push([`${path}.more`, instance.more]);
    const count = shape.form === 'own' ? Math.max(0, shape.size - ownFields) : shape.size;
    return oddShape(shape) ?? oddCount(hasMore ? instance.more.length : 0, count);
  }

  private visitClass(path: string, value: ClassValue): string | undefined {
    const { definition, shape, more, instances, methods, superclass, depth } = value;
    this.pending.push([`${path}.more`, more], [`${path}.methods`, methods]);
    if (superclass !== null) this.pending.push([`${path}.superclass`, superclass]);
    if (depth !== (superclass === null ? 0 : superclass.depth + 1)) return 'its depth is wrong';
    if (shape !== definition.shape || shape.methods.size > 0) return 'its shape is not what it declares';
    if (methods.length !== instances.methods.size) return 'it has not the methods of its instances';
    const odd = methods.find((method) => Object.getPrototypeOf(method) !== Closure.prototype);
    if (odd !== undefined) return 'it has a method that is no closure';
    return (
      oddShape(instances) ??
      oddShape(shape) ??
      oddCount(more.length, shape.size) ??
      oddProperty(value, [...['depth', 'definition', 'shape', 'more', 'instances', 'methods', 'superclass']])
    );
  }

  private visitError(path: string, error: ErrorValue): string | undefined {
    if (!errorKinds.includes(error.kind)) return 'it is an error of no kind';
    if (typeof error.message !== 'string') return 'its message is no string';
    this.pending.push([`${path}.thrown`, error.thrown]);
    for (const entry of error.trace ?? []) {
      if (!Object.values(entry).every(isScalar)) return 'it has an odd trace';
    }
    return oddProperty(error, ['kind', 'message', 'thrown', 'cause', 'trace']);
  }
}

/** Walks values as the host gets them. */
export class HostWalk extends Walk {
  protected override visit(path: string, value: object): string | undefined {
    switch (Object.getPrototypeOf(value)) {
      case GuestFunction.prototype:
      case GuestClass.prototype:
        return oddProperty(value, ['name']) ?? unfrozen(value);
      case GuestInstance.prototype:
        return oddProperty(value, ['className']) ?? unfrozen(value);
      case Handle.prototype:
        return oddProperty(value, ['target']);
      case GuestErrorInfo.prototype:
        return this.visitErrorInfo(path, value);
      default:
        return this.visitCollection(path, value);
    }
  }

  private visitErrorInfo(path: string, value: object): string | undefined {
    const { kind, message, trace } = value as GuestErrorInfo; // by its prototype
    if (typeof kind !== 'string' || typeof message !== 'string' || !Array.isArray(trace))
      return 'it is no description of an error';
    for (const entry of trace) {
      for (const [name, part] of Object.entries(entry)) this.pending.push([`${path}.trace.${name}`, part]);
    }
    return oddProperty(value, ['kind', 'message', 'trace']);
  }
}

/** Walks the slots of the thread, the globals and the imports, as a run leaves them. @throws Escape */
export function checkThread({ stack, bottom, vm }: Thread): void {
  const walk = new GuestWalk(vm);
  for (let slot = bottom; slot < stack.length; slot++) walk.check(`slot ${slot - bottom}`, stack[slot]);
  vm.globals.forEach((value, i) => {
    if (value !== undefined) walk.check(`global ${i}`, value);
  });
  vm.imports.forEach((value, i) => {
    walk.check(`import ${i}`, value);
  });
}

/**
 * The engine of this name under watch: when a run ends or stops, however it does, everything the guest could see is walked.
 * What a run throws must be an error of the guest's world.
 */
export function watched(name: EngineName): Engine {
  const { prepare, run } = engines[name];
  return {
    name,
    prepare,
    run(thread) {
      try {
        run(thread);
      } catch (thrown) {
        checkThread(thread);
        if (thrown instanceof ErrorValue) new GuestWalk(thread.vm).check('the error', thrown);
        else if (!(thrown instanceof Interrupt))
          throw new Escape('a host exception left the engine', { cause: thrown });
        throw thrown;
      }
      checkThread(thread);
    },
  };
}

/** Walks what the host got of a run that failed. */
export function checkException(error: HeddleError): void {
  new HostWalk().check('the value of the exception', error.value);
  for (const entry of error.trace) {
    if (!Object.values(entry).every(isScalar)) throw new Escape('the trace of the exception is odd');
  }
}

const guarded: readonly object[] = [
  ...[Object, Array, Map, Set, String, Number, Boolean, Symbol, Function, Promise, RegExp, Error, Date],
  ...[Float64Array, Int32Array, Uint8Array, Object.getPrototypeOf(Uint8Array), ArrayBuffer, SharedBuffer],
  ...[ErrorValue, ObjectError, Handle, GuestFunction, GuestErrorInfo, Closure, HostFunction, Box],
  ...[Instance, ClassValue, Shape, GuestInstance, GuestClass],
].flatMap((made) => [made, made.prototype]);

/** Own property descriptors of the host's prototypes and constructors, and of the machine's classes. */
export const hostSnapshot = (): unknown =>
  guarded.map((object) =>
    Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)]),
  );
