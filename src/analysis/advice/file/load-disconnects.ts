import type { FileAdvice } from './acl-file'

/** ACL LOAD ends connections on servers before 7.4 and Valkey 8. */
export const loadDisconnects: FileAdvice = {
  code: 'load-disconnects',
  severity: 'info',
  check: ({ lines, target }) => {
    if (target.behaviours.loadKeepsConnections) return []
    const line = lines.find(({ known }) => known.name !== null && known.name.text !== 'default')
    const name = line?.known.name
    if (line === undefined || !name) return []
    return [
      {
        message: `ACL LOAD of this file ends every connection but those of default on ${target.label}, whether its user changed or not.`,
        hint: 'ACL SETUSER changes one user and keeps connections. Redis 7.4 and Valkey 8.0 end only connections of users that are gone, or that lose a channel they listen to.',
        line: line.number,
        from: line.from + name.from,
        to: line.from + name.to,
        user: null,
        fixes: [],
      },
    ]
  },
}
