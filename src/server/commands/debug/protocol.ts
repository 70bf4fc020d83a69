import { lower, type Bytes } from '../../../acl/bytes'
import { bool, CommandError, double, map, push, set, verbatim, type Reply } from '../../../resp/reply'
import type { Session } from '../../session'

/** The replies of DEBUG PROTOCOL by type, besides those that differ between the protocols. */
const examples: Readonly<Record<string, Reply>> = {
  string: 'Hello World',
  integer: 12345,
  double: double('3.141'),
  bignum: { type: 'big-number', text: '1234567999999999999999999999999999999' },
  null: null,
  array: [0, 1, 2],
  set: set([0, 1, 2]),
  map: map([
    [0, bool(false)],
    [1, bool(true)],
    [2, bool(false)],
  ]),
  true: bool(true),
  false: bool(false),
  verbatim: verbatim('This is a verbatim\nstring'),
  attrib: {
    type: 'attributed',
    attributes: [['key-popularity', ['key:123', 90]]],
    reply: 'Some real reply following the attribute',
  },
}

/** DEBUG PROTOCOL: an example of each type of reply. */
export function exampleReply(type: Bytes, session: Session): Reply {
  const name = lower(type)
  if (name === 'push') {
    if (session.protocol < 3) throw new CommandError('ERR RESP2 is not supported by this command')
    session.push(push(['server-cpu-usage', 42]))
    return 'Some real reply following the push reply'
  }
  const example = Object.hasOwn(examples, name) ? examples[name] : undefined
  if (example !== undefined) return example
  throw new CommandError(
    'ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false',
  )
}
