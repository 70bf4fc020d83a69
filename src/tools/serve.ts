import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
}

/** Types that are compressed already: compressing them again costs time and saves nothing. */
const compressed = new Set(['.png'])

/** The files that the build names after their content: an address of one never gets other content. */
const hashed = /^\/assets\/.+-[\w-]{8}\.\w+$/

/** The quality of brotli: the highest takes seconds for the main script and saves 7 % more. */
const quality = 9

const encoders = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 9 }),
}

type Encoding = keyof typeof encoders

/** Returns the best encoding that an Accept-Encoding header allows; null for the plain file. */
export function chooseEncoding(header: string): Encoding | null {
  const weights = new Map<string, number>()
  for (const item of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1'
    weights.set(name, Number(weight))
  }
  const allows = (name: string) => (weights.get(name) ?? weights.get('*') ?? 0) > 0
  return allows('br') ? 'br' : allows('gzip') ? 'gzip' : null
}

/** A file of the page, read once, with its compressed forms as they are asked for. */
class ServedFile {
  readonly type: string
  readonly compressible: boolean
  readonly #body: Buffer
  readonly #hash: string
  readonly #encoded = new Map<Encoding, Promise<Buffer>>()

  constructor(path: string) {
    const extension = extname(path)
    this.type = types[extension] ?? 'application/octet-stream'
    this.compressible = !compressed.has(extension)
    this.#body = readFileSync(path)
    this.#hash = createHash('sha256').update(this.#body).digest('base64url').slice(0, 27)
  }

  /** Returns the strong validator of one form of the file. */
  tag(encoding: Encoding | null): string {
    return encoding === null ? `"${this.#hash}"` : `"${this.#hash}-${encoding}"`
  }

  async body(encoding: Encoding | null): Promise<Buffer> {
    if (encoding === null) return this.#body
    const encoded = this.#encoded.get(encoding) ?? encoders[encoding](this.#body)
    this.#encoded.set(encoding, encoded)
    return encoded
  }
}

/** Reads all files of a folder; the keys are the paths of their addresses. */
function readFolder(folder: string): ReadonlyMap<string, ServedFile> {
  const files = new Map<string, ServedFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.set(path.slice(folder.length).split(sep).join('/'), new ServedFile(path))
  }
  return files
}

/** Returns the path of a request, decoded; null for a malformed one. */
function pathOf(request: IncomingMessage): string | null {
  try {
    return decodeURIComponent((request.url ?? '').replace(/[?#].*$/, ''))
  } catch {
    return null
  }
}

function fail(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${message}\n`)
}

/**
 * Creates a server of the built page in a folder. It reads all files now and serves nothing else, whatever path is asked
 * for. Bodies are compressed as the client allows; addresses that contain a hash of the content may be cached for ever,
 * the others are validated each time.
 */
export function servePage(folder: string): Server {
  const files = readFolder(join(folder))
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('X-Content-Type-Options', 'nosniff')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      return fail(response, 405, 'Method not allowed')
    }
    const path = pathOf(request)
    if (path === null) return fail(response, 400, 'Malformed address')
    const file = files.get(path === '/' ? '/index.html' : path)
    if (file === undefined) return fail(response, 404, 'Not found')

    const encoding = file.compressible ? chooseEncoding(request.headers['accept-encoding']?.toString() ?? '') : null
    const tag = file.tag(encoding)
    response.setHeader('Content-Type', file.type)
    response.setHeader('ETag', tag)
    response.setHeader('Cache-Control', hashed.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    if (file.compressible) response.setHeader('Vary', 'Accept-Encoding')
    const known = (request.headers['if-none-match'] ?? '').split(',').map((item) => item.trim().replace(/^W\//, ''))
    if (known.includes(tag) || known.includes('*')) {
      response.writeHead(304).end()
      return
    }
    const body = await file.body(encoding)
    if (encoding !== null) response.setHeader('Content-Encoding', encoding)
    response.setHeader('Content-Length', body.length)
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  return createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
}

/** Listens on the first free port from `port` on; 0 lets the system choose. Returns the address of the page. */
export function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const attempt = (next: number) => {
      const failed = (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE' && next < 65_535) attempt(next + 1)
        else reject(error)
      }
      server.once('error', failed)
      server.listen(next, '127.0.0.1', () => {
        server.off('error', failed)
        const address = server.address()
        resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : next}/`)
      })
    }
    attempt(port)
  })
}
