import { expect, test } from 'vitest'
import { targetInfos } from '../../../src/targets/infos'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'
import { start } from '../helper'

const targets = (await Promise.all(targetInfos.map(({ id }) => loadTarget(id)))).filter(
  ({ behaviours }) => behaviours.hasChannels,
)

/** The words about channels in a user's line, root and selectors alike. */
function channelsOf(lines: unknown, name: string): string[] {
  const line = (lines as string[]).find((line) => line.startsWith(`user ${name} `)) ?? ''
  return line.match(/&\S*|resetchannels/g) ?? []
}

const values = [
  ['allchannels', ['&*']],
  ['resetchannels', ['resetchannels']],
] as const

for (const { id, behaviours } of targets) {
  test.each(values)(`${id}: acl-pubsub-default %s holds wherever a user is made or reset`, async (value, channels) => {
    const files = { 'users.acl': 'user filed on nopass +@all\nuser again on nopass resetchannels &a reset\n' }
    const world = await start(id, [`acl-pubsub-default ${value}`, 'aclfile users.acl'], { files })
    const client = world.client()
    for (const name of ['filed', 'again']) expect(channelsOf(client.say('acl list'), name)).toEqual(channels)
    client.say('acl setuser made')
    client.say('acl setuser undone resetchannels &x reset')
    client.say('acl setuser default reset on nopass +@all')
    for (const name of ['made', 'undone', 'default']) expect(channelsOf(client.say('acl list'), name)).toEqual(channels)
    client.say('acl load')
    expect(channelsOf(client.say('acl list'), 'filed')).toEqual(channels)
    expect(channelsOf(client.say('acl list'), 'default')).toEqual(['&*'])
    if (!behaviours.hasSelectors) return
    client.say('acl setuser selected (+get)')
    expect(channelsOf(client.say('acl list'), 'selected')).toEqual([...channels, ...channels])
  })

  test.each(values)(`${id}: user lines and requirepass follow acl-pubsub-default %s`, async (value, channels) => {
    const world = await start(id, ['user lined on nopass +@all', `acl-pubsub-default ${value}`, 'requirepass pw'])
    const client = world.client()
    client.say('auth pw')
    expect(channelsOf(client.say('acl list'), 'lined')).toEqual(channels)
    expect(channelsOf(client.say('acl list'), 'default')).toEqual(['&*'])
  })

  test(`${id}: CONFIG SET of acl-pubsub-default counts from the next reset on, for users that exist too`, async () => {
    const client = (await start(id, ['acl-pubsub-default resetchannels'])).client()
    client.say('acl setuser old')
    client.say('config set acl-pubsub-default allchannels')
    expect(channelsOf(client.say('acl list'), 'old')).toEqual(['resetchannels'])
    client.say('acl setuser old reset')
    expect(channelsOf(client.say('acl list'), 'old')).toEqual(['&*'])
    client.say('config set acl-pubsub-default resetchannels')
    client.say('acl setuser old reset')
    expect(channelsOf(client.say('acl list'), 'old')).toEqual(['resetchannels'])
  })
}

test.each<[TargetId, unknown]>([
  ['redis-7.2', '+OK'],
  ['redis-7.4', '+OK'],
  ['valkey-7.2', '+OK'],
  ['valkey-8.0', '+OK'],
  ['redis-8.0', "-ERR Error in ACL SETUSER modifier '%': Syntax error"],
  ['valkey-8.1', "-ERR Error in ACL SETUSER modifier '%': Syntax error"],
])('%s answers a key permission without letters and pattern with %s', async (id, answer) => {
  expect((await start(id)).client().say('acl setuser e %')).toBe(answer)
})

test.each(['cluster cancelslotmigrations', 'cluster migrateslots slotsrange 0 1 node x', 'cluster flushslot 0'])(
  'Valkey 9.1 wants every database of a user for %s',
  async (line) => {
    const client = (await start('valkey-9.1')).client()
    client.say('acl setuser u on nopass ~* &* +@all db=0')
    expect(client.say(`acl dryrun u ${line}`)).toBe('User u has no permissions to access database cluster')
    client.say('acl setuser u alldbs')
    expect(client.say(`acl dryrun u ${line}`)).toBe('+OK')
  },
)
