import { describe, expect, test } from 'vitest';
import { ProtobufMessage } from '../../src/export/protobuf-writer';

function bytesOf(message: ProtobufMessage): number[] {
  return message.toParts().flatMap((part) => [...part]);
}

/** A view that claims a length without the memory behind it: the writer never looks into long ones. */
function claimed(byteLength: number): Uint8Array<ArrayBuffer> {
  return Object.defineProperty(new Uint8Array(0), 'byteLength', { value: byteLength });
}

describe('a protobuf message', () => {
  test('is written as the examples of the protobuf encoding guide', () => {
    expect(bytesOf(new ProtobufMessage().writeInt(1, 150))).toEqual([0x08, 0x96, 0x01]);
    expect(bytesOf(new ProtobufMessage().writeString(2, 'testing'))).toEqual([
      0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
    ]);
    const inner = new ProtobufMessage().writeInt(1, 150);
    expect(bytesOf(new ProtobufMessage().writeMessage(3, inner))).toEqual([0x1a, 3, 0x08, 0x96, 1]);
  });

  test('writes negative numbers as ten bytes of two’s complement', () => {
    const ones = new Array<number>(9).fill(0xff);
    expect(bytesOf(new ProtobufMessage().writeInt(1, -1))).toEqual([0x08, ...ones, 0x01]);
    expect(bytesOf(new ProtobufMessage().writeInt(1, -2))).toEqual([
      0x08,
      0xfe,
      ...ones.slice(1),
      1,
    ]);
  });

  test('writes numbers on both sides of 2^31 and 2^32 in full', () => {
    // 2^31 = 8 · 128^4, 2^32 = 16 · 128^4
    expect(bytesOf(new ProtobufMessage().writeInt(1, 2 ** 31))).toEqual([8, 128, 128, 128, 128, 8]);
    expect(bytesOf(new ProtobufMessage().writeInt(1, 2 ** 32))).toEqual([
      8, 128, 128, 128, 128, 16,
    ]);
    expect(bytesOf(new ProtobufMessage().writeInt(1, 2 ** 31 - 1))).toEqual([
      8, 255, 255, 255, 255, 7,
    ]);
  });

  test('writes an f32 in little-endian order', () => {
    expect(bytesOf(new ProtobufMessage().writeFloat(2, 1))).toEqual([0x15, 0, 0, 0x80, 0x3f]);
  });

  test('keeps long byte fields as the views it was given', () => {
    const weights = new Float32Array(1000);
    const view = new Uint8Array(weights.buffer, 400, 3200);
    const inner = new ProtobufMessage().writeInt(1, 7).writeBytes(9, view).writeInt(2, 1);
    const parts = new ProtobufMessage().writeInt(1, 8).writeMessage(5, inner).toParts();
    expect(parts).toContain(view);
    expect(parts).toHaveLength(3);
    expect([...parts[0]!]).toEqual([8, 8, 0x2a, 0x87, 0x19, 8, 7, 0x4a, 0x80, 0x19]); // 3,207 = 7 + 25 · 128
    expect([...parts[2]!]).toEqual([16, 1]);
  });

  test('grows as long as it must', () => {
    const message = new ProtobufMessage();
    for (let i = 0; i < 1000; i++) message.writeString(1, 'x'.repeat(i));
    const bytes = bytesOf(message);
    expect(bytes).toHaveLength(message.byteLength);
    // One x is not a letter but the length 120.
    expect(bytes.filter((byte) => byte === 120)).toHaveLength((999 * 1000) / 2 + 1);
  });

  test('above 2 GiB is refused with its size', () => {
    const longest = new ProtobufMessage().writeBytes(9, claimed(2 ** 31 - 7));
    expect(longest.byteLength).toBe(2 ** 31 - 1);
    expect(() => longest.toParts()).not.toThrow();
    const tooLong = new ProtobufMessage().writeBytes(9, claimed(2 ** 31 + 2 ** 30));
    expect(() => tooLong.toParts()).toThrow(/at most 2 GiB, and this model takes 3\.00 GiB/);
  });
});
