import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { mergeSelectors } from '../../src/acl/merge'
import { splitWords } from '../../src/acl/split'
import { Users } from '../../src/acl/users'
import { cheatEntries } from '../../src/analysis/cheat-sheet'
import { catalogue } from '../../src/analysis/diagnostics/catalogue'
import { confCatalogue } from '../../src/analysis/diagnostics/conf/catalogue'
import { fileCatalogue } from '../../src/analysis/diagnostics/file/catalogue'
import { checklist, unknownClientSide } from '../../src/analysis/checklist'
import { parseExpectation } from '../../src/analysis/expectations/parse'
import { targets, type TargetId } from '../../src/targets/list'
import { loadTarget } from '../../src/targets/load'
import {
  course,
  goalText,
  lessonByChecklistItem,
  lessonByDiagnostic,
  lessonOf,
  parts,
  type Lesson,
} from '../../src/workspace/course/course'
import { cheatAnchors } from '../../src/workspace/course/lesson'
import { serverFor } from '../../src/workspace/course/grade'
import { claims } from './course-claims'

const ids = targets.map(({ id }) => id)

const textsOf = (lesson: Lesson, id: TargetId): string[] => [
  ...lesson.text(id),
  lesson.task(id),
  ...lesson.hints(id).map(({ text }) => text),
  ...lesson.goals(id).map(goalText),
]

test('there are twenty lessons with ids of their own, in the order of the parts', () => {
  expect(course).toHaveLength(20)
  expect(new Set(course.map(({ id }) => id)).size).toBe(20)
  expect([...new Set(course.map(({ part }) => part))]).toEqual(parts.map(({ id }) => id))
  const places = course.map(({ part }) => parts.findIndex(({ id }) => id === part))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  for (const { id } of course) expect(id).toMatch(/^[a-z-]+$/)
})

test('a lesson that is missing on some targets tells why, and each target has at least twelve', () => {
  for (const lesson of course) {
    const missing = ids.filter((id) => !lesson.isAvailable(id))
    expect([lesson.id, lesson.needs !== null]).toEqual([lesson.id, missing.length > 0])
  }
  for (const id of ids) expect(course.filter((lesson) => lesson.isAvailable(id)).length).toBeGreaterThanOrEqual(12)
})

describe('links and words', () => {
  test('texts have 60 to 120 words', () => {
    for (const lesson of course) {
      for (const id of ids.filter((one) => lesson.isAvailable(one))) {
        const text = lesson
          .text(id)
          .join(' ')
          .replace(/\]\([^)]*\)/g, ']')
        const words = text.trim().split(/\s+/).length
        expect([lesson.id, id, words >= 60 && words <= 120, words]).toEqual([lesson.id, id, true, words])
      }
    }
  })

  test('links lead to places that exist, and backticks are in pairs', () => {
    for (const lesson of course) {
      for (const id of ids.filter((one) => lesson.isAvailable(one))) {
        for (const text of textsOf(lesson, id)) {
          expect([text, (text.match(/`/g) ?? []).length % 2]).toEqual([text, 0])
          for (const [, href = ''] of text.matchAll(/\]\(([^)]*)\)/g))
            expect([href, resolves(href)]).toEqual([href, true])
        }
        for (const hint of lesson.hints(id))
          if (hint.kind === 'rule' && hint.cheat !== null) expect(cheatAnchors).toContain(hint.cheat)
      }
      for (const { href } of lesson.reference) expect([href, resolves(href)]).toEqual([href, true])
      expect(lesson.reference.length).toBeGreaterThan(0)
    }
  })
})

/** Returns the anchor that GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/ /g, '-')

function resolves(href: string): boolean {
  if (href.startsWith('https://')) return URL.canParse(href)
  const [, kind = '', place = ''] = /^#(cheat|learn|docs)\/(.+)$/.exec(href) ?? []
  if (kind === 'cheat') return (cheatAnchors as readonly string[]).includes(place)
  if (kind === 'learn') return lessonOf(place) !== null
  const [name = '', anchor] = place.split('#')
  const path = `docs/${name}.md`
  if (kind !== 'docs' || !existsSync(path)) return false
  const headings = Array.from(readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm), ([, heading = '']) => heading)
  return anchor === undefined || headings.some((heading) => anchorOf(heading) === anchor)
}

test('hints lead to rules of the cheat sheet', () => {
  const rules = Object.values(cheatEntries).flatMap((entries) => entries.map(({ id }) => id))
  expect(cheatAnchors.filter((anchor) => !rules.includes(anchor))).toEqual([])
})

describe('code in backticks', () => {
  /** Rules that texts show because they are wrong or mean something else, and parts of rules. */
  const notRules = new Set([
    '%R',
    '%W',
    '&',
    '~',
    '-',
    '+',
    '+@',
    '#',
    '>',
    '(',
    '|',
    '^',
    '.',
    '*',
    '?',
    '[ab]',
    '%R~',
    '%W~',
    '%RW~',
    '>secret',
    '<secret',
  ])
  /** Rules that a text shows as errors: in 6.2 a channel pattern needs `resetchannels` before it. */
  const isError = (code: string, id: TargetId): boolean =>
    code === '+sett' ||
    (code === '-config|set' && id.startsWith('redis-6')) ||
    (id === 'redis-6.2' && /^&[^*]/.test(code))
  const isRule = (word: string): boolean =>
    /^[+\-~%&#(]/.test(word) || ['on', 'off', 'nopass', 'resetkeys', 'resetchannels', 'nocommands'].includes(word)

  test('rules are accepted by every server that the text is for, but for those that it calls errors', async () => {
    let checked = 0
    for (const id of ids) {
      const target = await loadTarget(id)
      for (const lesson of course.filter((one) => one.isAvailable(id))) {
        for (const text of textsOf(lesson, id)) {
          for (const [, code = ''] of text.matchAll(/`([^`]+)`/g)) {
            const words = code.split(' ')
            if (notRules.has(code) || !isRule(words[0] ?? '')) continue
            if (!words.every(isRule) && !code.includes('(')) continue
            const user = new Users(target.table, target.behaviours).newUser('app')
            const merged = target.behaviours.hasSelectors
              ? mergeSelectors(words)
              : words.map((word) => ({ text: word }))
            const failed =
              typeof merged === 'number' || merged.some(({ text: rule }) => user.apply(fromText(rule)) !== null)
            expect([id, lesson.id, code, failed]).toEqual([id, lesson.id, code, isError(code, id)])
            checked++
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(500)
  })

  test('user lines load, commands exist, and sentences parse', async () => {
    let checked = 0
    for (const id of ids) {
      const target = await loadTarget(id)
      for (const lesson of course.filter((one) => one.isAvailable(id))) {
        for (const text of textsOf(lesson, id)) {
          for (const [, code = ''] of text.matchAll(/`([^`]+)`/g)) {
            const [first = '', second = ''] = code.split(' ')
            if (first === 'user' && second !== '') {
              expect([id, code, typeof serverFor(target, { acl: `${code}\n`, conf: 'aclfile users.acl\n' })]).toEqual([
                id,
                code,
                'object',
              ])
              checked++
            } else if (/^[A-Z]{3,}$/.test(first)) {
              expect([id, lesson.id, code, target.table.find(first.toLowerCase()) !== undefined]).toEqual([
                id,
                lesson.id,
                code,
                true,
              ])
              checked++
            } else if (/ (?:can|cannot) /.test(code) && !code.includes('…')) {
              expect([code, parseExpectation(code)]).toMatchObject([code, { text: code }])
              checked++
            }
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(200)
  })
})

test('what texts claim of rules is what the engine decides', async () => {
  for (const id of ids) {
    const target = await loadTarget(id)
    for (const { lesson, rules, line, outcome } of claims) {
      if (lessonOf(lesson)?.isAvailable(id) !== true) continue
      const server = serverFor(target, { acl: `user u on nopass ${rules}\n`, conf: 'aclfile users.acl\n' })
      if (typeof server === 'string') throw new Error(`${id}: ${rules}: ${server}`)
      const decision = server.judge('u', splitWords(line)?.map(({ text }) => text) ?? [])
      expect([id, rules, line, decision?.reason ?? 'allowed']).toEqual([id, rules, line, outcome])
    }
  }
})

test('the documentation lists all lessons, in order', () => {
  const lines = readFileSync('docs/playground.md', 'utf8').split('\n')
  const listed = lines.flatMap((line) => /^- `#learn\/([a-z-]+)` (.*)$/.exec(line)?.slice(1, 3) ?? [])
  expect(listed).toEqual(
    course.flatMap(({ id, title, needs }) => [
      id,
      needs === null ? title : `${title} (${/(?:Redis|Valkey) .*(?=\.$)/.exec(needs)?.[0] ?? ''})`,
    ]),
  )
})

describe('what leads to lessons', () => {
  /** Diagnostics that no lesson explains, with the reason. */
  const withoutLesson: Readonly<Record<string, string>> = {
    'consumer-groups': 'about one command of streams; its section says it all',
    'multi-without-exec': 'a slip that its fix mends',
    'always-allowed': 'about AUTH and HELLO, which need no rule',
    'db-replaces': 'Valkey 9.1 only',
    'db-default-0': 'Valkey 9.1 only',
    'unloadable-list': 'about reading ACL LIST by programs',
  }

  test('each diagnostic has a lesson, or a reason for having none', () => {
    const codes = [...catalogue, ...fileCatalogue, ...confCatalogue].map(({ code }) => code as string)
    const listed = [...lessonByDiagnostic.keys(), ...Object.keys(withoutLesson)]
    expect(listed.toSorted()).toEqual([...new Set(codes)].toSorted())
    for (const id of lessonByDiagnostic.values()) expect(lessonOf(id)).not.toBeNull()
  })

  test('each item of the checklist has a lesson', async () => {
    const items = checklist({ target: await loadTarget('redis-8.0'), acl: '', conf: '', client: unknownClientSide })
    expect([...lessonByChecklistItem.keys()].toSorted()).toEqual(items.map(({ id }) => id as string).toSorted())
  })

  test('nothing is explained in two lessons', () => {
    for (const list of [course.flatMap(({ diagnostics }) => diagnostics), course.flatMap((one) => one.checklist)])
      expect(list).toHaveLength(new Set(list).size)
  })
})

/** The sections of the security chapter, with the lessons that cover them and a word that each of these texts has. */
const chapter: readonly (readonly [section: string, lesson: string, word: string])[] = [
  ['A server is for trusted clients in a trusted network', 'fresh-server', 'trusted'],
  ['Protected mode', 'network', 'Protected mode'],
  ['bind', 'network', 'bind 127.0.0.1'],
  ['Unix socket and its permissions', 'network', 'unixsocketperm 700'],
  ['requirepass as a layer over ACLs', 'network', 'requirepass'],
  ['AUTH', 'network', 'AUTH'],
  ['Passwords: long, random', 'user', '32 random characters'],
  ['Passwords: not in version control', 'user', 'version control'],
  ['Passwords: from the environment or a secrets manager', 'user', 'secrets manager'],
  ['A million guesses a second', 'user', 'million passwords'],
  ['ACL SETUSER', 'acl-file', 'ACL SETUSER'],
  ['ACL WHOAMI', 'fresh-server', 'ACL WHOAMI'],
  ['ACL CAT', 'commands', 'ACL CAT'],
  ['ACL LOG', 'acl-log', 'ACL LOG'],
  ['acllog-max-len', 'acl-log', 'acllog-max-len'],
  ['Rules: on, off', 'fresh-server', 'off'],
  ['Rules: passwords, nopass', 'user', 'nopass'],
  ['Rules: key patterns', 'keys', '~app:*'],
  ['Rules: %R and %W', 'read-write', '%R~app:*'],
  ['Rules: commands', 'commands', '+get'],
  ['Rules: categories', 'commands', '+@read'],
  ['Rules: subcommands', 'subcommands', '+config|get'],
  ['Rules: channels', 'channels', '&chat:*'],
  ['Rules: reset words', 'order', 'resetkeys'],
  ['Selectors', 'selectors', 'selector'],
  ['The split user', 'read-write', '%W~app:*'],
  ['The application user without dangerous commands', 'order', '-@dangerous'],
  ['The pub/sub user', 'channels', 'PSUBSCRIBE'],
  ['ACL file', 'acl-file', 'aclfile users.acl'],
  ['ACL file and requirepass', 'network', 'An ACL file overrides it'],
  ['rename-command', 'directives', 'rename-command FLUSHALL'],
  ['enable-protected-configs', 'directives', 'enable-protected-configs'],
  ['enable-debug-command', 'directives', 'enable-debug-command'],
  ['enable-module-command', 'directives', 'enable-module-command'],
  ['Hardening: TLS', 'network', 'TLS'],
  ['Hardening: firewall', 'network', 'firewall'],
  ['Hardening: security events', 'acl-log', 'loglevel notice'],
  ['Hardening: dangerous commands of the default user', 'fresh-server', 'default'],
  ['Checklist: a user per application', 'commands', 'a user of its own'],
  ['Checklist: audit ACL LOG', 'acl-log', 'regularly'],
  ['Checklist: log-in failures', 'acl-log', 'failed log-in'],
  ['Checklist: kept up to date', 'upgrade', 'updates'],
]

test.each(chapter)('%s is covered by the lesson %s', (_, id, word) => {
  const lesson = lessonOf(id)
  expect(lesson === null ? '' : textsOf(lesson, 'redis-8.0').join(' ')).toContain(word)
})
