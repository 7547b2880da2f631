#!/bin/sh
# Tests our WebGPU kernels on this machine's GPU, then times training steps: sh run.sh [--help]
# Wants Linux x64, a Vulkan driver, and xz or python3 to unpack; no network, no browser.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
unpacked=$here
[ -w "$here" ] || unpacked=$(mktemp -d)

unpack() {
  [ -f "$unpacked/$1" ] && return
  if command -v xz >/dev/null; then
    xz -dc "$here/$1.xz" >"$unpacked/$1.part"
  else
    python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.argv[1]), sys.stdout.buffer)' \
      "$here/$1.xz" >"$unpacked/$1.part"
  fi
  chmod +x "$unpacked/$1.part"
  mv "$unpacked/$1.part" "$unpacked/$1"
}

for file in "$here"/*.xz; do
  unpack "$(basename "$file" .xz)"
done

# Only where the system has no loader of Vulkan drivers is the one that came along taken.
if [ -f "$unpacked/libvulkan.so.1" ] && ! PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1'; then
  export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$unpacked"
fi
export DAWN_NODE="$unpacked/dawn.node"
exec "$unpacked/node" "$here/bench.cjs" "$@"
