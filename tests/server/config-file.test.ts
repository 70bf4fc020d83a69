import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { parseConfigFile } from '../../src/server/config-file'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'
import { seededRandom } from '../conformance/replay'
import { refuse, start } from './helper'

describe('redis.conf is split into lines and words', () => {
  test('comments and empty lines are skipped, quotes resolved', () => {
    const lines = parseConfigFile('# note\n\n  Bind  127.0.0.1 "::1"  \r\nuser a "~a b" \'>it\\\'s\' "\\x41\\n"\n')
    expect(lines.map((line) => line.words)).toEqual([
      ['bind', '127.0.0.1', '::1'],
      ['user', 'a', '~a b', ">it's", 'A\n'],
    ])
    expect(lines.map((line) => line.text)).toEqual(['Bind  127.0.0.1 "::1"', 'user a "~a b" \'>it\\\'s\' "\\x41\\n"'])
  })

  test('every word has its place, in units of the text', () => {
    const text = 'requirepass é\nuser "ü b" on'
    const [first, second] = parseConfigFile(fromText(text))
    expect(first?.wordSpans.map((s) => text.slice(s.from, s.to))).toEqual(['requirepass', 'é'])
    expect(second?.wordSpans.map((s) => text.slice(s.from, s.to))).toEqual(['user', '"ü b"', 'on'])
    expect(second?.span.line).toBe(2)
    const wide = 'user 😀漢é on\nuser b 😀'
    expect(
      parseConfigFile(fromText(wide)).flatMap(({ wordSpans }) => wordSpans.map((s) => wide.slice(s.from, s.to))),
    ).toEqual(['user', '😀漢é', 'on', 'user', 'b', '😀'])
  })

  test('unbalanced quotes are known', () => {
    expect(parseConfigFile('port "1').map((line) => line.words)).toEqual([null])
    expect(parseConfigFile('port "1"2').map((line) => line.words)).toEqual([null])
  })
})

const fatal = (line: number, text: string, reason: string, release = 'Redis 8.0.2'): string =>
  `*** FATAL CONFIG FILE ERROR (${release}) ***\nReading the configuration file, at line ${line}\n>>> '${text}'\n${reason}`

describe('what a server refuses to start on, in its words', () => {
  test.each([
    ['port 1 2', 'wrong number of arguments'],
    ['port "1', 'Unbalanced quotes in configuration line'],
    ['requirepass', 'wrong number of arguments'],
    ['user', 'Bad directive or wrong number of arguments'],
    ['user a b', "Error in user declaration 'user': Syntax error"],
    ['user a on (+get', "Error in user declaration 'a': Wrong format"],
    ['user a on %R~x (%R~y +get', "Error in user declaration 'on': Wrong format"],
    ['rename-command nosuch x', 'No such command in rename-command'],
    ['rename-command get set', 'Target command name already exists'],
    ['maxmemory x', 'argument must be a memory value'],
    ['port x', "argument couldn't be parsed into an integer"],
    ['databases 0', 'argument must be between 1 and 2147483647 inclusive'],
    ['protected-mode maybe', "argument must be 'yes' or 'no'"],
    ['save 1', 'Invalid save parameters'],
    ['replicaof x', 'wrong number of arguments'],
    ['notify-keyspace-events q', "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."],
    ['maxclients 0', 'argument must be between 1 and 4294967295 inclusive'],
    ['acl-pubsub-default x', 'argument(s) must be one of the following: allchannels, resetchannels'],
    ['sentinel monitor a', 'sentinel directive while not in sentinel mode'],
    ['shutdown-on-sigint foo', 'argument(s) must be one of the following: default, save, nosave, now, force'],
    ['client-output-buffer-limit normal 0 0', 'Wrong number of arguments in buffer limit configuration.'],
    ['unixsocketperm 8', "argument couldn't be parsed as an octal number"],
  ])('%s', async (line, reason) => {
    expect(await refuse('redis-8.0', ['# first', line])).toEqual({
      message: fatal(2, line, reason),
      lines: [2],
      crash: false,
    })
  })

  test('releases introduce themselves differently', async () => {
    expect((await refuse('valkey-8.1', ['port x'])).message).toBe(
      fatal(1, 'port x', "argument couldn't be parsed into an integer", 'Version 8.1.1'),
    )
    expect((await refuse('valkey-7.2', ['port x'])).message).toContain('(Redis 7.2.4)')
    expect((await refuse('redis-6.0', ['enable-debug-command yes'])).message).toContain('(Redis 6.0.20)')
  })

  test("an unknown directive with one argument may be a module's: it is told at the end, where the release thinks so", async () => {
    expect((await refuse('redis-8.0', ['nosuch 1'])).message).toBe(
      "Unresolved Configuration(s) Detected:\n>>> 'nosuch 1'\nModule Configuration detected without loadmodule directive or no ApplyConfig call: aborting",
    )
    expect((await refuse('redis-7.2', ['nosuch 1'])).message).toContain('Bad directive or wrong number of arguments')
  })

  test('users', async () => {
    expect((await refuse('redis-8.0', ['user a on', 'user a off'])).message).toBe(
      fatal(
        2,
        'user a off',
        "Error in user declaration 'a': Duplicate user found. A user can only be defined once in config files",
      ),
    )
    expect((await refuse('redis-8.0', ['user "a b" on'])).message).toBe(
      'Spaces not allowed in ACL usernames\nCritical error while loading ACLs. Exiting.',
    )
    expect((await refuse('redis-8.0', ['user a on +nosuch'])).message).toBe(
      "Error loading ACL rule '+nosuch' for the user named 'a': Unknown command or category name in ACL\nCritical error while loading ACLs. Exiting.",
    )
    expect((await refuse('valkey-8.1', ['aclfile u.acl', 'user a on'])).message).toMatch(
      /^Configuring Valkey with users defined in valkey\.conf and at the same setting/,
    )
    expect((await refuse('redis-7.2', ['aclfile none.acl'])).message).toBe(
      "Aborting Redis startup because of ACL errors: Error loading ACLs, opening file 'none.acl': No such file or directory",
    )
  })

  test('a parenthesis left open in the ACL file crashes the server', async () => {
    expect((await refuse('redis-7.2', ['aclfile u.acl'], { files: { 'u.acl': 'user a on (+get\n' } })).crash).toBe(true)
  })

  test('an include that is not there', async () => {
    expect((await refuse('redis-7.2', ['include nofile'])).message).toBe(
      "Fatal error, can't open config file 'nofile': No such file or directory",
    )
  })
})

describe('what is configured holds', () => {
  test('users with quoted values, requirepass as a layer over them, includes', async () => {
    const world = await start('redis-7.2', ['include more.conf', 'user bob on ">p w" "~a:*" +@read', 'databases 2'], {
      files: { 'more.conf': 'requirepass sekret\n' },
    })
    const client = world.client()
    expect(client.say('get a')).toBe('-NOAUTH Authentication required.')
    expect(client.say('auth bob "p w"')).toBe('+OK')
    expect(client.say('get a:b')).toBeNull()
    expect(client.say('auth sekret')).toBe('+OK')
    expect(client.say('select 2')).toBe('-ERR DB index is out of range')
  })

  test('the ACL file wins over requirepass', async () => {
    const world = await start('redis-7.2', ['requirepass sekret', 'aclfile u.acl'], {
      files: { 'u.acl': 'user default on nopass ~* &* +@all\n' },
    })
    expect(world.client().say('get a')).toBeNull()
  })

  test('save lines add up, and directives of older releases do no harm', async () => {
    const client = (
      await start('redis-8.0', ['save 900 1', 'save 300 10', 'io-threads-do-reads yes', 'list-max-ziplist-value 3'])
    ).client()
    expect(client.say('config get save')).toEqual({ save: '900 1 300 10' })
  })

  test.each([
    [['save 60 1', 'save ""'], ''],
    [['save ""', 'save 60 1'], '60 1'],
    [['save 60 1', 'save'], '60 1'],
    [['save "60 1 70 2"', 'save "80 3"'], '60 1 70 2 80 3'],
    [['save'], ''],
  ])('the lines %j set save to %j', async (lines, value) => {
    const client = (await start('redis-8.0', lines)).client()
    expect(client.say('config get save')).toEqual({ save: value })
  })

  test('what is not simulated is noted', async () => {
    const result = startServer({
      target: await loadTarget('redis-7.2'),
      conf: 'replicaof 10.0.0.1 6379\nloadmodule /x.so\ncluster-enabled no\n',
      files: { read: () => null, write: () => undefined },
      clock: { now: () => 0 },
      random: seededRandom(1),
    })
    expect(result).toMatchObject({
      started: true,
      notes: [{ message: 'replicaof is not simulated', span: { line: 1 } }, { message: 'loadmodule is not simulated' }],
    })
  })

  test('unknown directives are noted where that is asked for', async () => {
    const result = startServer({
      target: await loadTarget('redis-7.2'),
      conf: 'nosuch 1\nport 7000\n',
      files: { read: () => null, write: () => undefined },
      clock: { now: () => 0 },
      random: seededRandom(1),
      unknownDirectives: 'note',
    })
    expect(result).toMatchObject({ started: true, notes: [{ span: { line: 1 } }] })
  })

  test('CONFIG REWRITE puts lines up to date in their place and adds the rest', async () => {
    const world = await start('redis-7.2', ['# mine', 'maxclients 5', 'user bob on nopass +get'], {
      files: { 'redis.conf': '# mine\nmaxclients 5\nuser bob on nopass +get\n' },
    })
    const client = world.client()
    client.say('config set maxclients 7 timeout 3 requirepass "a b"')
    client.say('acl setuser bob ~x')
    expect(client.say('config rewrite')).toBe('+OK')
    expect(world.files.read('redis.conf')?.split('\n')).toEqual([
      '# mine',
      'maxclients 7',
      'user bob on nopass sanitize-payload ~x resetchannels -@all +get',
      '',
      '# Generated by CONFIG REWRITE',
      'timeout 3',
      'requirepass "a b"',
      'save 3600 1',
      'save 300 100',
      'save 60 10000',
      'latency-tracking-info-percentiles 50 99 99.9',
      expect.stringMatching(/^user default on sanitize-payload #[0-9a-f]{64} ~\* &\* \+@all$/),
      '',
    ])
    expect((await start('redis-7.2', [], { options: { confPath: null } })).client().say('config rewrite')).toBe(
      '-ERR The server is running without a config file',
    )
  })
})

test('CONFIG REWRITE writes what a server reads again, and leaves an empty line where there is nothing to say any more', async () => {
  const rewritten = async (conf: readonly string[], ...lines: readonly string[]): Promise<string> => {
    const world = await start('redis-8.0', conf, { files: { 'redis.conf': `${conf.join('\n')}\n` } })
    const client = world.client()
    for (const line of [...lines, 'config rewrite'])
      expect(client.say(line)).toEqual(line.startsWith('acl deluser') ? 1 : '+OK')
    const text = world.files.read('redis.conf') ?? ''
    expect([...(await start('redis-8.0', text.split('\n'))).server.users].map(({ name }) => name)).toEqual(
      [...world.server.users].map(({ name }) => name),
    )
    return text
  }
  // As Redis 8.0.2 writes it.
  expect(
    await rewritten(
      [
        'requirepass a',
        'masterauth b',
        'bind 127.0.0.1',
        '# c',
        'maxmemory 100mb',
        'maxmemory 1gb',
        'notify-keyspace-events KEA',
        'user bob on',
        'user al on >x',
        'user bob2 on',
        'port 52973',
      ],
      'auth a',
      'config set requirepass "" masterauth ""',
      'acl setuser zoe on',
      'acl deluser bob',
      'config set bind "* -::*" maxmemory 1500',
    ),
  ).toBe(
    '\n# c\nmaxmemory 1500\n\nnotify-keyspace-events "AKE"\nuser al on sanitize-payload #2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 resetchannels -@all\n' +
      'user bob2 on sanitize-payload resetchannels -@all\nuser default on nopass sanitize-payload ~* &* +@all\nport 52973\n\n# Generated by CONFIG REWRITE\nsave 3600 1\nsave 300 100\nsave 60 10000\nlatency-tracking-info-percentiles 50 99 99.9\nuser zoe on sanitize-payload resetchannels -@all\n',
  )
  expect(
    await rewritten(
      ['bind 127.0.0.1', 'unixsocket /run/redis.sock', 'maxmemory 1gb', 'proto-max-bulk-len 10mb'],
      'config set bind ""',
      'config set maxmemory 3072 proto-max-bulk-len 600mb',
    ),
  ).toBe(
    'bind ""\nunixsocket "/run/redis.sock"\nmaxmemory 3kb\nproto-max-bulk-len 600mb\n\n# Generated by CONFIG REWRITE\nsave 3600 1\nsave 300 100\nsave 60 10000\nlatency-tracking-info-percentiles 50 99 99.9\nuser default on nopass sanitize-payload ~* &* +@all\n',
  )
})

test('no configuration throws', async () => {
  const target = await loadTarget('redis-7.2')
  const word = fc.oneof(
    fc.constantFrom(
      'user',
      'bind',
      'port',
      'aclfile',
      'include',
      'rename-command',
      'save',
      '"',
      "'",
      '(',
      'on',
      '+get',
      '1',
      'yes',
      '\\x',
      'requirepass',
    ),
    fc.string({ maxLength: 6 }),
  )
  const conf = fc
    .array(
      fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')),
      { maxLength: 6 },
    )
    .map((lines) => fromText(lines.join('\n')))
  fc.assert(
    fc.property(conf, (content) => {
      startServer({
        target,
        conf: content,
        files: { read: () => content, write: () => undefined },
        clock: { now: () => 0 },
        random: seededRandom(1),
      })
    }),
    { numRuns: 500 },
  )
})
