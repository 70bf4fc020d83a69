import { expect, test } from 'vitest'
import { start, type World } from '../helper'

/** A client that runs lines and reads fields of INFO. */
async function begin(target: Parameters<typeof start>[0], conf: readonly string[] = ['save ""']) {
  const world: World = await start(target, conf)
  const client = world.client()
  const info = (...fields: string[]): string =>
    fields.map((field) => new RegExp(`\\n${field}:(\\S*)`).exec(String(client.say('info everything')))?.[1]).join(' ')
  return { world, say: (line: string) => client.say(line), info }
}

const STARTED = '+Background saving started'
const SCHEDULED = '+Background saving scheduled'
const IN_PROGRESS = '-ERR Background save already in progress'

test('SAVE clears the changes and moves LASTSAVE', async () => {
  const { world, say, info } = await begin('redis-8.0')
  const before = Number(say('lastsave'))
  say('mset a 1 b 2')
  world.wait(5000)
  expect(info('rdb_changes_since_last_save', 'rdb_saves')).toBe('2 0')
  expect(say('save')).toBe('+OK')
  expect(info('rdb_changes_since_last_save', 'rdb_saves', 'total_forks')).toBe('0 1 0')
  expect(say('lastsave')).toBe(before + 5)
  expect(say('save x')).toBe("-ERR wrong number of arguments for 'save' command")
})

test('BGSAVE runs for a while, or as long as rdb-key-save-delay says, and counts changes up to its start', async () => {
  const { world, say, info } = await begin('redis-8.0')
  say('config set rdb-key-save-delay 1000000')
  say('mset a 1 b 2')
  expect(say('bgsave')).toBe(STARTED)
  expect([say('bgsave'), say('bgsave schedule'), say('save')]).toEqual([IN_PROGRESS, IN_PROGRESS, IN_PROGRESS])
  say('set c 3')
  expect(info('rdb_changes_since_last_save', 'rdb_bgsave_in_progress', 'rdb_saves', 'total_forks')).toBe('3 1 1 1')
  world.wait(1000)
  expect(info('rdb_bgsave_in_progress', 'rdb_current_bgsave_time_sec', 'rdb_last_bgsave_time_sec')).toBe('1 1 -1')
  world.wait(1100)
  expect(info('rdb_changes_since_last_save', 'rdb_bgsave_in_progress', 'rdb_last_bgsave_time_sec')).toBe('1 0 2')
  expect([say('bgsave x'), say('bgsave schedule x'), say('bgsave cancel')]).toEqual(
    new Array(3).fill('-ERR syntax error'),
  )
})

test('BGREWRITEAOF waits for a snapshot, and a snapshot for it', async () => {
  const { world, say, info } = await begin('redis-8.0')
  expect(say('bgrewriteaof')).toBe('+Background append only file rewriting started')
  expect(say('bgrewriteaof')).toBe('-ERR Background append only file rewriting already in progress')
  expect(say('bgsave')).toMatch(/^-ERR Another child process is active \(AOF\?\): can't BGSAVE right now\. Use/)
  expect(say('save')).toBe('+OK')
  expect(say('bgsave schedule')).toBe(SCHEDULED)
  world.wait(200)
  expect(info('rdb_bgsave_in_progress', 'aof_rewrite_in_progress', 'aof_last_rewrite_time_sec')).toBe('1 0 0')
  expect(say('bgrewriteaof')).toBe('+Background append only file rewriting scheduled')
  expect(info('aof_rewrite_scheduled', 'aof_rewrites')).toBe('1 1')
  world.wait(200)
  expect(info('aof_rewrite_scheduled', 'aof_rewrite_in_progress', 'aof_rewrites')).toBe('0 1 2')
  say('config resetstat')
  expect(info('aof_rewrites', 'rdb_saves', 'total_forks')).toBe('0 0 0')
})

test('within a transaction, saves run after it since 7.0', async () => {
  const { world, say, info } = await begin('redis-8.0')
  say('multi')
  expect(say('save')).toBe('-ERR Command not allowed inside a transaction')
  say('discard')
  say('multi')
  say('bgsave')
  say('bgrewriteaof')
  expect(say('exec')).toEqual([SCHEDULED, '+Background append only file rewriting scheduled'])
  expect(info('rdb_bgsave_in_progress', 'aof_rewrite_in_progress', 'aof_rewrite_scheduled')).toBe('0 0 1')
  world.wait(10)
  expect(info('rdb_bgsave_in_progress', 'aof_rewrite_in_progress')).toBe('0 1')
  world.wait(200)
  expect(info('rdb_bgsave_in_progress', 'aof_rewrite_in_progress')).toBe('1 0')
  const old = await begin('redis-6.2')
  old.say('multi')
  old.say('bgsave')
  expect(old.say('exec')).toEqual([STARTED])
})

test('Valkey cancels a snapshot, running or scheduled', async () => {
  const { world, say, info } = await begin('valkey-8.1')
  const nothing = '-ERR Background saving is currently not in progress or scheduled'
  expect(say('bgsave cancel')).toBe(nothing)
  say('set a 1')
  say('bgsave')
  expect(say('bgsave cancel')).toBe('+Background saving cancelled')
  world.wait(200)
  expect(info('rdb_changes_since_last_save', 'rdb_bgsave_in_progress', 'rdb_last_bgsave_time_sec')).toBe('1 0 0')
  say('bgrewriteaof')
  say('bgsave schedule')
  expect(say('bgsave cancel')).toBe('+Scheduled background saving cancelled')
  expect(say('bgsave cancel')).toBe(nothing)
})

test('save points start a snapshot, FLUSHALL and DEBUG RELOAD save', async () => {
  const { world, say, info } = await begin('redis-8.0', ['save 60 2', 'enable-debug-command yes'])
  say('set a 1')
  world.wait(61_000)
  expect(info('rdb_bgsave_in_progress')).toBe('0')
  say('set b 1')
  world.wait(10)
  expect(info('rdb_bgsave_in_progress', 'rdb_changes_since_last_save')).toBe('1 2')
  world.wait(200)
  expect(info('rdb_bgsave_in_progress', 'rdb_changes_since_last_save')).toBe('0 0')
  for (const line of ['flushall', 'debug reload']) {
    say('set c 1')
    world.wait(2000)
    const before = Number(say('lastsave'))
    say(line)
    expect([line, info('rdb_changes_since_last_save'), Number(say('lastsave')) > before]).toEqual([line, '0', true])
  }
  const without = await begin('redis-8.0')
  without.say('set a 1')
  without.say('flushall')
  expect(without.info('rdb_changes_since_last_save')).toBe('2')
})

test('a hidden directive is reported by its full name only', async () => {
  const { say } = await begin('redis-8.0')
  expect(say('config get rdb-key-save-delay')).toEqual({ 'rdb-key-save-delay': '0' })
  expect(say('config get rdb-key*')).toEqual({})
  expect(say('config get repl-rdb-channel')).toEqual({ 'repl-rdb-channel': 'yes' })
  expect((await begin('valkey-8.1')).say('config get repl-rdb-channel')).toEqual({})
})
