import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';
import { root, stop } from './process.mjs';

/** npm's `webgpu`, from which Dawn's library for Linux x64 is taken: 132 MB, so that it is no dependency. */
const DAWN = 'webgpu@0.6.2';
const MOST_BYTES = 40_000_000;
const usage = `npm run gpu-folder [-- --vulkan-loader FILE]

Makes .cache/gpu-folder, which tests and times the WebGPU engine on a Linux x64 machine without browser or network: copy it there, and
sh run.sh. --vulkan-loader takes a libvulkan.so.1 along for a machine that has a GPU's driver but no loader.`;

const { values } = parseArgs({
  options: { 'vulkan-loader': { type: 'string' }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  console.log(usage);
  process.exit();
}
if (process.platform !== 'linux' || process.arch !== 'x64')
  stop(
    `The folder takes this machine's Node along, which must be one for Linux x64, not ${process.platform} ${process.arch}.`,
  );
ensureInstalled();

const folder = join(root, '.cache/gpu-folder');
/** Folder of the files that are fetched and compressed once. */
const cache = join(root, '.cache/gpu-folder-parts');
mkdirSync(cache, { recursive: true });
const { bundleGpuBench } = await import('./gpu-bundle.mjs');
await bundleGpuBench(folder);
copyFileSync(join(root, 'bench/gpu-folder/run.sh'), join(folder, 'run.sh'));
copyFileSync(join(root, 'bench/train-webgpu.py'), join(folder, 'train-webgpu.py'));
copyFileSync(compressed(`node-${process.version}`, copyNode), join(folder, 'node.xz'));
copyFileSync(compressed(`dawn-${DAWN}`, fetchDawn), join(folder, 'dawn.node.xz'));
const loader = values['vulkan-loader'];
if (loader) {
  copyFileSync(loader, join(folder, 'libvulkan.so.1'));
  run('xz', ['-9', join(folder, 'libvulkan.so.1')]);
}
report();

/**
 * The path of a file that is made and packed with xz where the cache lacks it.
 * @param {string} name
 * @param {(path: string) => void} make writes the file
 */
function compressed(name, make) {
  const path = join(cache, `${name}.xz`);
  if (existsSync(path)) return path;
  const work = mkdtempSync(join(tmpdir(), 'gpu-folder-'));
  const file = join(work, 'file');
  make(file);
  console.log(`packing ${name} …`);
  run('xz', ['-9', '--threads=0', file]);
  copyFileSync(`${file}.xz`, `${path}.part`);
  renameSync(`${path}.part`, path);
  rmSync(work, { recursive: true });
  return path;
}

/** This machine's Node, without its symbols. @param {string} path */
function copyNode(path) {
  copyFileSync(process.execPath, path);
  const own = run('ldd', [path]).match(/lib(node|uv|v8|ssl|crypto|icu\w+)\.so\S*/)?.[0];
  if (own) stop(`This Node needs ${own} beside it; run the script with one from nodejs.org.`);
  const strip = spawnSync('strip', [path]); // without binutils it is larger, and fits all the same
  if (strip.status !== 0) console.log('Node is packed with its symbols: strip is not here.');
}

/** @param {string} path */
function fetchDawn(path) {
  const work = mkdtempSync(join(tmpdir(), 'dawn-'));
  console.log(`fetching ${DAWN} …`);
  const [archive] = run('npm', ['pack', DAWN, '--silent', '--pack-destination', work])
    .trim()
    .split('\n')
    .slice(-1);
  const inside = 'package/dist/linux-x64/dawn.node';
  run('tar', ['-xzf', join(work, archive ?? ''), '-C', work, inside]);
  copyFileSync(join(work, inside), path);
  rmSync(work, { recursive: true });
}

/** @param {string} program @param {string[]} args */
function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) stop(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout;
}

function report() {
  let total = 0;
  for (const name of readdirSync(folder).toSorted()) {
    const { size } = statSync(join(folder, name));
    total += size;
    console.log(`  ${name.padEnd(20)}${(size / 1e6).toFixed(2).padStart(7)} MB`);
  }
  console.log(`  ${''.padEnd(20)}${(total / 1e6).toFixed(2).padStart(7)} MB in ${folder}`);
  if (total > MOST_BYTES) stop(`The folder may have at most ${MOST_BYTES / 1e6} MB.`);
  console.log('Copy the folder to the GPU machine and run there: sh run.sh');
}
