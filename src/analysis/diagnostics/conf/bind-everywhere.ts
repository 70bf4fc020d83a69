import { directive, write, type ConfCheck } from './conf-file'

const everywhere = new Set(['*', '0.0.0.0', '::', '::*'])

/** Listening on every interface. */
export const bindEverywhere: ConfCheck = {
  code: 'bind-everywhere',
  severity: 'warning',
  check: (conf) => {
    const bind = directive(conf, 'bind')
    if (bind === undefined || !bind.values.some((address) => everywhere.has(address.replace(/^-/, '')))) return []
    return [
      {
        message: 'The server listens on every network interface.',
        hint: 'List only the addresses that clients connect to, and never expose the server to the internet.',
        span: bind.line.span,
        fixes: [write(bind, 'Listen on the loopback interface only', 'bind 127.0.0.1 -::1')],
      },
    ]
  },
}
