/** The addresses of the module's builds; see scripts/wasm-kernels.mjs. */
declare module 'virtual:wasm-ceiling' {
  const urls: Record<'relaxed' | 'plain', string>;
  export default urls;
}
