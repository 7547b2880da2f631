import { isolationHeaders } from './isolation-headers.mjs';

/**
 * Rights of the built page: run and load what lies beside it, compile WebAssembly, and nothing else. A worker takes its policy from its
 * own response, so every file is sent with the header.
 */
const policy = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'self'",
  'img-src': "'self' blob: data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'worker-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

const directives = Object.entries(policy).map(([name, sources]) => `${name} ${sources}`);

/** The policy as a `<meta>` takes it: browsers heed `frame-ancestors` only in a header. */
export const metaPolicy = directives.join('; ');

/** Sent with every answer by each server of ours that serves the build. */
export const securityHeaders = {
  ...isolationHeaders,
  'Content-Security-Policy': [...directives, "frame-ancestors 'none'"].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/**
 * Writes the policy into the built `index.html`, so that it holds on any static host. The development server goes without: Vite's own
 * client sets styles in the page.
 * @returns {import('vite').Plugin}
 */
export function policyInPage() {
  return {
    name: 'policy-in-page',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: metaPolicy },
        injectTo: 'head-prepend',
      },
    ],
  };
}
