/**
 * Packs a folder of recordings (a folder per target, a .jsonl file per family) into tests/conformance/recordings, a
 * Brotli file per target. Usage: npm run recordings -- FOLDER
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const from = process.argv[2]
if (from === undefined) {
  console.error('recordings: which folder? Usage: npm run recordings -- FOLDER')
  process.exit(2)
}
for (const target of readdirSync(from, { withFileTypes: true }).filter((e) => e.isDirectory())) {
  const folder = join(from, target.name)
  const text = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map(
      (name) =>
        `${JSON.stringify({ family: name.replace('.jsonl', '') })}\n${readFileSync(join(folder, name), 'utf8')}`,
    )
    .join('')
  const packed = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  })
  writeFileSync(join('tests/conformance/recordings', `${target.name}.jsonl.br`), packed)
  console.log(`${target.name}: ${text.length} bytes packed into ${packed.length}`)
}
