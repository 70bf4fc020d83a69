import { toText } from '../../../acl/bytes'
import { placeholderHints, placeholdersIn } from '../../placeholder'
import { all, type ConfCheck } from './conf-file'

const ENOUGH = 32

/** An effective requirepass that is short. */
export const requirepassWeak: ConfCheck = {
  code: 'requirepass-weak',
  severity: 'warning',
  check: (conf) =>
    conf.acl !== null
      ? []
      : all(conf, 'requirepass').flatMap((one) => {
          const password = toText(one.values[0] ?? '')
          const [placeholder] = placeholdersIn(`>${password}`)
          if (placeholder !== undefined && placeholder.kind !== 'blank')
            return [
              {
                message: `The password is ${placeholder.text} as written: the server replaces nothing in redis.conf.`,
                hint: placeholderHints[placeholder.kind].replaceAll('users.acl', 'redis.conf'),
                span: one.line.wordSpans[1] ?? one.line.span,
                fixes: [],
              },
            ]
          if (password === '' || password.length >= ENOUGH) return []
          return [
            {
              message: `The password is in plain text and has ${password.length} character${password.length === 1 ? '' : 's'}. A random password of ${ENOUGH} or more cannot be guessed.`,
              hint: 'In an ACL file a password can be written as its hash.',
              span: one.line.wordSpans[1] ?? one.line.span,
              fixes: [],
            },
          ]
        }),
}
