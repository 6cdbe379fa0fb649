// A picture to upload, made on the spot.
import { crc32, deflateSync } from 'node:zlib';

const WIDE = 160;
const HIGH = 200;

/** A small picture of two colours: a debug build takes its time with large ones. */
export function picture(name: string, top: [number, number, number], bottom: [number, number, number]) {
  const chunk = (kind: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(WIDE, 0);
  head.writeUInt32BE(HIGH, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Array.from({ length: HIGH }, (_, y) => [0, ...Array.from({ length: WIDE }, () => (y < HIGH / 2 ? top : bottom)).flat()]);
  const parts = [chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.from(rows.flat()))), chunk('IEND', Buffer.alloc(0))];
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return { name: `${name}.png`, mimeType: 'image/png', buffer: Buffer.concat([signature, ...parts]) };
}
