/**
 * Textual copies of a module of templates, as the build makes them (`scripts/build.mjs` says how many): by template, what gives what makes its
 * copies for a machine, in parts.
 */
declare module '*?copies' {
  export const copies: Readonly<Record<string, unknown>>;
}
