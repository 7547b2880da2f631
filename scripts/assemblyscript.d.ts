/**
 * The part of the AssemblyScript compiler that we call. Its own types declare globals of AssemblyScript (an `Array.at` that is never undefined), so
 * `paths` in tsconfig.base.json leads here instead.
 */
interface Output {
  write(chunk: Uint8Array | string): void;
  toString(): string;
}

interface Compiler {
  version: string;
  main(
    options: readonly string[],
    api: {
      stdout: Output;
      writeFile: (file: string, contents: Uint8Array | string) => void | Promise<void>;
    },
  ): Promise<{ error: Error | null; stderr: Output }>;
  createMemoryStream(): Output;
}

declare const compiler: Compiler;
export default compiler;
