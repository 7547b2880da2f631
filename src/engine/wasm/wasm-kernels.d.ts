/** The addresses of the module's builds; see scripts/wasm-kernels.mjs. */
declare module 'virtual:wasm-kernels' {
  const urls: Record<'relaxed' | 'plain' | 'relaxedShared' | 'plainShared', string>;
  export default urls;
}
