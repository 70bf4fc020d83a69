import type { PeerCertificate } from 'node:tls'
import { fromText, type Bytes } from '../acl/bytes'

/** The names in a certificate that users can have. */
export interface Identity {
  /** The first common name; null where it has none. */
  readonly commonName: Bytes | null
  /** The URIs among the alternative names. One with a NUL byte is left out. */
  readonly uris: readonly Bytes[]
}

/** Returns the names in a certificate. */
export function identityIn({ subject, subjectaltname = '' }: PeerCertificate): Identity {
  // Node's types leave out that the subject may have several common names, or none.
  const { CN } = subject as { readonly CN?: string | readonly string[] }
  const commonName = typeof CN === 'object' ? CN[0] : CN
  return {
    commonName: commonName === undefined || commonName === '' ? null : fromText(commonName),
    uris: urisIn(subjectaltname),
  }
}

/** Reads `DNS:localhost, URI:urn:a`; Node writes a value with other than plain characters as a JSON string of bytes. */
function urisIn(names: string): Bytes[] {
  const entry = /(?:^|, )([^:]*):("(?:[^"\\]|\\.)*"|[^,]*)/gy
  return [...names.matchAll(entry)].flatMap(([, kind = '', value = '']) => {
    const uri = kind !== 'URI' ? '' : value.startsWith('"') ? unquoted(value) : value
    return uri === '' || uri.includes('\0') ? [] : [uri]
  })
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return ''
  }
}
