// The last hand at what cargo-leptos has made of the browser's part, before it goes into the program:
//   node scripts/pack-wasm.mjs SITE HASHES LIMITS
// - One name for all code of a release. cargo-leptos names each file by a hash of what it was before the names of the others were
//   written into it: a browser that keeps files for ever would go on with a script that names parts of an earlier release.
// - brotli and gzip of it, as `--precompress` makes them.
// - Held to `wasm` of LIMITS: the first part, which every page loads, and with each lazy island all that it lies in.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [site, hashes, limits] = process.argv.slice(2);
if (!limits) throw new Error('usage: pack-wasm.mjs SITE HASHES LIMITS');
const folder = join(site, 'pkg');
const CODE = /^(.+)\.([\w-]{22})\.(js|wasm|json)$/;

const all = readdirSync(folder);
for (const name of all.filter((name) => /\.(js|wasm|json)\.(br|gz)$/.test(name))) rmSync(join(folder, name));
const files = all.map((name) => CODE.exec(name)).filter(Boolean).sort((a, b) => (a[0] < b[0] ? -1 : 1));

// Letters as they are: each byte is one.
const read = (name) => readFileSync(join(folder, name), 'latin1');
const old = new Set(files.map(([, , hash]) => hash));
const named = (text, id) => [...old].reduce((text, hash) => text.replaceAll(hash, id), text);
const release = createHash('md5');
for (const [name, stem] of files) release.update(stem).update(named(read(name), '_'.repeat(22)), 'latin1');
const id = release.digest('base64url');

const packed = {};
for (const [name, stem, , ending] of files) {
  const [content, final] = [Buffer.from(named(read(name), id), 'latin1'), `${stem}.${id}.${ending}`];
  writeFileSync(join(folder, name), content);
  renameSync(join(folder, name), join(folder, final));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const brotli = brotliCompressSync(content, { params });
  writeFileSync(join(folder, `${final}.br`), brotli);
  writeFileSync(join(folder, `${final}.gz`), gzipSync(content, { level: 9 }));
  packed[final] = { plain: content.length, brotli: brotli.length };
}
writeFileSync(hashes, named(readFileSync(hashes, 'latin1'), id), 'latin1');

const limit = Number(/^wasm = (\d+)$/m.exec(readFileSync(limits, 'utf8'))[1]);
const manifest = files.find(([, stem]) => stem === '__wasm_split_manifest');
const islands = manifest ? JSON.parse(readFileSync(join(folder, `${manifest[1]}.${id}.json`), 'utf8')) : {};
const first = `shop.${id}.wasm`;
const rows = [['every page', [first]]];
for (const [loader, parts] of Object.entries(islands).sort())
  rows.push([loader.replace(/_loader_\d+$/, ''), [first, ...parts.map((part) => `${part}.wasm`)]]);
let passed = 0;
for (const [name, parts] of rows) {
  const sum = (kind) => parts.reduce((sum, part) => sum + packed[part][kind], 0);
  const [plain, brotli] = [sum('plain'), sum('brotli')];
  if (brotli > limit) passed += 1;
  console.log(`wasm of ${name}: ${plain} bytes, ${brotli} as brotli${brotli > limit ? `: allowed are ${limit}` : ''}`);
}
if (passed) process.exit(1);
