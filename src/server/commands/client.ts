import { lower, type Bytes } from '../../acl/bytes'
import { CommandError, OK, simple, verbatim } from '../../resp/reply'
import { addressOf, localAddressOf } from '../address'
import { clientInfo, type DescribingParts } from '../client-info'
import { replies, type Handler, type HandlerTable } from '../handler'
import { monitorLine } from '../monitor'
import type { Accounts, Clients, Monitoring, Pausing, Waiting } from '../parts'
import type { Session } from '../session'
import { integer, onOff, syntaxError } from './arguments'
import { isPlain, setName } from './client-names'
import { caching, tracking, trackingInfo } from './client-tracking'
import { family, takes } from './family'
import { helpReply } from './help'

/** The parts of a server that CLIENT touches. */
type ClientParts = DescribingParts & Accounts & Clients & Pausing & Waiting

function typeOf(session: Session): string {
  return session.subscriptions > 0 ? 'pubsub' : 'normal'
}

const types: Readonly<Record<string, string>> = {
  normal: 'normal',
  pubsub: 'pubsub',
  replica: 'replica',
  slave: 'replica',
  master: 'master',
  primary: 'master',
}

function readType(text: Bytes): string {
  const type = Object.hasOwn(types, lower(text)) ? types[lower(text)] : undefined
  if (type === undefined) throw new CommandError(`ERR Unknown client type '${text}'`)
  return type
}

/** CLIENT LIST [TYPE t | ID id …]; Valkey from 8.1 on takes CLIENT KILL's filters. */
const list: Handler<ClientParts> = ({ session, argv }, server) => {
  const [option, ...words] = argv.slice(2)
  let wanted: Filter = () => true
  if (option !== undefined && server.target.behaviours.clientListTakesFilters) {
    const { filters, skipMe } = readFilters(server, [option, ...words], false)
    wanted = (other) => filters.every((fits) => fits(other)) && !(skipMe && other === session)
  } else if (option !== undefined && lower(option) === 'type' && words.length === 1) {
    const type = readType(words[0] ?? '')
    wanted = (other) => typeOf(other) === type
  } else if (option !== undefined && lower(option) === 'id' && words.length > 0) {
    const ids = words.map((word) => integer(word, 'ERR Invalid client ID'))
    wanted = (other) => ids.includes(other.id)
  } else if (option !== undefined) {
    throw syntaxError()
  }
  return verbatim(
    [...server.sessions.values()]
      .filter(wanted)
      .map((other) => `${clientInfo(other, server)}\n`)
      .join(''),
  )
}

type Filter = (session: Session) => boolean

/** Reads the ids after `ID`: one or, where CLIENT LIST takes filters, all that follow. */
function readIds(server: ClientParts, words: readonly Bytes[], at: number): number[] {
  const problem = 'ERR client-id should be greater than 0'
  const many = server.target.behaviours.clientListTakesFilters
  const ids: number[] = []
  for (let i = at; i < words.length && (many || i === at); i++) {
    if (many && !/^-?[0-9]+$/.test(words[i] ?? '')) break
    const id = integer(words[i], problem)
    if (id < 1) throw new CommandError(problem)
    ids.push(id)
  }
  return ids
}

/** Reads the filters of CLIENT KILL's newer form, and SKIPME. */
function readFilters(
  server: ClientParts,
  words: readonly Bytes[],
  skipsMe: boolean,
): { filters: Filter[]; skipMe: boolean } {
  const { clientKillFilters, clientListTakesFilters } = server.target.behaviours
  const filters: Filter[] = []
  let skipMe = skipsMe
  for (let i = 0; i < words.length; i += 2) {
    const name = lower(words[i] ?? '')
    const value = words[i + 1] ?? ''
    if (!clientKillFilters.has(name)) throw syntaxError()
    if (words[i + 1] === undefined && !(clientListTakesFilters && name === 'id')) throw syntaxError()
    if (name === 'id') {
      const ids = readIds(server, words, i + 1)
      i += ids.length - 1
      filters.push((session) => ids.includes(session.id))
    } else if (name === 'type') {
      const type = readType(value)
      filters.push((session) => typeOf(session) === type)
    } else if (name === 'user') {
      const user = server.users.get(value)
      if (user === undefined) throw new CommandError(`ERR No such user '${value}'`)
      filters.push((session) => session.account === user)
    } else if (name === 'addr') filters.push((session) => addressOf(session, server.config) === value)
    else if (name === 'laddr') filters.push((session) => localAddressOf(session, server.config) === value)
    else if (name === 'maxage') {
      const seconds = integer(value, 'ERR maxage is not an integer or out of range')
      if (seconds < 1) throw new CommandError('ERR maxage should be greater than 0')
      filters.push((session) => server.now - session.createdAt >= seconds * 1000)
    } else if (lower(value) === 'yes' || lower(value) === 'no') skipMe = lower(value) === 'yes'
    else throw syntaxError()
  }
  return { filters, skipMe }
}

/** CLIENT KILL addr, or CLIENT KILL filter value …. */
const kill: Handler<ClientParts> = ({ session, argv }, server) => {
  if (argv.length === 3) {
    const target = [...server.sessions.values()].find((other) => addressOf(other, server.config) === argv[2])
    if (target === undefined) throw new CommandError('ERR No such client')
    server.disconnect(target)
    return OK
  }
  const { filters, skipMe } = readFilters(server, argv.slice(2), true)
  const doomed = [...server.sessions.values()].filter(
    (other) => filters.every((fits) => fits(other)) && !(skipMe && other === session),
  )
  for (const other of doomed) server.disconnect(other)
  return doomed.length
}

/** CLIENT SETINFO LIB-NAME name | LIB-VER version. */
const setInfo: Handler = ({ session, argv }) => {
  const [option = '', value = ''] = argv.slice(2)
  const name = lower(option)
  if (name !== 'lib-name' && name !== 'lib-ver') throw new CommandError(`ERR Unrecognized option '${option}'`)
  if (!isPlain(value)) throw new CommandError(`ERR ${name} cannot contain spaces, newlines or special characters.`)
  if (name === 'lib-name') session.libraryName = value
  else session.libraryVersion = value
  return OK
}

/** CLIENT REPLY ON | OFF | SKIP. */
const reply: Handler = ({ session, args }) => {
  const mode = args.word(2)
  if (mode === 'on') {
    session.replyMode = 'on'
    return OK
  }
  if (mode === 'off') session.replyMode = 'off'
  else if (mode !== 'skip') throw syntaxError()
  else if (session.replyMode !== 'off') session.replyMode = 'skip-next'
  return replies([])
}

/** CLIENT PAUSE milliseconds [WRITE | ALL]. */
const pause: Handler<Pausing> = ({ argv }, server) => {
  const milliseconds = integer(argv[2], 'ERR timeout is not an integer or out of range')
  if (milliseconds < 0) throw new CommandError('ERR timeout is negative')
  const mode = lower(argv[3] ?? 'all')
  if (mode !== 'write' && mode !== 'all') throw new CommandError('ERR CLIENT PAUSE mode must be WRITE or ALL')
  server.pauseClients(milliseconds, mode === 'write')
  return OK
}

/** CLIENT UNBLOCK id [TIMEOUT | ERROR]. */
const unblock: Handler<ClientParts> = ({ argv }, server) => {
  const how = lower(argv[3] ?? 'timeout')
  if (how !== 'timeout' && how !== 'error')
    throw new CommandError('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR')
  const target = server.sessions.get(integer(argv[2]))
  if (target === undefined || target.blocked === null) return 0
  const { onTimeout } = target.blocked.request
  server.blockedClients.remove(target)
  target.unblock(
    how === 'timeout' ? onTimeout : new CommandError('UNBLOCKED client unblocked via CLIENT UNBLOCK').reply,
  )
  return 1
}

/** CLIENT. */
export const clientCommands: HandlerTable<ClientParts> = family<ClientParts>('client', {
  id: takes(2, 2, ({ session }) => session.id),
  info: takes(2, 2, ({ session }, server) => verbatim(`${clientInfo(session, server)}\n`)),
  list: takes(2, Infinity, list),
  getname: takes(2, 2, ({ session }) => (session.name === '' ? null : session.name)),
  setname: takes(3, 3, ({ session, args }) => {
    setName(session, args.text(2))
    return OK
  }),
  setinfo: takes(4, 4, setInfo),
  kill: takes(3, Infinity, kill),
  reply: takes(3, 3, reply),
  pause: takes(3, 4, pause),
  unpause: takes(2, 2, (_, server) => {
    server.endPause()
    return OK
  }),
  unblock: takes(3, 4, unblock),
  tracking: takes(3, Infinity, tracking),
  trackinginfo: takes(2, 2, trackingInfo),
  caching: takes(3, 3, caching),
  getredir: takes(2, 2, ({ session }) => (session.tracking === null ? -1 : (session.tracking.redirect ?? 0))),
  'no-evict': takes(3, 3, ({ session, argv }) => {
    session.noEvict = onOff(argv[2])
    return OK
  }),
  'no-touch': takes(3, 3, ({ session, argv }) => {
    session.noTouch = onOff(argv[2])
    return OK
  }),
  'import-source': takes(3, 3, ({ args }, { config }) => {
    const word = args.word(2)
    if (word === 'off') return OK
    if (config.get('import-mode') !== 'yes') throw new CommandError('ERR Server is not in import mode')
    if (word !== 'on') throw syntaxError()
    return OK
  }),
  help: takes(2, 2, helpReply('client')),
  capa: takes(3, Infinity, ({ session, argv }) => {
    for (const name of argv.slice(2)) session.capabilities.add(lower(name))
    return OK
  }),
})

/** MONITOR: shows the connection every command from now on. */
export const monitor: Handler<Monitoring> = ({ session }, server) => {
  server.monitors.set(session, monitorLine)
  return simple('OK')
}
