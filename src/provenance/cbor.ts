/** CBOR (RFC 8949), as far as C2PA's claims and COSE need it: definite lengths, written in the core deterministic encoding (section 4.2.1). */

export type Cbor = null | boolean | number | string | Uint8Array | readonly Cbor[] | CborMap | CborTag;
export type CborMap = ReadonlyMap<string | number, Cbor>;

export class CborTag {
  readonly tag: number;
  readonly value: Cbor;

  constructor(tag: number, value: Cbor) {
    this.tag = tag;
    this.value = value;
  }
}

// Major types, RFC 8949, 3.1.
const [unsigned, negative, bytes, text, array, map, tag, simple] = [0, 1, 2, 3, 4, 5, 6, 7];
const deepest = 16;

/** A map from the fields of an object; absent ones are left out. */
export function mapOf(fields: Readonly<Record<string, Cbor | undefined>>): CborMap {
  return new Map(Object.entries(fields).filter((field): field is [string, Cbor] => field[1] !== undefined));
}

export function encodeCbor(value: Cbor): Buffer {
  if (value === null) return Buffer.from([0xf6]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === 'number') return encodeInteger(value);
  if (typeof value === 'string') return Buffer.concat([head(text, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(bytes, value.length), value]);
  if (value instanceof CborTag) return Buffer.concat([head(tag, value.tag), encodeCbor(value.value)]);
  if (value instanceof Map) {
    const entries = [...(value as CborMap)].map(([key, field]) => [encodeCbor(key), encodeCbor(field)] as const);
    entries.sort(([a], [b]) => Buffer.compare(a, b));
    return Buffer.concat([head(map, entries.length), ...entries.flat()]);
  }
  const items = value as readonly Cbor[];
  return Buffer.concat([head(array, items.length), ...items.map(encodeCbor)]);
}

function encodeInteger(value: number): Buffer {
  if (!Number.isSafeInteger(value)) throw new RangeError(`CBOR: expected a whole number, got ${value}`);
  return value < 0 ? head(negative, -1 - value) : head(unsigned, value);
}

function head(major: number, argument: number): Buffer {
  const first = major << 5;
  if (argument < 24) return Buffer.from([first | argument]);
  if (argument < 0x100) return Buffer.from([first | 24, argument]);
  const long = Buffer.alloc(argument < 0x10000 ? 3 : argument < 0x100000000 ? 5 : 9);
  long[0] = first | (long.length === 3 ? 25 : long.length === 5 ? 26 : 27);
  if (long.length === 9) long.writeBigUInt64BE(BigInt(argument), 1);
  else long.writeUIntBE(argument, 1, long.length - 1);
  return long;
}

/** Throws RangeError for anything but one whole value of the kinds above. */
export function decodeCbor(data: Uint8Array): Cbor {
  const { value, end } = read(Buffer.from(data.buffer, data.byteOffset, data.length), 0, 0);
  if (end !== data.length) throw new RangeError('CBOR: bytes are left over');
  return value;
}

interface Read {
  readonly value: Cbor;
  /** Where the next value begins. */
  readonly end: number;
}

function read(data: Buffer, start: number, depth: number): Read {
  if (depth > deepest) throw new RangeError('CBOR: nested too deeply');
  const { major, argument, end } = readHead(data, start);
  if (major === unsigned) return { value: argument, end };
  if (major === negative) return { value: -1 - argument, end };
  if (major === tag) {
    const inner = read(data, end, depth + 1);
    return { value: new CborTag(argument, inner.value), end: inner.end };
  }
  if (major === simple) {
    const value = data[start] === 0xf6 ? null : data[start] === 0xf5 ? true : data[start] === 0xf4 ? false : undefined;
    if (value === undefined) throw new RangeError('CBOR: a kind of value that is not known here');
    return { value, end };
  }
  if (argument > data.length - end) throw new RangeError('CBOR: longer than its data');
  if (major === bytes) return { value: new Uint8Array(data.subarray(end, end + argument)), end: end + argument };
  if (major === text) return { value: data.toString('utf8', end, end + argument), end: end + argument };
  return major === array ? readArray(data, end, argument, depth) : readMap(data, end, argument, depth);
}

function readArray(data: Buffer, start: number, count: number, depth: number): Read {
  const items: Cbor[] = [];
  let end = start;
  while (items.length < count) {
    const item = read(data, end, depth + 1);
    items.push(item.value);
    end = item.end;
  }
  return { value: items, end };
}

function readMap(data: Buffer, start: number, count: number, depth: number): Read {
  const fields = new Map<string | number, Cbor>();
  let end = start;
  for (let field = 0; field < count; field++) {
    const key = read(data, end, depth + 1);
    if (typeof key.value !== 'string' && typeof key.value !== 'number') throw new RangeError('CBOR: a key that is neither text nor number');
    const { value, end: after } = read(data, key.end, depth + 1);
    fields.set(key.value, value);
    end = after;
  }
  if (fields.size !== count) throw new RangeError('CBOR: a key comes twice');
  return { value: fields, end };
}

function readHead(data: Buffer, start: number): { major: number; argument: number; end: number } {
  const first = data[start];
  if (first === undefined) throw new RangeError('CBOR: cut off');
  const [major, short] = [first >> 5, first & 31];
  if (short < 24) return { major, argument: short, end: start + 1 };
  const length = { 24: 1, 25: 2, 26: 4, 27: 8 }[short];
  if (length === undefined || start + 1 + length > data.length) throw new RangeError('CBOR: cut off, or of a length that is not known beforehand');
  const argument = length === 8 ? Number(data.readBigUInt64BE(start + 1)) : data.readUIntBE(start + 1, length);
  if (!Number.isSafeInteger(argument)) throw new RangeError('CBOR: a number that is too large');
  return { major, argument, end: start + 1 + length };
}
