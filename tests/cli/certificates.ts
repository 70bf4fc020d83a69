import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import forge from 'node-forge'

/** A certificate and its key, in memory and as files. */
export interface Pair {
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
}

interface Names {
  /** The common name. */
  readonly name: string
  /** URIs among the alternative names; `localhost` and 127.0.0.1 are always there. */
  readonly uris?: readonly string[]
  /** The days that it is valid for. */
  readonly days?: number
}

const newKey = (): forge.pki.rsa.PrivateKey => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }) as string)
}

/** Keys of issued certificates, which take turns: a key takes long to find, and only its neighbours have to differ. */
const issuedKeys: (forge.pki.rsa.PrivateKey | undefined)[] = [undefined, undefined]

/** Returns a private key encrypted with a passphrase; both in PEM. */
export const encryptedKey = (key: string, passphrase: string): string =>
  createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }) as string

/** A certificate authority that lasts as long as a test file, in a temporary folder of its own. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), 'acl-playground-tls-'))
  readonly certFile: string
  readonly cert: string
  readonly #key = newKey()
  #serial = 0x10

  constructor() {
    const certificate = this.#sign({ name: 'ca' }, this.#key, true)
    this.cert = certificate
    this.certFile = this.write('ca.crt', certificate)
  }

  /** Writes a file into the folder and returns its path. */
  write(name: string, content: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, content)
    return path
  }

  folderOf(name: string): string {
    const path = join(this.folder, name)
    mkdirSync(path, { recursive: true })
    return path
  }

  /** Issues a certificate. `file`: the name of its files. */
  issue(names: Names, file = names.name): Pair {
    const own = (issuedKeys[this.#serial % issuedKeys.length] ??= newKey())
    const cert = this.#sign(names, own, false)
    const key = forge.pki.privateKeyToPem(own)
    return { cert, key, certFile: this.write(`${file}.crt`, cert), keyFile: this.write(`${file}.key`, key) }
  }

  #sign({ name, uris = [], days = 2 }: Names, key: forge.pki.rsa.PrivateKey, isAuthority: boolean): string {
    const certificate = forge.pki.createCertificate()
    certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
    certificate.serialNumber = (this.#serial++).toString(16)
    certificate.validity.notBefore = new Date(Date.now() - 86_400_000)
    certificate.validity.notAfter = new Date(Date.now() + days * 86_400_000)
    certificate.setSubject([{ name: 'commonName', value: name }])
    certificate.setIssuer([{ name: 'commonName', value: 'ca' }])
    certificate.setExtensions([
      { name: 'basicConstraints', cA: isAuthority },
      {
        name: 'subjectAltName',
        altNames: [
          ...uris.map((value) => ({ type: 6, value })),
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ])
    certificate.sign(this.#key, forge.md.sha256.create())
    return forge.pki.certificateToPem(certificate)
  }
}
