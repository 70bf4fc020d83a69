import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { hideSecrets } from '../../src/workspace/secrets'
import { blankState } from '../../src/workspace/state'
import { installedOracles } from './oracle'

const folder = mkdtempSync(join(tmpdir(), 'acl-secrets-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Lines of redis.conf that give the default user the password S3cret. */
const requirepass = [
  'requirepass S3cret',
  'REQUIREPASS "S3cret"',
  '"requirepass" S3cret',
  "'requirepass' 'S3cret'",
  're"quirepass" S3cret',
  '"\\x72equirepass" "\\x533cret"',
  'requirepass S3"cret"',
  'requirepass\t\vS3cret',
]
/** Lines of redis.conf that give it to the user app. */
const users = [
  'user app on >S3cret +@all',
  '"user" app on >S3cret +@all',
  "'user' 'app' 'on' '>S3cret' +@all",
  'us"er" app on ">S3cret" +@all',
  'user app on "\\x3eS3cret" +@all',
  'user app on >S3"cret" +@all',
]
/** Lines of users.acl that do. */
const aclLines = [
  'user app on >S3cret +@all',
  'user app on \t>S3cret +@all',
  'user app on \r>S3cret\t +@all',
  '  user app on +@all >S3cret\r',
]

describe.each(installedOracles())(
  '$target honours these spellings, and none shows the password in a link',
  ({ program }) => {
    const client = program.replace(/-server$/, '-cli')
    const socket = join(folder, 'socket')
    const cli = (...args: string[]): string =>
      execFileSync(client, ['-s', socket, '--no-auth-warning', ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      })

    /** Who the password S3cret logs in on a server with these files. */
    async function loggedIn(conf: string, user: string): Promise<string> {
      writeFileSync(join(folder, 'redis.conf'), `port 0\nunixsocket ${socket}\nsave ""\ndir ${folder}\n${conf}\n`)
      const server = spawn(program, [join(folder, 'redis.conf')], { stdio: 'ignore' })
      const gone = new Promise((resolve) => server.once('exit', resolve))
      try {
        for (let attempt = 0; ; attempt++) {
          try {
            return cli('--user', user, '--pass', 'S3cret', 'ACL', 'WHOAMI').trim()
          } catch (problem) {
            if (attempt === 100 || server.exitCode !== null) throw problem
            await new Promise((resolve) => setTimeout(resolve, 20))
          }
        }
      } finally {
        server.kill()
        await gone
      }
    }
    const hidden = (files: { acl: string; conf: string }): string => {
      const shared = hideSecrets({ ...blankState('redis-8.0'), files }).files
      return shared.acl + shared.conf
    }

    test.each(requirepass)('redis.conf: %j', async (line) => {
      expect(await loggedIn(line, 'default')).toBe('default')
      expect(hidden({ acl: '', conf: line })).not.toMatch(/cret|S3/)
    })
    test.each(users)('redis.conf: %j', async (line) => {
      expect(await loggedIn(line, 'app')).toBe('app')
      const shared = hidden({ acl: '', conf: line })
      expect(shared).not.toMatch(/cret|S3/)
      expect(await loggedIn(shared, 'app')).toBe('app')
    })
    test.each(aclLines)('users.acl: %j', async (line) => {
      const acl = join(folder, 'users.acl')
      writeFileSync(acl, `${line}\n`)
      expect(await loggedIn(`aclfile ${acl}`, 'app')).toBe('app')
      const shared = hidden({ acl: line, conf: '' })
      expect(shared).not.toMatch(/cret|S3/)
      writeFileSync(acl, `${shared}\n`)
      expect(await loggedIn(`aclfile ${acl}`, 'app')).toBe('app')
    })
  },
)
