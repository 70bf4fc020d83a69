import { expect, test } from 'vitest'
import { found } from './found'

const fixes = async (file: string): Promise<string[]> =>
  (await found('pubsub-no-channels', file)).split('\n').filter((line) => line.includes('→'))

test('pubsub-no-channels: channels under the prefixes of the keys come first', async () => {
  expect(await fixes('user app on #… ~app:* %R~cfg.* +@pubsub')).toEqual([
    'Add &app:* &cfg.* → user app on #… ~app:* %R~cfg.* +@pubsub &app:* &cfg.*',
    'Grant every channel (&*) → user app on #… ~app:* %R~cfg.* +@pubsub &*',
  ])
})

test('pubsub-no-channels: without a prefix, the user’s name', async () => {
  expect(await fixes('user café on #… +@pubsub')).toEqual([
    'Add &café:* → user café on #… +@pubsub &café:*',
    'Grant every channel (&*) → user café on #… +@pubsub &*',
  ])
})

test('pubsub-no-channels: an administrator has every channel', async () => {
  expect(await fixes('user admin on #… ~* +@all')).toEqual(['Grant every channel (&*) → user admin on #… ~* +@all &*'])
})
