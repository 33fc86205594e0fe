/**
 * Textual copies of a module of templates, as the build makes them (`scripts/build.mjs` says how many): what it exports under
 * a name that ends in `Templates`, once for each copy.
 */
declare module '*?copies' {
  export const chunks: readonly unknown[];
}
