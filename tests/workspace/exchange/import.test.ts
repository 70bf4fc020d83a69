import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromText, type Bytes } from '../../../src/acl/bytes'
import { Users } from '../../../src/acl/users'
import { renderText } from '../../../src/resp/render'
import { userReply } from '../../../src/server/commands/acl-replies'
import { loadTarget } from '../../../src/targets/load'
import {
  detectFormat,
  importFormats,
  importText,
  type ImportFormat,
  type ImportResult,
} from '../../../src/workspace/import'
import { runs } from '../../runs'
import { codePoint } from '../../code-point'

const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
const behaviours = { hasChannels: true, hasRoles: true }

async function read(text: string, format?: ImportFormat): Promise<ImportResult> {
  const read = await importText(text, { behaviours, ...(format && { format }) })
  if (!read.ok) throw new Error(read.message)
  return read.result
}
const kinds = ({ notes }: ImportResult): string[] => notes.map(({ kind, user }) => `${kind} ${user}`)

describe('ACL files and listings', () => {
  test('lines stay as they are; comments are left out and told', async () => {
    const result = await read('# the app\nuser app on >pw ~a  +get (~b +set)\r\nuser default off\n')
    expect(result).toMatchObject({
      format: 'acl-file',
      acl: 'user app on >pw ~a +get (~b +set)\nuser default off\n',
      conf: null,
    })
    expect(kinds(result)).toEqual(['changed null'])
  })
  test('ACL LIST on a terminal', async () => {
    const result = await read(
      '127.0.0.1:6379> ACL LIST\n1) "user app on ~a\\"b &* +@all"\n2) "user default on nopass sanitize-payload ~* &* +@all"\n127.0.0.1:6379> ',
    )
    expect(result.acl).toBe('user app on ~a"b &* +@all\nuser default on nopass sanitize-payload ~* &* +@all\n')
  })
  test('a numbered list keeps every user, padded or not, and what is no user is told', async () => {
    const lines = Array.from({ length: 101 }, (_, i) => `user u${i} on nopass ~a${i} &* +get`)
    const numbered = (width: number): string =>
      lines.map((line, i) => `${String(i + 1).padStart(width)}) "${line}"\n`).join('')
    for (const width of [0, 3]) {
      const result = await read(numbered(width))
      expect([width, result.acl.trim().split('\n'), kinds(result)]).toEqual([width, lines, []])
    }
    const result = await read(`${numbered(0)}102) "user cut on\n103) (nil)\nuser beside on\n`)
    expect(result.acl.trim().split('\n')).toEqual(lines)
    expect(kinds(result)).toEqual(['lost null', 'lost null', 'lost null'])
  })
  test.each([
    ['user app on (%R~<<a)\nuser b off\n', 'acl-file'],
    ['# note\nuser << on &a\nuser ! on\n', 'acl-file'],
    ['on (&\u2028app: +get)', 'access-string'],
  ])('no pattern or name looks like another format: %j', (text, format) => {
    expect(detectFormat(text)?.format).toBe(format)
  })
  test('a list shows memory: quotes, parentheses and a star among other patterns mean themselves', async () =>
    expect(
      (
        await read(
          '1) "user a on ~x) ~(y ~q\\"\\\\ resetchannels -@all (~p) ~it\'s resetchannels -@all +get) (~* ~b &* +@all)"',
        )
      ).acl,
    ).toBe(
      'user a on ~x) ~(y ~q"\\ resetchannels -@all ("~p)" "~it\'s" resetchannels -@all +get) (%RW~* ~b &* +@all)\n',
    ))
  test('a byte order mark, a user twice, a parenthesis that is not closed', async () => {
    const result = await read('\ufeffuser a on\nuser a off\nuser b (+get')
    expect(result.acl).toBe('user a off\n')
    expect(kinds(result)).toEqual(['changed null', 'changed a', 'lost b'])
  })
})

describe('redis.conf', () => {
  test('user lines go to users.acl, quotes resolved, and the rest stays', async () => {
    const result = await read('port 6379\n# mine\nuser app on ">p w" \'~it\' (~a +get)\nprotected-mode yes\n')
    expect(result.acl).toBe(`user app on #${sha('p w')} ~it (~a +get)\n`)
    expect(result.conf).toBe('port 6379\n# mine\nprotected-mode yes\n\naclfile users.acl\n')
    expect(kinds(result)).toContain('changed app')
  })
  test('requirepass becomes the default user’s password, where no line says otherwise', async () => {
    expect((await read('requirepass pw\nuser app on ~a\n')).acl).toContain(
      `user default on #${sha('pw')} ~* &* +@all\n`,
    )
    expect((await read('requirepass pw\nuser default off\nport 1\n')).acl).toBe('user default off\n')
  })
  test('CONFIG GET', async () => {
    const result = await read('1) "requirepass"\n2) "a b"\n3) "bind"\n4) "127.0.0.1 -::1"\n5) "hz"\n6) "10"\n')
    expect(result).toMatchObject({ format: 'config-get', conf: 'requirepass "a b"\nbind 127.0.0.1 -::1\n', acl: '' })
    expect((await read('protected-mode\nyes\nrequirepass\n\n')).conf).toBe('protected-mode yes\nrequirepass ""\n')
  })
})

describe('ACL GETUSER', () => {
  const rules = [
    'on',
    `#${sha('pw')}`,
    '~app:*',
    '%R~a"b',
    '&news',
    '+@read',
    '+config|get',
    '(~b) +set)',
    '(%W~c +del)',
  ]
  const cases = (['redis-6.0', 'redis-6.2', 'redis-7.2', 'redis-8.0', 'valkey-9.1'] as const).flatMap((id) =>
    ([2, 3] as const).map((protocol) => [id, protocol] as const),
  )
  test.each(cases)('%s in RESP%d', async (id, protocol) => {
    const target = await loadTarget(id)
    const users = new Users(target.table, target.behaviours)
    for (const rule of ['resetchannels', ...rules, 'db=1,2']) users.setUser('app', [rule])
    const user = users.get('app')
    if (user === undefined) throw new Error('no user')
    const text = `127.0.0.1:6379> ACL GETUSER app\n${renderText(userReply(user, target.behaviours), protocol)}\n`
    expect(detectFormat(text)).toMatchObject({ format: 'acl-getuser' })
    const imported = await importText(text, { behaviours: target.behaviours })
    if (!imported.ok) throw new Error(imported.message)
    const again = new Users(target.table, target.behaviours)
    expect(again.setUser('app', imported.result.users[0]?.rules ?? [])).toBe(null)
    expect(again.get('app')?.describe()).toBe(user.describe())
  })
  test('plain lines, and JSON, neither with a name', async () => {
    const plain = await read(
      `flags\non\nsanitize-payload\npasswords\n${sha('pw')}\ncommands\n-@all +get\nkeys\n~a ~b\nchannels\n\nselectors\ncommands\n-@all +set\nkeys\n~c\nchannels\n\n`,
    )
    expect(plain.acl).toBe(
      `user imported on sanitize-payload #${sha('pw')} ~a ~b resetchannels -@all +get (~c resetchannels -@all +set)\n`,
    )
    const json = await read(
      JSON.stringify({
        flags: ['on', 'nopass'],
        passwords: [],
        commands: '+@all',
        keys: '~*',
        channels: '&*',
        selectors: [],
      }),
    )
    expect(json.acl).toBe('user imported on nopass ~* resetchannels &* +@all\n')
    expect(kinds(json)).toEqual(['changed imported'])
  })
})

describe('ACL SETUSER', () => {
  test('as typed into redis-cli: rules add up, reset starts over, DELUSER removes', async () => {
    const result = await read(
      '127.0.0.1:6379> ACL SETUSER app on ">p w" ~a\nOK\n127.0.0.1:6379> ACL SETUSER app +get\nOK\nACL SETUSER b on\nacl deluser b\nACL SETUSER c on ~x\nACL SETUSER c reset off\n',
    )
    expect(result.acl).toBe(`user app on #${sha('p w')} ~a +get\nuser c off\n`)
  })
  test('the default user starts as servers make it', async () => {
    expect((await read('ACL SETUSER default >pw')).acl).toBe('user default on nopass ~* &* +@all >pw\n')
    expect((await read('ACL SETUSER default reset on >pw')).acl).toBe('user default on >pw\n')
  })
  test('shell commands: quotes, variables, what a shell takes for itself', async () => {
    const result = await read(
      `redis-cli -h host -a "$ADMIN" ACL SETUSER app on '>it'\\''s' ">$PASSWORD" '~a*' \\\n  +get >/dev/null\nredis-cli --cluster call host:1 acl setuser b >pw &news '(~x +get)' | grep -v OK\n`,
    )
    expect(result.acl).toBe("user app on >it's ~a* +get\nuser b >pw &news (~x +get)\n")
    expect(kinds(result)).toEqual(['lost app', 'changed b', 'changed b'])
  })
})

describe('clouds and operators', () => {
  test('access strings', async () => {
    const result = await read('on ~app::* -@all +@read')
    expect(result).toMatchObject({ format: 'access-string', acl: 'user imported on ~app::* -@all +@read\n' })
    expect((await read('# user a\non ~a +get\n\n# user b\noff -@all\n')).acl).toBe(
      'user a on ~a +get\nuser b off -@all\n',
    )
  })
  test('what the AWS command line prints', async () => {
    const result = await read(
      JSON.stringify({
        Users: [
          {
            UserId: 'app-id',
            UserName: 'app',
            Status: 'active',
            AccessString: 'on ~* +@all',
            Authentication: { Type: 'password' },
          },
          { Name: 'b', AccessString: 'on ~b', Authentication: { Type: 'no-password' } },
        ],
      }),
    )
    expect(result.acl).toBe('user app on ~* +@all\nuser b nopass on ~b\n')
  })
  test('Aiven', async () => {
    const result = await read(
      JSON.stringify({
        users: [
          {
            username: 'app',
            password: 'pw',
            access_control: {
              redis_acl_categories: ['+@read', '-@dangerous'],
              redis_acl_commands: ['+set'],
              redis_acl_keys: ['app:*'],
              redis_acl_channels: ['news'],
            },
          },
        ],
      }),
    )
    expect(result).toMatchObject({
      format: 'aiven',
      acl: 'user app on ~app:* resetchannels &news -@all +@read -@dangerous +set >pw\n',
    })
  })
  test.each([
    [
      'the Valkey chart',
      'auth:\n  enabled: true\n  aclUsers:\n    app:\n      permissions: "~app:* +@read"\n      password: pw\n',
      'user app on ~app:* +@read >pw\n',
    ],
    [
      'the Valkey chart’s file',
      'auth:\n  enabled: true\n  aclConfig: |\n    # mine\n    user app on ~app:*\n',
      'user app on ~app:*\n',
    ],
    [
      'Bitnami’s chart',
      'auth:\n  acl:\n    enabled: true\n    users:\n      - username: app\n        enabled: "on"\n        password: pw\n        keys: "~app:*"\n        channels: "&*"\n        commands: "+@read"\n',
      'user app on ~app:* &* +@read >pw\n',
    ],
    [
      'a Secret in base64',
      `apiVersion: v1\nkind: Secret\ndata:\n  user.acl: ${btoa('user app on ~app:*\n')}\n`,
      'user app on ~app:*\n',
    ],
    [
      'RedisEnterpriseACL',
      'apiVersion: app.redislabs.com/v1\nkind: RedisEnterpriseACL\nmetadata:\n  name: reader\nspec:\n  acl: +@read ~*\n',
      'user reader on +@read ~*\n',
    ],
  ])('%s', async (_, text, acl) => {
    expect(await read(text)).toMatchObject({ format: 'yaml', acl })
  })
  test('Terraform', async () => {
    const text =
      'resource "aws_elasticache_user" "app" {\n  user_id = "app"\n  user_name = "app" # who\n  access_string = "on ~$${x}:* +@read"\n  no_password_required = true\n  tags = { a = "b" }\n}\nresource "aiven_valkey_user" "b" {\n  username = "b"\n  password = var.pw\n  valkey_acl_keys = ["b:*",\n    "c"]\n  valkey_acl_categories = ["+@all"]\n}\n'
    expect(await read(text)).toMatchObject({
      format: 'terraform',
      acl: 'user app nopass on ~${x}:* +@read\nuser b on ~b:* ~c resetchannels -@all +@all\n',
    })
  })
})

test('passwords come through to the byte, as they are or as their hash', async () => {
  const password = fc
    .string({ unit: codePoint, minLength: 1, maxLength: 12 })
    .filter((text) => !text.includes('\n') && !text.includes('\r'))
    .map(fromText)
  const target = await loadTarget('redis-8.0')
  await fc.assert(
    fc.asyncProperty(password, async (secret: Bytes) => {
      const quoted = `"${secret.replace(/[^a-z0-9]/gi, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`
      for (const [format, text] of [
        ['acl-setuser', `ACL SETUSER app ">"${quoted.slice(1)}`],
        ['redis-conf', `user app ">${quoted.slice(1)}`],
      ] as const) {
        const result = await importText(
          text
            .replace('">""', '">"')
            .replace('">"\\', '">\\')
            .replace(/^(ACL SETUSER app )">"/, '$1">'),
          { format, behaviours },
        )
        if (!result.ok) throw new Error(result.message)
        const users = new Users(target.table, target.behaviours)
        users.setUser('app', ['on', ...(result.result.users[0]?.rules ?? [])])
        expect(users.get('app')?.accepts(secret)).toBe(true)
      }
    }),
  )
})

test('any text, read as anything, is answered', async () => {
  const piece = fc.constantFrom(
    'user ',
    'app',
    ' on',
    '\n',
    '"',
    "'",
    '(',
    ')',
    '\\',
    '1) ',
    '1# ',
    ' => ',
    '{',
    '}',
    '[',
    ']',
    ': ',
    '- ',
    '|\n',
    '&a',
    '*a',
    '<<EOT\n',
    '<<-X\n',
    '$',
    '${',
    'ACL SETUSER ',
    'redis-cli ',
    'resource "a" "b" {',
    'flags',
    'passwords',
    'keys',
    '>pw',
    '#',
    '\0',
    '\ufeff',
    '\ud800',
    'é',
    '__proto__',
    'acl_keys',
    '=',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    fc.string({ unit: codePoint }),
  )
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(undefined, ...importFormats.map(({ id }) => id)), async (given, format) => {
      const result = await importText(given, { behaviours, ...(format && { format }) })
      if (result.ok)
        for (const line of result.result.acl.split('\n')) expect(line === '' || line.startsWith('user ')).toBe(true)
      else expect(result.message).not.toBe('')
    }),
    { numRuns: runs(500) },
  )
})

test.each([
  [
    'aliases that multiply',
    'a: &a [x,x,x,x,x,x,x,x,x]\n' +
      [...'bcdefghi'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]\n`).join(''),
    'yaml' as const,
  ],
  ['deep nesting', '['.repeat(100_000), 'json' as const],
  ['deep nesting', '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000), 'json' as const],
  ['deep nesting', 'resource "a" "b" ' + '{ a = '.repeat(50_000), 'terraform' as const],
  ['many spaces', ' '.repeat(1_000_000), undefined],
  ['one long line', `user ${'a'.repeat(2_000_000)}`, undefined],
  ['many quotes', '1) "'.repeat(200_000), undefined],
])('%s end soon', async (_, text, format) => {
  const start = performance.now()
  await importText(text, { behaviours, ...(format && { format }) })
  expect(performance.now() - start).toBeLessThan(5_000)
})

describe('users in other files', () => {
  const acl = async (text: string, format: ImportFormat): Promise<string> => {
    expect(detectFormat(text)?.format).toBe(format)
    return (await read(text)).acl
  }
  const app = 'user app on >pw ~a +get\n'

  test('ACL LIST with a quote in a selector', async () =>
    expect(await acl('1) "user a on nopass (~it\'s +get) +@read"', 'acl-file')).toBe(
      'user a on nopass ("~it\'s" +get) +@read\n',
    ))
  test('a file with a quote in a selector: what a server makes of it is told', async () => {
    const result = await read("user a on (~it's +get)\n")
    expect(result.acl).toBe('user a on ()\n')
    expect(kinds(result)).toEqual(['lost a'])
  })
  test.each([
    ['a heredoc', '#!/bin/sh\ncat > /etc/users.acl <<EOF\nuser app on >pw ~a +get\nEOF\nredis-server\n'],
    ['a heredoc piped to tee', "sudo tee /etc/users.acl <<-'EOF'\n\tuser app on >pw ~a +get\n\tEOF\n"],
    ['echo', 'set -e\necho "user app on >pw ~a +get" > users.acl\n'],
    ['a Dockerfile', 'FROM redis\nRUN echo "user app on >pw ~a +get" >> /etc/users.acl\n'],
  ])('a script: %s', async (_, text) => expect(await acl(text, 'script')).toBe(app))
  test.each([
    ['a list', 'command: ["redis-server", "--user", "app", "on", ">pw", "~a", "+get"]'],
    ['a text', "command: redis-server --user app on '>pw' '~a' +get --port 6380"],
    [
      'sh -c',
      'command:\n      - sh\n      - -c\n      - echo "user app on >pw ~a +get" > /u.acl && redis-server --aclfile /u.acl',
    ],
    [
      'sh -c as a block',
      'command: |\n      sh -c \'echo "user app on >pw ~a +get" > /u.acl; redis-server --aclfile /u.acl\'',
    ],
    ['args', 'args: ["--user", "app", "on", ">pw", "~a", "+get"]'],
  ])('docker-compose, command as %s', async (_, command) =>
    expect(await acl(`services:\n  redis:\n    image: redis\n    ${command}\n`, 'yaml')).toBe(app),
  )
  test.each([
    [
      'the user group module',
      'module "g" {\n  users = {\n    app = {\n      access_string = "on ~a +get"\n      passwords = ["pw"]\n    }\n  }\n}',
    ],
    ['redis_acl_user', 'resource "redis_acl_user" "r" {\n  name = "app"\n  rules = ["on", ">pw", "~a", "+get"]\n}'],
    ['rediscloud_acl_rule', 'resource "rediscloud_acl_rule" "r" {\n  name = "app"\n  rule = "on >pw ~a +get"\n}'],
    [
      'azurerm_redis_cache_access_policy',
      'resource "azurerm_redis_cache_access_policy" "r" {\n  name = "app"\n  permissions = "on >pw ~a +get"\n}',
    ],
  ])('Terraform: %s', async (_, text) => {
    const result = await read(text)
    expect(result.format).toBe('terraform')
    expect(result.acl.split(/\s+/).sort()).toEqual(app.split(/\s+/).sort())
    expect(result.notes).toEqual([])
  })
  test('CloudFormation, its passwords included', async () => {
    const result = await read(
      'Resources:\n  U:\n    Type: AWS::ElastiCache::User\n    Properties:\n      UserName: app\n      AccessString: on ~a +get\n      Passwords:\n        - pw\n',
    )
    expect(result.acl).toBe('user app on ~a +get >pw\n')
    expect(result.notes).toEqual([])
  })
  test('KubeDB: the passwords are elsewhere', async () => {
    const result = await read(
      'kind: Redis\nspec:\n  acl:\n    rules:\n      - app ${k1} ~a +get\n      - b ${k2} allkeys +@string -SADD\n',
    )
    expect(result.acl).toBe('user app on ~a +get\nuser b on allkeys +@string -SADD\n')
    expect(kinds(result)).toEqual(['lost app', 'lost b'])
  })
  test('Ansible', async () =>
    expect(await acl('redis_users:\n  - name: app\n    acl_rules: "on >pw ~a +get"\n', 'yaml')).toBe(app))
  test.each([
    [
      'redis-py',
      'r.acl_setuser("app", keys=["a"], commands=["+get"], enabled=True, passwords=["+pw"])',
      'user app on >pw +get ~a\n',
    ],
    [
      'redis-py, categories first',
      "r.acl_setuser(username='app', commands=['-del'], categories=['+@write'], nopass=True)",
      'user app nopass +@write -del\n',
    ],
    ['node-redis', "await client.aclSetUser('app', ['on', '>pw', '~a', '+get'])", app],
    ['ioredis', "await redis.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~a', '+get')", app],
    ['ioredis, acl', "redis.acl('SETUSER', 'app', 'on', '>pw', '~a', '+get')", app],
  ])('a call: %s', async (_, text, expected) => expect(await acl(text, 'client-calls')).toBe(expected))
})

describe('roles', () => {
  const listed =
    'role reader ~c resetchannels -@all +get (~d resetchannels -@all +set)\nuser app on nopass resetchannels -@all role=reader\n'

  async function imported(text: string, format?: ImportFormat): Promise<{ acl: string; notes: string[] }> {
    const outcome = await importText(text, { behaviours, ...(format !== undefined && { format }) })
    if (!outcome.ok) throw new Error(outcome.message)
    return { acl: outcome.result.acl, notes: outcome.result.notes.map(({ kind, message }) => `${kind}: ${message}`) }
  }

  test('their lines are read from users.acl, ACL LIST and redis.conf', async () => {
    expect(await imported(listed)).toEqual({ acl: listed, notes: [] })
    expect(await imported(listed.replace(/(.*)\n(.*)\n/, '1) "$1"\n2) "$2"\n'))).toEqual({ acl: listed, notes: [] })
    expect((await imported(`port 7000\n${listed}`, 'redis-conf')).acl).toBe(listed)
    expect((await imported(JSON.stringify({ 'users.acl': listed }), 'json')).acl).toBe(listed)
  })

  test('ACL SETROLE adds to a role and ACL DELROLE drops it, as on a server', async () => {
    const text =
      'ACL SETROLE reader ~c\nACL SETROLE old +get\nACL SETROLE reader +get "(~d +set)"\nACL DELROLE old\nACL SETUSER app role=reader\n'
    expect(await imported(text)).toEqual({ acl: 'role reader ~c +get (~d +set)\nuser app role=reader\n', notes: [] })
    expect((await imported('valkey-cli ACL SETROLE reader +get\nvalkey-cli ACL SETUSER app on\n')).acl).toBe(
      'role reader +get\nuser app on\n',
    )
  })

  test('a user of ACL GETUSER holds them, and that their rules are not in the text is said', async () => {
    const plain =
      'flags\non\nnopass\npasswords\ncommands\n-@all +ping\nkeys\n\nchannels\n\ndatabases\nalldbs\nselectors\ncommands\n-@all +get\nkeys\n~a\nchannels\n\ndatabases\nalldbs\nroles\nreader\nwriter\n'
    const { acl, notes } = await imported(`> ACL GETUSER app\n${plain}`, 'acl-getuser')
    expect(acl).toBe(
      'user app on nopass resetchannels alldbs -@all +ping (~a resetchannels alldbs -@all +get) role=reader,writer\n',
    )
    expect(notes).toEqual([
      'lost: The role reader is not in this text. A server without it refuses the line.',
      'lost: The role writer is not in this text. A server without it refuses the line.',
    ])
  })

  test('a name that servers refuse, and a target without roles, are said', async () => {
    expect((await imported('role a,b +get\nuser app on\n', 'acl-file')).notes).toEqual([
      "lost: The role a,b is left out: Role names can't contain commas.",
    ])
    const older = await importText(listed, { behaviours: { hasChannels: true, hasRoles: false } })
    expect(older.ok && older.result.notes.map(({ message }) => message)).toEqual([
      'Servers before Valkey 9.2 have no roles, and refuse their lines.',
    ])
  })
})
