/**
 * Checks the size of everything that must load before the page can be read (index.html, which has its styles), and before
 * the first command can run (its script with what that imports, and the default target's command table). Needs a build.
 * `npm run size`
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { defaultTargetId } from '../targets/infos'
import { dataFile } from './shared-data'

/** Bytes, gzipped. */
const limits = { page: 14_000, scripts: 150_000 } as const
const folder = 'dist/page/'

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
}

const manifest = JSON.parse(readFileSync('dist/chunks.json', 'utf8')) as Readonly<Record<string, Chunk>>
const needed = new Set<string>()

function need(file: string): void {
  if (needed.has(file)) return
  needed.add(file)
  const chunk = Object.values(manifest).find((one) => one.file === file)
  for (const imported of chunk?.imports ?? []) need(manifest[imported]?.file ?? '')
}

const html = readFileSync(`${folder}index.html`, 'utf8')
for (const [, file = ''] of html.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g))
  need(file)
need(dataFile(defaultTargetId))

function measure(files: Iterable<string>, what: string, limit: number): void {
  let total = 0
  for (const file of files) {
    const size = gzipSync(readFileSync(folder + file), { level: 9 }).length
    total += size
    console.log(`${String(size).padStart(8)}  ${file}`)
  }
  console.log(`${String(total).padStart(8)}  bytes gzipped before ${what}; at most ${limit}`)
  if (total <= limit) return
  console.error(`size: ${total - limit} bytes too many. Load later what is not needed for that.`)
  process.exitCode = 1
}

measure(['index.html'], 'the page can be read', limits.page)
measure(needed, 'the first command can run', limits.scripts)
