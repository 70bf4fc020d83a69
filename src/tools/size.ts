/**
 * Checks the size of everything that must load before the first command can run: the page with its style sheet, its
 * script with what that imports, and the default target's command table. Needs a build. `npm run size`
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { defaultTargetId } from '../targets/infos'

const LIMIT = 153_200
const folder = 'dist/page/'

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
}

const manifest = JSON.parse(readFileSync('dist/chunks.json', 'utf8')) as Readonly<Record<string, Chunk>>
const needed = new Set(['index.html'])

function need(file: string): void {
  if (needed.has(file)) return
  needed.add(file)
  const chunk = Object.values(manifest).find((one) => one.file === file)
  for (const imported of chunk?.imports ?? []) need(manifest[imported]?.file ?? '')
}

const html = readFileSync(`${folder}index.html`, 'utf8')
for (const [, file = ''] of html.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g))
  need(file)
need(manifest[`src/targets/data/${defaultTargetId}.json`]?.file ?? '')
let total = 0
for (const file of needed) {
  const size = gzipSync(readFileSync(folder + file), { level: 9 }).length
  total += size
  console.log(`${String(size).padStart(8)}  ${file}`)
}
console.log(`${String(total).padStart(8)}  bytes gzipped before the first command can run; at most ${LIMIT}`)
if (total > LIMIT) {
  console.error(`size: ${total - LIMIT} bytes too many. Load later what the first command does not need.`)
  process.exit(1)
}
