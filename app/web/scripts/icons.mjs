// Draws public/icon.svg's shapes as the PNGs that phones want for an installed app.
import { mkdir, writeFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';

const OUT = new URL('../dist/icons/', import.meta.url);
const BLUE = [6, 111, 209];
const WHITE = [255, 255, 255];
/** Each pixel is looked at in so many places each way. */
const SAMPLES = 4;

const PAGE = [
  [10, 6],
  [18, 6],
  [23, 11],
  [23, 26],
  [10, 26],
];
const FOLD = [
  [18, 6],
  [18, 11],
  [23, 11],
];
const TICK = [
  [13.5, 19.5],
  [16.5, 22.5],
  [20.5, 15.5],
];

/** The colour at a point of the 32 × 32 drawing, or null where there is none. */
function colourAt(x, y, corner) {
  if (!inRoundedSquare(x, y, corner)) return null;
  if (nearLine(x, y, TICK, 1.1) || (nearLine(x, y, FOLD, 0.75) && inPolygon(x, y, PAGE)))
    return BLUE;
  return inPolygon(x, y, PAGE) ? WHITE : BLUE;
}

function inRoundedSquare(x, y, corner) {
  const dx = Math.max(corner - x, x - (32 - corner), 0);
  const dy = Math.max(corner - y, y - (32 - corner), 0);
  return Math.hypot(dx, dy) <= corner || (corner === 0 && dx === 0 && dy === 0);
}

function inPolygon(x, y, corners) {
  let inside = false;
  corners.forEach(([x1, y1], index) => {
    const [x2, y2] = corners.at(index - 1);
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

function nearLine(x, y, points, reach) {
  return points.slice(1).some(([x2, y2], index) => {
    const [x1, y1] = points[index];
    const [dx, dy] = [x2 - x1, y2 - y1];
    const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
    return Math.hypot(x - x1 - along * dx, y - y1 - along * dy) <= reach;
  });
}

/** RGBA rows, each with PNG's filter byte in front. `zoom` < 1 leaves a margin. */
function draw(size, corner, zoom) {
  const bytes = Buffer.alloc(size * (size * 4 + 1));
  const scale = 32 / size;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const sum = [0, 0, 0];
      let hits = 0;
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
        const px = (column + ((sample % SAMPLES) + 0.5) / SAMPLES) * scale;
        const py = (row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) * scale;
        const inside = colourAt(16 + (px - 16) / zoom, 16 + (py - 16) / zoom, corner);
        // The margin of a maskable icon is of the ground's colour.
        const colour = inside ?? (zoom < 1 ? BLUE : null);
        if (!colour) continue;
        hits += 1;
        for (let part = 0; part < 3; part += 1) sum[part] += colour[part];
      }
      const at = row * (size * 4 + 1) + 1 + column * 4;
      for (let part = 0; part < 3; part += 1) bytes[at + part] = hits ? sum[part] / hits : 0;
      bytes[at + 3] = (255 * hits) / (SAMPLES * SAMPLES);
    }
  }
  return bytes;
}

function png(size, rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // 8 bits a channel, RGBA, and the only compression, filter and order there are.
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

await mkdir(OUT, { recursive: true });
const icons = [
  ['icon-192.png', 192, 8, 1],
  ['icon-512.png', 512, 8, 1],
  ['maskable-512.png', 512, 0, 0.8],
  // A phone rounds this one itself.
  ['apple-180.png', 180, 0, 1],
];
for (const [name, size, corner, zoom] of icons) {
  await writeFile(new URL(name, OUT), png(size, draw(size, corner, zoom)));
}
