import { lower } from '../../acl/bytes'
import type { Command, KeySpec } from '../../acl/command'
import { map, set, simple, type Reply } from '../../resp/reply'
import type { ArgumentDoc, CommandDoc, CommandDocs } from '../../targets/docs'
import { moduleOf } from '../../targets/modules'

const statuses = (names: Iterable<string>): Reply => set(Array.from(names, (name) => simple(name)))

function begin(spec: KeySpec): Reply {
  const { begin: from } = spec
  const details: Reply =
    from.type === 'index'
      ? map([['index', from.index]])
      : from.type === 'keyword'
        ? map([
            ['keyword', from.keyword],
            ['startfrom', from.startfrom],
          ])
        : map([])
  return map([
    ['type', from.type],
    ['spec', details],
  ])
}

function find(spec: KeySpec): Reply {
  const { find: to } = spec
  const details: Reply =
    to.type === 'range'
      ? map([
          ['lastkey', to.lastkey],
          ['keystep', to.keystep],
          ['limit', to.limit],
        ])
      : to.type === 'keynum'
        ? map([
            ['keynumidx', to.keynumidx],
            ['firstkey', to.firstkey],
            ['keystep', to.keystep],
          ])
        : map([])
  return map([
    ['type', to.type],
    ['spec', details],
  ])
}

function keySpec(spec: KeySpec): Reply {
  const notes: (readonly [Reply, Reply])[] = spec.notes === undefined ? [] : [['notes', spec.notes]]
  return map([...notes, ['flags', statuses(spec.flags)], ['begin_search', begin(spec)], ['find_keys', find(spec)]])
}

/** Returns the entry of COMMAND and COMMAND INFO for a command; with tips, key specs and subcommands since 7.0. */
export function infoReply(command: Command, withSpecs: boolean): Reply {
  const common: Reply[] = [
    command.name,
    command.arity,
    statuses(withSpecs ? [...command.flags].filter((flag) => flag !== 'may_replicate') : command.flags),
    command.firstKey,
    command.lastKey,
    command.step,
    statuses(command.categories.map((name) => `@${name}`)),
  ]
  if (!withSpecs) return common
  // Subcommands are an array; for a command without any, an empty set.
  const subcommands: Reply =
    command.subcommands === null ? set([]) : [...command.subcommands.values()].map((sub) => infoReply(sub, true))
  return [...common, set(command.tips), set(command.keySpecs.map(keySpec)), subcommands]
}

/** Arguments that are shown under another name, by command. */
const displayTexts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'client|kill': { 'old-format': 'ip:port', addr: 'ip:port', laddr: 'ip:port' },
  'client|list': { addr: 'ip:port', laddr: 'ip:port' },
  'cluster|setslot': { importing: 'node-id', migrating: 'node-id', node: 'node-id' },
  georadius: { storekey: 'key', storedistkey: 'key' },
  georadiusbymember: { storekey: 'key', storedistkey: 'key' },
  migrate: { auth: 'password', keys: 'key' },
  sort: { 'by-pattern': 'pattern', 'get-pattern': 'pattern' },
  sort_ro: { 'by-pattern': 'pattern', 'get-pattern': 'pattern' },
  'xgroup|create': { entriesread: 'entries-read' },
  'xgroup|setid': { entriesread: 'entries-read' },
}

function argument(command: Command, doc: ArgumentDoc): Reply {
  const isGroup = doc.type === 'oneof' || doc.type === 'block'
  const pairs: (readonly [Reply, Reply])[] = [
    ['name', doc.name],
    ['type', doc.type],
  ]
  if (!isGroup) pairs.push(['display_text', displayTexts[command.name]?.[doc.name] ?? doc.name])
  if (doc.keySpec !== undefined) pairs.push(['key_spec_index', doc.keySpec])
  if (doc.token !== undefined) pairs.push(['token', doc.token])
  if (doc.since !== undefined) pairs.push(['since', doc.since])
  if (doc.flags !== undefined) pairs.push(['flags', statuses(doc.flags)])
  if (doc.arguments !== undefined) pairs.push(['arguments', doc.arguments.map((inner) => argument(command, inner))])
  return map(pairs)
}

/** Returns the entry of COMMAND DOCS for a command. The summary is in our own words; the history is omitted. */
export function docsReply(command: Command, docs: CommandDocs): Reply {
  const doc: CommandDoc = docs.get(lower(command.name)) ?? {}
  const module = moduleOf(command)
  const pairs: (readonly [Reply, Reply])[] = []
  if (doc.summary !== undefined && module === null) pairs.push(['summary', doc.summary])
  if (doc.since !== undefined) pairs.push(['since', doc.since])
  pairs.push(['group', doc.group ?? 'module'])
  if (doc.complexity !== undefined) pairs.push(['complexity', doc.complexity])
  if (module !== null) pairs.push(['module', module])
  if (doc.docFlags !== undefined) pairs.push(['doc_flags', statuses(doc.docFlags)])
  if (doc.deprecated_since !== undefined) pairs.push(['deprecated_since', doc.deprecated_since])
  if (doc.replaced_by !== undefined) pairs.push(['replaced_by', doc.replaced_by])
  if (doc.arguments !== undefined) pairs.push(['arguments', doc.arguments.map((inner) => argument(command, inner))])
  if (command.subcommands !== null) {
    pairs.push([
      'subcommands',
      map([...command.subcommands.values()].map((sub) => [sub.name, docsReply(sub, docs)] as const)),
    ])
  }
  return map(pairs)
}
