import { lower, type Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { ChannelPattern } from '../acl/pattern'
import type { Selector } from '../acl/selector'
import { exactly, openClass } from './automaton'
import { everything, union, type Language } from './language'
import { channelsOf, fillFirst, fillOf, grantOf, isHidden, type Subject } from './permissions'
import type { Way } from './ways'

/** Sending to a channel, receiving from it by its name, and receiving from it by a pattern. */
export type ChannelUse = 'publish' | 'subscribe' | 'psubscribe'

/** A set of channels that a selector lets a user send to or receive from, and the command line that does. */
export type ChannelWay = Pick<Way, 'selector' | 'language' | 'line'>

export interface ChannelWays {
  readonly ways: readonly ChannelWay[]
  /** Commands whose first-argument rules are not looked into. */
  readonly unknown: readonly Command[]
}

const commandsFor: Readonly<Record<ChannelUse, readonly string[]>> = {
  publish: ['publish', 'spublish'],
  subscribe: ['subscribe', 'ssubscribe'],
  psubscribe: ['psubscribe'],
}

/** Letters of a first argument whose spellings in upper and lower case are all tried: patterns are told apart by case. */
const MOST_LETTERS = 6

const cache = new WeakMap<
  Selector,
  Map<string, { readonly table: unknown; readonly hidden: unknown; readonly ways: ChannelWays }>
>()

/** Returns the ways in which one selector lets a user use channels; cached, since selectors do not change. */
export function channelWays(subject: Subject, index: number, use: ChannelUse): ChannelWays {
  const selector = subject.user.selectors[index]
  if (selector === undefined) return { ways: [], unknown: [] }
  const known =
    cache.get(selector) ??
    new Map<string, { readonly table: unknown; readonly hidden: unknown; readonly ways: ChannelWays }>()
  cache.set(selector, known)
  const key = `${use} ${index}`
  const before = known.get(key)
  if (before?.table === subject.target.table && before.hidden === subject.hidden) return before.ways
  const ways = findWays(subject, selector, index, use)
  known.set(key, { table: subject.target.table, hidden: subject.hidden, ways })
  return ways
}

function findWays(subject: Subject, selector: Selector, index: number, use: ChannelUse): ChannelWays {
  const ways: ChannelWay[] = []
  const unknown: Command[] = []
  let isWhole = false
  for (const name of commandsFor[use]) {
    const command = subject.target.table.find(name)
    if (command === undefined || isHidden(subject, command)) continue
    const grant = grantOf(selector, command)
    // The second command of two reaches the same channels as the first.
    if (grant === 'none' || isWhole) continue
    isWhole = grant === 'whole'
    const add = (language: Language, argument: (channel: Bytes) => Bytes): void => {
      const line = (channel: Bytes) => ({
        argv: [name, argument(channel), ...(use === 'publish' ? ['x'] : [])],
        db: 0,
      })
      ways.push({ selector: index, language, line })
    }
    if (use !== 'psubscribe') {
      add(fillFirst(selector, command, fillOf(selector, 'channel', 0)), (channel) => channel)
      continue
    }
    if (isWhole && channelsOf(selector, true).all) {
      add(everything, exactly)
      continue
    }
    const patterns = channelsOf(selector, true).all
      ? spellings(selector, command)
      : selector.channels.flatMap(subscribable).filter((pattern) => selector.commands.allows(command, [name, pattern]))
    if (patterns === null) unknown.push(command)
    for (const pattern of patterns ?? []) add(union([pattern]), () => pattern)
  }
  return { ways, unknown }
}

/**
 * Returns patterns that a granted one lets PSUBSCRIBE take: together they receive from all channels that any such pattern
 * does. From 7.0 on the granted text may be followed by a NUL and more, which can go on with a class that it left open.
 */
function subscribable({ pattern, endsAtNul }: ChannelPattern): readonly Bytes[] {
  if (!endsAtNul) return [pattern]
  const open = openClass(pattern)
  return [pattern, `${pattern}\0${open === 'none' ? '' : open === 'negated' ? ']' : '\x01-\xff]'}*`]
}

/**
 * Returns patterns that receive from all channels which first-argument rules allow a command to name, where every pattern is
 * granted; null where there are too many.
 */
function spellings(selector: Selector, command: Command): readonly Bytes[] | null {
  const found = new Set<Bytes>()
  for (const argument of selector.commands.firstArgs.get(command.index) ?? []) {
    const letters = argument.replace(/[^a-zA-Z]/g, '').length
    // A class that is not closed would swallow what follows a NUL.
    if (letters > MOST_LETTERS || argument.includes('[')) return null
    let all: Bytes[] = ['']
    for (const char of argument) {
      const [small, large] = [lower(char), /[a-z]/.test(char) ? char.toUpperCase() : char]
      all = all.flatMap((start) => (small === large ? [start + char] : [start + small, start + large]))
    }
    // Servers compare up to a NUL.
    for (const pattern of all) found.add(pattern).add(`${pattern}\0*`)
  }
  return [...found]
}
