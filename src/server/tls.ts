import type { Bytes } from '../acl/bytes'
import type { Config } from './config'

/** A certificate in use, as INFO describes it. */
export interface CertificateInfo {
  /** The serial number, in upper-case hexadecimal digits. */
  readonly serial: string
  /** The end of its validity, in Unix milliseconds. */
  readonly expires: number
}

/** The certificates in use: the server's, its own as a client of other servers, and the authority's that ends first. */
export type Certificates = Readonly<Partial<Record<'server' | 'client' | 'ca', CertificateInfo>>>

/** Reads certificates and uses them for the connections to come. Handed in by a program that listens. */
export interface TlsFiles {
  /** Loads the files of a configuration. Returns the server's error; the certificates in use then stay. */
  load(config: Config): Bytes | null
  readonly certificates: Certificates
}

/** Returns true where a configuration needs certificates. */
function usesTls(config: Config): boolean {
  return config.number('tls-port') !== 0 || config.flag('tls-replication') || config.flag('tls-cluster')
}

/** Directives without effect on the loaded certificates: they are read for each connection. */
const readEachTime = new Set(['tls-auth-clients', 'tls-auth-clients-user'])
/** Directives that load their files again when they are set to the value they have (7.0). */
const files = /^tls-.*-(?:file|dir)$/

/** A directive of TLS that CONFIG SET set. */
export interface TlsChange {
  readonly name: string
  /** False where it had the value before. */
  readonly isNew: boolean
}

/** The TLS configuration of a server (tlsConfigure). */
export class Tls {
  readonly #files: TlsFiles | undefined
  #isConfigured = false

  /** @param files undefined: nothing listens, and certificates are not read */
  constructor(files: TlsFiles | undefined) {
    this.#files = files
  }

  get certificates(): Certificates {
    return this.#files?.certificates ?? {}
  }

  /** Configures TLS where a configuration needs it. Returns the server's error, or null. */
  configure(config: Config, needsIt = usesTls(config)): Bytes | null {
    const problem = needsIt ? (missingFile(config) ?? this.#files?.load(config) ?? null) : null
    if (needsIt && problem === null) this.#isConfigured = true
    return problem
  }

  /**
   * Applies directives that CONFIG SET has set, in order. Returns the first one that fails, or undefined.
   * @param always directives that keep their value are applied too (before 7.0)
   */
  apply(config: Config, changes: readonly TlsChange[], always: boolean): string | undefined {
    return changes.find(
      ({ name, isNew }) =>
        name.startsWith('tls-') &&
        !readEachTime.has(name) &&
        (isNew || always || files.test(name)) &&
        // A port uses the certificates that were loaded last, whatever was configured while there was none.
        this.configure(config, name === 'tls-port' ? !this.#isConfigured : undefined) !== null,
    )?.name
  }
}

/** Returns the server's error for a file that is not configured, or null. */
function missingFile(config: Config): Bytes | null {
  if (config.get('tls-cert-file') === '') return 'No tls-cert-file configured!'
  if (config.get('tls-key-file') === '') return 'No tls-key-file configured!'
  const checksClients =
    config.get('tls-auth-clients') !== 'no' || config.flag('tls-cluster') || config.flag('tls-replication')
  if (!checksClients || config.get('tls-ca-cert-file') !== '' || config.get('tls-ca-cert-dir') !== '') return null
  return 'Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-cluster, tls-replication or tls-auth-clients are enabled!'
}
