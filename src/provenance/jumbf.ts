/** JUMBF boxes (ISO/IEC 19566-5) as C2PA uses them: superboxes with a description, and CBOR in them. */

export interface Box {
  /** Four letters. */
  readonly type: string;
  /** Without the header. */
  readonly content: Buffer;
}

export interface SuperBox {
  /** First four letters of the UUID of its content type. */
  readonly kind: string;
  readonly label: string;
  /** Without the description. */
  readonly boxes: readonly Box[];
  /** Description and boxes: what a hash of this box is taken over (C2PA 2.2, 8.4.2.3). */
  readonly content: Buffer;
}

// Every content type of C2PA is four letters with the same twelve bytes behind them (C2PA 2.2, 11.1.4.2).
const kindTail = Buffer.from('00110010800000aa00389b71', 'hex');
// Description toggles: can be requested, has a label.
const labelled = 0x03;

export function encodeBox(type: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, content]);
}

/** `boxes` are whole boxes. */
export function encodeSuperBox(kind: string, label: string, boxes: readonly Uint8Array[]): Buffer {
  const description = Buffer.concat([Buffer.from(kind, 'latin1'), kindTail, Buffer.from([labelled]), Buffer.from(`${label}\0`)]);
  return encodeBox('jumb', Buffer.concat([encodeBox('jumd', description), ...boxes]));
}

/** Boxes one after the other. Throws RangeError where they do not fill `data` exactly. */
export function readBoxes(data: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let start = 0; start < data.length; ) {
    const size = start + 8 <= data.length ? data.readUInt32BE(start) : 0;
    if (size < 8 || start + size > data.length) throw new RangeError('JUMBF: a box is cut off');
    boxes.push({ type: data.toString('latin1', start + 4, start + 8), content: data.subarray(start + 8, start + size) });
    start += size;
  }
  return boxes;
}

/** Throws RangeError where `box` is no superbox with a label. */
export function readSuperBox({ type, content }: Box): SuperBox {
  const [description, ...boxes] = type === 'jumb' ? readBoxes(content) : [];
  const end = description?.content.indexOf(0, 17) ?? -1;
  if (description?.type !== 'jumd' || end < 0 || ((description.content[16] ?? 0) & labelled) !== labelled) throw new RangeError('JUMBF: expected a box with a label');
  return { kind: description.content.toString('latin1', 0, 4), label: description.content.toString('utf8', 17, end), boxes, content };
}
