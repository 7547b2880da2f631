/** Limit on a message's bytes: a parser counts them in a signed 32-bit integer (protobuf.dev, "Total size"). */
const MESSAGE_LIMIT_BYTES = 2 ** 31 - 1;

/** Length up to which bytes are copied into the running buffer; longer ones become parts of their own, as views. */
const COPY_LIMIT_BYTES = 1024;

const VARINT_WIRE = 0;
const LENGTH_WIRE = 2;
const FIXED32_WIRE = 5;

const utf8 = new TextEncoder();

/**
 * One protobuf message, written field by field in the order of the calls.
 *
 * The result is a list of parts for a Blob. Long byte fields are in it as the caller's own views: nothing of a
 * model's weights is copied, so the views must not change before the parts are used.
 */
export class ProtobufMessage {
  readonly #closed: Uint8Array<ArrayBuffer>[] = [];
  #open = new Uint8Array(256);
  #openBytes = 0;
  #totalBytes = 0;

  get byteLength(): number {
    return this.#totalBytes;
  }

  /** Writes an int32, int64 or enum field; a negative number takes ten bytes, as protobuf has it. */
  writeInt(field: number, value: number): this {
    this.#appendVarint(field * 8 + VARINT_WIRE);
    this.#appendVarint(value);
    return this;
  }

  writeFloat(field: number, value: number): this {
    this.#appendVarint(field * 8 + FIXED32_WIRE);
    this.#reserve(4);
    new DataView(this.#open.buffer).setFloat32(this.#openBytes, value, true);
    this.#advance(4);
    return this;
  }

  writeString(field: number, value: string): this {
    return this.writeBytes(field, utf8.encode(value));
  }

  writeBytes(field: number, bytes: Uint8Array<ArrayBuffer>): this {
    this.#appendVarint(field * 8 + LENGTH_WIRE);
    this.#appendVarint(bytes.byteLength);
    this.#appendBytes(bytes);
    return this;
  }

  /** Writes a nested message; later writes to it are not seen. */
  writeMessage(field: number, message: ProtobufMessage): this {
    this.#appendVarint(field * 8 + LENGTH_WIRE);
    this.#appendVarint(message.byteLength);
    for (const part of message.toParts()) this.#appendBytes(part);
    return this;
  }

  /** @throws a RangeError where the message is longer than protobuf's 2 GiB. */
  toParts(): Uint8Array<ArrayBuffer>[] {
    if (this.#totalBytes > MESSAGE_LIMIT_BYTES) {
      const gib = (this.#totalBytes / 2 ** 30).toFixed(2);
      throw new RangeError(
        `A single ONNX file holds at most 2 GiB, and this model takes ${gib} GiB; train a smaller encoder.`,
      );
    }
    return [...this.#closed, this.#open.subarray(0, this.#openBytes)].filter(
      (part) => part.byteLength > 0,
    );
  }

  #appendVarint(value: number): void {
    if (!Number.isSafeInteger(value))
      throw new RangeError(`A varint is an integer below 2^53; this is ${value}.`);
    this.#reserve(10);
    let at = this.#openBytes;
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest > 127n; rest >>= 7n) this.#open[at++] = Number(rest & 127n) | 128;
      this.#open[at++] = Number(rest);
    } else {
      // Division, because the bit operators would cut lengths above 2^31.
      let rest = value;
      for (; rest > 127; rest = Math.floor(rest / 128)) this.#open[at++] = (rest % 128) | 128;
      this.#open[at++] = rest;
    }
    this.#advance(at - this.#openBytes);
  }

  #appendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.byteLength <= COPY_LIMIT_BYTES) {
      this.#reserve(bytes.byteLength);
      this.#open.set(bytes, this.#openBytes);
      this.#advance(bytes.byteLength);
      return;
    }
    if (this.#openBytes > 0) {
      this.#closed.push(this.#open.subarray(0, this.#openBytes));
      this.#open = new Uint8Array(256);
      this.#openBytes = 0;
    }
    this.#closed.push(bytes);
    this.#totalBytes += bytes.byteLength;
  }

  #reserve(bytes: number): void {
    if (this.#openBytes + bytes <= this.#open.byteLength) return;
    const larger = new Uint8Array(Math.max(2 * this.#open.byteLength, this.#openBytes + bytes));
    larger.set(this.#open.subarray(0, this.#openBytes));
    this.#open = larger;
  }

  #advance(bytes: number): void {
    this.#openBytes += bytes;
    this.#totalBytes += bytes;
  }
}
