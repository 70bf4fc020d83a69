import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createSecureContext, type TlsOptions } from 'node:tls'
import { fromText, toText, type Bytes } from '../acl/bytes'
import type { Config } from '../server/config'
import type { CertificateInfo, Certificates, TlsFiles } from '../server/tls'
import { readUpTo } from './read-up-to'
import { systemMessage } from './system-messages'

/** Thrown with the server's error for a file or value that it cannot use. */
class Unusable extends Error {}

/** OpenSSL's suites of TLS 1.3, where `tls-ciphersuites` names none. */
const SUITES = 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256'

/** The option that turns a protocol off, by its name in `tls-protocols`. */
const protocolSwitches: Readonly<Record<string, number>> = {
  tlsv1: constants.SSL_OP_NO_TLSv1,
  'tlsv1.1': constants.SSL_OP_NO_TLSv1_1,
  'tlsv1.2': constants.SSL_OP_NO_TLSv1_2,
  'tlsv1.3': constants.SSL_OP_NO_TLSv1_3,
}

/** Reads the certificates and keys that a configuration names, in the order of a server and with its errors. */
export class CertificateFiles implements TlsFiles {
  readonly #directory: () => string
  readonly #log: (line: string) => void
  /** The options of connections to come; null before anything is loaded. */
  options: TlsOptions | null = null
  certificates: Certificates = {}

  /**
   * @param directory returns the server's working directory, to which paths are relative
   * @param log receives the errors that `load` returns
   */
  constructor(directory: () => string, log: (line: string) => void) {
    this.#directory = directory
    this.#log = log
  }

  load(config: Config): Bytes | null {
    try {
      const secureOptions = protocolOptions(config.get('tls-protocols'))
      const own = this.#readPair(config, '')
      const authorities = this.#readAuthorities(config)
      const ciphers = cipherList(config)
      const dhparam = this.#readDhParameters(config)
      const hasClientPair = config.get('tls-client-cert-file') !== '' && config.get('tls-client-key-file') !== ''
      const client = hasClientPair ? this.#readPair(config, 'client-') : null
      this.options = {
        ...own,
        ca: authorities.trusted,
        ciphers,
        dhparam,
        honorCipherOrder: config.flag('tls-prefer-server-ciphers'),
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.3',
        secureOptions,
        sessionIdContext: 'redis',
        sessionTimeout: config.number('tls-session-cache-timeout'),
      }
      const firstAuthority = firstToExpire(authorities.all)
      this.certificates = {
        server: infoOf(own.cert),
        ...(client !== null && { client: infoOf(client.cert) }),
        ...(firstAuthority !== undefined && { ca: firstAuthority }),
      }
      return null
    } catch (reason) {
      if (!(reason instanceof Unusable)) throw reason
      this.#log(reason.message)
      return fromText(reason.message)
    }
  }

  #readPair(config: Config, side: '' | 'client-'): { cert: Buffer; key: Buffer; passphrase?: string } {
    const certName = toText(config.get(`tls-${side}cert-file`))
    const keyName = toText(config.get(`tls-${side}key-file`))
    const passphrase = toText(config.get(`tls-${side}key-file-pass`))
    const noCertificate = `Failed to load certificate: ${certName}: `
    const cert = this.#read(certName, noCertificate)
    if (!BEGIN_CERTIFICATE.test(cert.toString('latin1')))
      throw new Unusable(`${noCertificate}error:0480006C:PEM routines::no start line`)
    attempt(noCertificate, () => createSecureContext({ cert }))
    const noKey = `Failed to load private key: ${keyName}: `
    const key = this.#read(keyName, noKey)
    const problem = keyProblem(cert, key, passphrase)
    if (problem !== null) throw new Unusable(`${noKey}${problem}`)
    const pair = { cert, key, ...(passphrase !== '' && { passphrase }) }
    attempt(noKey, () => createSecureContext(pair))
    return pair
  }

  /** Reads tls-ca-cert-file, and the files of tls-ca-cert-dir whose names are hashes: OpenSSL looks for no others. */
  #readAuthorities(config: Config): { trusted: string[]; all: string[] } {
    const failed = 'Failed to configure CA certificate(s) file/directory: '
    const file = toText(config.get('tls-ca-cert-file'))
    const trusted = file === '' ? [] : certificatesIn(this.#read(file, failed).toString('latin1'))
    const [first] = trusted
    if (file !== '' && first === undefined)
      throw new Unusable(`${failed}error:05800088:x509 certificate routines::no certificate or crl found`)
    for (const text of trusted) attempt(failed, () => new X509Certificate(text))
    const inFolder = filesIn(toText(config.get('tls-ca-cert-dir')), this.#directory()).map(({ name, text }) => ({
      isHash: /^[0-9a-f]{8}\.\d+$/.test(name),
      certificates: readableIn(text),
    }))
    return {
      trusted: [...trusted, ...inFolder.flatMap(({ isHash, certificates }) => (isHash ? certificates : []))],
      all: [...trusted, ...inFolder.flatMap(({ certificates }) => certificates)],
    }
  }

  #readDhParameters(config: Config): Buffer | 'auto' {
    const name = toText(config.get('tls-dh-params-file'))
    if (name === '') return 'auto'
    const content = this.#read(name, `Failed to load ${name}: `, (message) => message)
    if (!/-----BEGIN (?:X9\.42 )?DH PARAMETERS-----/.test(content.toString('latin1')))
      throw new Unusable(`${name}: failed to read DH params.`)
    return content
  }

  /** Reads a file; a folder is as good as an empty one. Throws Unusable with `failed` and the reason. */
  #read(
    name: string,
    failed: string,
    say = (message: string, errno: number): string =>
      `error:${(0x8000_0000 + errno).toString(16).toUpperCase()}:system library::${message}`,
  ): Buffer {
    try {
      return Buffer.from(readUpTo(resolve(this.#directory(), name)))
    } catch (reason) {
      const { code, errno = 0, message } = reason as NodeJS.ErrnoException
      if (code === 'EISDIR') return Buffer.alloc(0)
      throw new Unusable(`${failed}${say(systemMessage(code) ?? message, Math.abs(errno))}`)
    }
  }
}

/** Runs a check of OpenSSL. Throws Unusable with `failed` and OpenSSL's error. */
function attempt(failed: string, check: () => unknown): void {
  try {
    check()
  } catch (reason) {
    throw new Unusable(`${failed}${reason instanceof Error ? reason.message : String(reason)}`)
  }
}

const BEGIN_CERTIFICATE = /^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/m
const BEGIN_ENCRYPTED = /^(?:-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED)/m

/**
 * Returns the server's error for a key that it cannot use with a certificate, or null. OpenSSL's own words depend on the
 * errors that this process has met before.
 */
function keyProblem(cert: Buffer, key: Buffer, passphrase: string): string | null {
  const isEncrypted = BEGIN_ENCRYPTED.test(key.toString('latin1'))
  // Without a password a server gives up where Node tries an empty one.
  if (isEncrypted && passphrase === '') return 'error:07880109:common libcrypto routines::interrupted or cancelled'
  try {
    const own = createPrivateKey({ key, passphrase })
    const certificate = new X509Certificate(cert)
    // OpenSSL holds a key of another type beside the certificate, and finds nothing wrong.
    const isComparable = certificate.publicKey.asymmetricKeyType === own.asymmetricKeyType
    return !isComparable || certificate.checkPrivateKey(own)
      ? null
      : 'error:05800074:x509 certificate routines::key values mismatch'
  } catch {
    return isEncrypted
      ? 'error:1C800064:Provider routines::bad decrypt'
      : 'error:1E08010C:DECODER routines::unsupported'
  }
}

/** Returns the options that turn off the protocols that are not named (parseProtocolsConfig). */
function protocolOptions(text: Bytes): number {
  const named = (text === '' ? 'TLSv1.2 TLSv1.3' : text).toLowerCase().split(' ')
  if (named.some((name) => !Object.hasOwn(protocolSwitches, name)))
    throw new Unusable(
      "Invalid tls-protocols specified. Use a combination of 'TLSv1', 'TLSv1.1', 'TLSv1.2' and 'TLSv1.3'.",
    )
  return Object.entries(protocolSwitches).reduce(
    (options, [name, off]) => (named.includes(name) ? options : options | off),
    constants.SSL_OP_NO_RENEGOTIATION,
  )
}

/** Returns the ciphers in Node's form: those of `tls-ciphers`, then the suites of `tls-ciphersuites`. */
function cipherList(config: Config): string {
  const ciphers = toText(config.get('tls-ciphers'))
  const suites = toText(config.get('tls-ciphersuites'))
  const isUsable = (list: string): boolean => {
    try {
      createSecureContext({ ciphers: list })
      return true
    } catch {
      return false
    }
  }
  const list = ciphers === '' ? 'DEFAULT' : ciphers
  // Node takes words with this prefix for suites of TLS 1.3, which have a directive of their own.
  if (list.split(':').every((word) => word.startsWith('TLS_')) || !isUsable(list))
    throw new Unusable(`Failed to configure ciphers: ${ciphers}`)
  const wanted = (suites === '' ? SUITES : suites)
    .split(':')
    .filter((word) => word.startsWith('TLS_'))
    .join(':')
  if (wanted === '' || !isUsable(`DEFAULT:${wanted}`)) throw new Unusable(`Failed to configure ciphersuites: ${suites}`)
  return `${list}:${wanted}`
}

/** Returns the PEM blocks of certificates. Throws Unusable for one without an end. */
function certificatesIn(text: string): string[] {
  const [, ...blocks] = text.split(/^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/m)
  return blocks.map((block) => {
    const end = /^-----END (?:X509 |TRUSTED )?CERTIFICATE-----/m.exec(block)
    if (end === null)
      throw new Unusable(
        'Failed to configure CA certificate(s) file/directory: error:04800066:PEM routines::bad end line',
      )
    return `-----BEGIN CERTIFICATE-----${block.slice(0, end.index)}-----END CERTIFICATE-----\n`
  })
}

/** The most files of tls-ca-cert-dir that are read. */
const MOST_FILES = 1000

/** Returns the regular files of a folder, without hidden ones; none where it cannot be read. */
function filesIn(folder: string, directory: string): { name: string; text: string }[] {
  if (folder === '') return []
  const path = resolve(directory, folder)
  try {
    return readdirSync(path)
      .filter(
        (name) => !name.startsWith('.') && statSync(join(path, name), { throwIfNoEntry: false })?.isFile() === true,
      )
      .slice(0, MOST_FILES)
      .map((name) => ({ name, text: Buffer.from(readUpTo(join(path, name))).toString('latin1') }))
  } catch {
    return []
  }
}

/** Returns the certificates of a file of a folder, in which OpenSSL skips what it cannot read. */
function readableIn(text: string): string[] {
  try {
    return certificatesIn(text).filter((block) => new X509Certificate(block).serialNumber !== '')
  } catch {
    return []
  }
}

function infoOf(certificate: string | Buffer): CertificateInfo {
  const { serialNumber, validTo } = new X509Certificate(certificate)
  return { serial: serialNumber, expires: Date.parse(validTo) }
}

function firstToExpire(certificates: readonly string[]): CertificateInfo | undefined {
  return certificates.map(infoOf).sort((a, b) => a.expires - b.expires)[0]
}
