/**
 * The refusal of a program that imports what nobody provides.
 */

export class LinkError extends Error {
  override readonly name = 'LinkError';

  /** @param missing every name that is not provided */
  constructor(readonly missing: readonly string[]) {
    super(`nobody provides ${missing.map((name) => `'${name}'`).join(', ')}, which the module imports`);
  }
}
