import fc from 'fast-check'
import { hash } from './found'

const word = fc.constantFrom(
  'on', 'off', 'nopass', 'resetpass', 'reset', 'resetkeys', 'resetchannels', 'allkeys', 'allchannels', 'allcommands', 'nocommands', 'clearselectors', '>secret', '>', '>"quoted"', `>${hash.slice(1)}`, hash,
  '+@all', '-@all', '+@read', '+@write', '+@hash', '+@string', '+@pubsub', '+@scripting', '-@dangerous', '-@admin', '-@write', '+get', '-get', '+set', '-set', '+GET', '+config', '-config', '+config|get', '-config|set',
  '+cluster|info', '+select|0', '+get|x', '+keys', '+scan', '+flushall', '+sort', '+publish', '+psubscribe', '+client', '+acl|setuser', '-acl',
  '~*', '~app:*', '~app*', '~app:', '~app:x', '~{a,b}:*', '~a|b', '~a**', '~-x', '~!x', '~-x:*', '~a-b.c:*', '~x.*', '~', '~[a', '~a[b-c]d', '~é*', '~"q"', '~a)', '%R~app:*', '%W~app:*', '%RW~app:*', '%R~*', '&*', '&app:*', '&app:x', '&{a,b}', '&', 'db=1', 'db=0,2', 'alldbs', 'resetdbs', '',
)
const selector = fc.array(word, { maxLength: 5 }).map((words) => `(${words.filter((one) => !/[()>"]/.test(one)).join(' ')})`)
/** Lines that users.acl may hold, every habit that advice knows among their rules. */
export const userLine = fc.tuple(fc.constantFrom('default', 'app', 'é', 'worker'), fc.array(fc.oneof({ weight: 9, arbitrary: word }, { weight: 1, arbitrary: selector }), { maxLength: 12 })).map(([name, words]) => `user ${name} ${words.join(' ')}`)
/** A few of them, and lines that are none. */
export const aclFile = fc.array(fc.oneof({ weight: 9, arbitrary: userLine }, { weight: 1, arbitrary: fc.constantFrom('', '# note', 'user', 'bad line') }), { maxLength: 4 }).map((lines) => lines.join('\n'))
