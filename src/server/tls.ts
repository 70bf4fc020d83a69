import type { Bytes } from '../acl/bytes'
import type { Config } from './config'

/** Returns the error of a server that lacks a file for its tls-port, or null (tlsConfigure). */
export function tlsProblem(config: Config): Bytes | null {
  if (config.number('tls-port') === 0) return null
  if (config.get('tls-cert-file') === '') return 'No tls-cert-file configured!'
  if (config.get('tls-key-file') === '') return 'No tls-key-file configured!'
  const checksClients =
    config.get('tls-auth-clients') !== 'no' || config.flag('tls-cluster') || config.flag('tls-replication')
  if (!checksClients || config.get('tls-ca-cert-file') !== '' || config.get('tls-ca-cert-dir') !== '') return null
  return 'Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-cluster, tls-replication or tls-auth-clients are enabled!'
}
