import { directive, write, type ConfAdvice } from './conf-file'

const everywhere = new Set(['*', '0.0.0.0', '::', '::*'])

/** Listening on every interface. */
export const bindEverywhere: ConfAdvice = {
  code: 'bind-everywhere',
  severity: 'warning',
  check: (conf) => {
    const bind = directive(conf, 'bind')
    if (bind === undefined || !bind.values.some((address) => everywhere.has(address.replace(/^-/, '')))) return []
    return [
      {
        message: 'The server listens on every interface of its host.',
        hint: 'Name the addresses that clients reach it by. It is never to face the internet.',
        span: bind.line.span,
        fixes: [write(bind, 'Listen on the loopback interface alone', 'bind 127.0.0.1 -::1')],
      },
    ]
  },
}
