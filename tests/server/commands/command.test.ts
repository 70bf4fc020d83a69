import { expect, test } from 'vitest'
import { encode } from '../../../src/resp/encode'
import { isError, type Reply } from '../../../src/resp/reply'
import { startServer } from '../../../src/server/start'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'

async function ask(id: TargetId, line: string, conf = ''): Promise<Reply> {
  const result = startServer({
    target: await loadTarget(id),
    conf,
    files: { read: () => null, write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
  })
  if (!result.started) throw new Error(result.message)
  const argv = line.split(' ')
  await result.server.prepare(argv)
  return (
    result.server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined }).send(argv)
      .replies[0] ?? null
  )
}

const text = (reply: Reply): string =>
  isError(reply) ? reply.text : encode(reply, 3).replaceAll('\r\n', ' ').trimEnd()

test.each<[TargetId, string, string]>([
  ['redis-8.0', 'COMMAND COUNT', ':265'],
  ['redis-8.0', 'COMMAND LIST FILTERBY PATTERN CONFIG|*ET', '*2 $10 config|set $10 config|get'],
  ['redis-8.0', 'COMMAND LIST FILTERBY ACLCAT nosuch', '*0'],
  [
    'redis-8.0',
    'COMMAND LIST FILTERBY MODULE vectorset',
    '*12 $4 VADD $5 VCARD $4 VDIM $4 VEMB $8 VGETATTR $5 VINFO $9 VISMEMBER $6 VLINKS $11 VRANDMEMBER $4 VREM $8 VSETATTR $4 VSIM',
  ],
  ['redis-8.0', 'COMMAND LIST FILTERBY X y', 'ERR syntax error'],
  [
    'redis-8.0',
    'COMMAND INFO nosuch config|help',
    '*2 _ *10 $11 config|help :2 ~2 +loading +stale :0 :0 :0 ~1 +@slow ~0 ~0 ~0',
  ],
  ['redis-8.0', 'COMMAND GETKEYSANDFLAGS SET a b', '*1 *2 $1 a ~2 +OW +update'],
  ['redis-8.0', 'COMMAND GETKEYS CONFIG nosuch', 'ERR Invalid command specified'],
  ['redis-8.0', 'COMMAND GETKEYS PING', 'ERR The command has no key arguments'],
  ['redis-8.0', 'COMMAND GETKEYS SET a', 'ERR Invalid number of arguments specified for command'],
  ['redis-8.0', 'COMMAND GETKEYS EVAL x 9 a', '*0'],
  ['redis-6.0', 'COMMAND GETKEYS EVAL x 9 a', 'ERR Invalid arguments specified for command'],
  ['redis-6.0', 'COMMAND LIST x', "ERR Unknown subcommand or wrong number of arguments for 'LIST'. Try COMMAND HELP."],
  [
    'redis-8.0',
    'COMMAND DOCS auth nosuch',
    '%1 $4 auth %5 $7 summary $8 Logs in. $5 since $5 1.0.0 $5 group $10 connection $10 complexity $60 O(N) where N is the number of passwords defined for the user ' +
      '$9 arguments *2 %5 $4 name $8 username $4 type $6 string $12 display_text $8 username $5 since $5 6.0.0 $5 flags ~1 +optional ' +
      '%3 $4 name $8 password $4 type $6 string $12 display_text $8 password',
  ],
])('%s: %s', async (id, line, expected) => {
  expect(text(await ask(id, line))).toBe(expected)
})

test('renamed commands are described under the name they were renamed to', async () => {
  const conf = 'rename-command config cfg\nrename-command flushall ""\n'
  expect(text(await ask('redis-8.0', 'COMMAND INFO config', conf))).toBe('*1 _')
  expect(text(await ask('redis-8.0', 'COMMAND INFO cfg|help', conf))).toContain('config|help')
  expect(text(await ask('redis-8.0', 'COMMAND COUNT', conf))).toBe(':264')
})
