/**
 * Checks the size of everything that must load before the first command can run: the page's script with its imports,
 * and the default target's command table. Needs a build. `npm run size`
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { defaultTargetId } from '../targets/infos'

const LIMIT = 220_000
const folder = 'dist/page/'

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
}

const manifest = JSON.parse(readFileSync('dist/chunks.json', 'utf8')) as Readonly<Record<string, Chunk>>
const needed = new Set<string>()

function need(name: string): void {
  const chunk = manifest[name]
  if (chunk === undefined) throw new Error(`The build has no chunk ${name}.`)
  if (needed.has(chunk.file)) return
  needed.add(chunk.file)
  for (const imported of chunk.imports ?? []) need(imported)
}

need('index.html')
need(`src/targets/data/${defaultTargetId}.json`)
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
