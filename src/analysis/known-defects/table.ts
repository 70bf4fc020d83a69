import {
  everyServer,
  isConfigured,
  onOpenClusterBus,
  runs,
  runsInSomeDatabases,
  runsOnReadOnlyKeys,
  runsOnSomeKeys,
  type Affects,
} from './concerns'
import { accessDefects, affectedLines as lines, type AffectedLine } from '../../targets/releases'
import type { Product } from '../../targets/named-release'

/** A published defect of releases that concerns access control. */
export interface KnownDefect {
  readonly id: string
  /** The CVE, where there is one. */
  readonly cve?: string
  /** The effect, in one sentence. */
  readonly what: string
  readonly releases: Readonly<Partial<Record<Product, readonly AffectedLine[]>>>
  /** Addresses of the advisories, release notes and changes that the row follows. */
  readonly sources: readonly [string, ...string[]]
  readonly affects: Affects
}

const pull = (product: Product, number: number): string =>
  `https://github.com/${product === 'valkey' ? 'valkey-io/valkey' : 'redis/redis'}/pull/${number}`
const advisory = (id: string): string => `https://github.com/redis/redis/security/advisories/GHSA-${id}`
const release = (product: Product, version: string): string =>
  `https://github.com/${product === 'valkey' ? 'valkey-io/valkey' : 'redis/redis'}/releases/tag/${version}`

const scripts = ['eval', 'evalsha', 'fcall', 'function|load'] as const

/** The known defects, newest first. A release without a row is not known to be free of defects. */
export const knownDefects: readonly KnownDefect[] = [
  {
    id: 'pfmerge-key',
    what: 'PFMERGE without source keys writes to a destination that the user’s key patterns do not match.',
    releases: accessDefects['pfmerge-key'],
    sources: [release('valkey', '7.2.16'), pull('redis', 14942), release('redis', '8.6.4')],
    affects: runsOnSomeKeys(['pfmerge'], 'any'),
  },
  {
    id: 'cluster-meet',
    what: 'CLUSTER MEET lets a node of anybody join: the cluster bus has no authentication of its own, and a node can replace all data.',
    releases: {
      redis: lines('6.0.20+ 6.2.20+ 7.0.15+ 7.2.16+ 7.4.11+ 8.0.6+ 8.2.10+ 8.4.7+ 8.6.7+ 8.8.3+ 8.10.2+'),
      valkey: lines('7.2.16+ 8.0.11+ 8.1.10+ 9.0.6+ 9.1.2+'),
    },
    sources: [pull('redis', 15722), pull('redis', 15167)],
    affects: onOpenClusterBus(runs('cluster|meet')),
  },
  {
    id: 'exec-recheck',
    what: 'EXEC does not check keys again: commands that were queued before a key permission was revoked still run.',
    releases: accessDefects['exec-recheck'],
    sources: [pull('redis', 15673), release('redis', '8.10.2')],
    affects: runsOnSomeKeys(['exec']),
  },
  {
    id: 'certificate-nul',
    what: 'A client certificate whose common name contains a NUL byte logs in as the user named before that byte.',
    releases: { redis: lines('8.6.6 8.8.2 8.10.1') },
    sources: [pull('redis', 15662), pull('redis', 15663), release('redis', '8.10.1')],
    affects: isConfigured('tls-auth-clients-user', 'off'),
  },
  {
    id: 'last-option-keys',
    what:
      'SORT, GEORADIUS, GEORADIUSBYMEMBER, XREAD and XREADGROUP can access a key other than the one that was checked, ' +
      'for example with two STORE options.',
    releases: accessDefects['last-option-keys'],
    sources: [pull('redis', 15478), pull('redis', 15658), pull('redis', 15659), pull('redis', 15663)],
    affects: runsOnSomeKeys(['sort', 'georadius', 'georadiusbymember', 'xread', 'xreadgroup']),
  },
  {
    id: 'georadius-store',
    what: 'GEORADIUS and GEORADIUSBYMEMBER with two STORE options write to the last key, and only the first is checked.',
    releases: accessDefects['georadius-store'],
    sources: [pull('valkey', 3971), release('valkey', '7.2.15'), release('valkey', '9.0.6')],
    affects: runsOnSomeKeys(['georadius', 'georadiusbymember']),
  },
  {
    id: 'numkeys-arity',
    what:
      'A script that asks redis.acl_check_cmd about a command such as EVAL with too few arguments reads past them and ' +
      'can crash the server.',
    releases: { redis: lines('7.2.16 7.4.11 8.0.6+ 8.2.9 8.4.6 8.6.2') },
    sources: [pull('redis', 14847), pull('redis', 15658), pull('redis', 15661)],
    affects: runsOnSomeKeys(['eval', 'evalsha', 'fcall'], 'any'),
  },
  {
    id: 'move-copy-source-db',
    what: 'MOVE and COPY take a key out of a database that the user may not access, if it may access the destination.',
    releases: accessDefects['move-copy-source-db'],
    sources: [pull('valkey', 4155)],
    affects: runsInSomeDatabases('move', 'copy'),
  },
  {
    id: 'tracking-key-names',
    what: 'CLIENT TRACKING with BCAST reports the names of changed keys that the user may not read.',
    releases: { redis: lines('6.0.20+ 6.2.20+ 7.0.15+ 7.2.11+ 7.4.9+ 8.0.6+ 8.2.6+ 8.4.3+ 8.6.3+ 8.8.0+') },
    sources: [pull('redis', 15371)],
    affects: runsOnSomeKeys(['client|tracking'], 'any'),
  },
  {
    id: 'copy-db',
    what: 'COPY with REPLACE before DB, or with two DB options, writes to a database that the user may not access.',
    releases: accessDefects['copy-db'],
    sources: [pull('valkey', 3801), release('valkey', '9.1.1')],
    affects: runsInSomeDatabases('copy'),
  },
  {
    id: 'flushslot-db',
    what: 'CLUSTER FLUSHSLOT deletes keys from all databases, including those that the user may not access.',
    releases: accessDefects['flushslot-db'],
    sources: [pull('valkey', 3806), release('valkey', '9.1.1')],
    affects: runsInSomeDatabases('cluster|flushslot'),
  },
  {
    id: 'msetex-keys',
    what: 'MSETEX is checked for only some of its keys, and writes to all of them.',
    releases: accessDefects['msetex-keys'],
    sources: [pull('redis', 14659), 'https://github.com/redis/docs/pull/3403'],
    affects: runsOnSomeKeys(['msetex']),
  },
  {
    id: 'script-other-user',
    cve: 'CVE-2025-46818',
    what: 'A Lua script can change shared objects, so that its code runs in scripts of another user.',
    releases: {
      redis: lines('6.0.20+ 6.2.20 7.0.15+ 7.2.11 7.4.6 8.0.4 8.2.2'),
      valkey: lines('7.2.11 8.0.6 8.1.4'),
    },
    sources: [
      release('redis', '7.2.11'),
      'https://github.com/docker-library/official-images/pull/20011',
      'https://osv.dev/vulnerability/BIT-valkey-2025-46818',
    ],
    affects: runs(...scripts),
  },
  {
    id: 'unauthenticated-memory',
    cve: 'CVE-2025-21605',
    what: 'Clients that are not logged in can make the server use memory for replies without limit.',
    releases: { redis: lines('6.0.20+ 6.2.18 7.0.15+ 7.2.8 7.4.3'), valkey: lines('7.2.9 8.0.3 8.1.1') },
    sources: [
      advisory('r67f-p999-2gff'),
      release('redis', '7.4.3'),
      'https://osv.dev/vulnerability/AZL-60939',
      'https://github.com/getsolus/packages/pull/5515',
    ],
    affects: everyServer('every client that can connect'),
  },
  {
    id: 'read-write-prefix',
    cve: 'CVE-2024-51741',
    what: 'A malformed rule such as %R without ~, once set by ACL SETUSER, crashes the server.',
    releases: { redis: lines('7.2.7 7.4.2'), valkey: lines('8.0.2') },
    sources: [pull('redis', 13729), pull('redis', 13637), pull('valkey', 1514)],
    affects: runs('acl|setuser'),
  },
  {
    id: 'malformed-selector',
    cve: 'CVE-2024-31227',
    what: 'A malformed selector, once set by ACL SETUSER, crashes the server when it is accessed.',
    releases: { redis: lines('7.0.15+ 7.2.6 7.4.1'), valkey: lines('7.2.7 8.0.1') },
    sources: [pull('redis', 13582), pull('redis', 13583), 'https://osv.dev/vulnerability/MGASA-2024-0340'],
    affects: runs('acl|setuser'),
  },
  {
    id: 'long-patterns',
    cve: 'CVE-2024-31228',
    what: 'A very long pattern, in KEYS, SCAN, PSUBSCRIBE, FUNCTION LIST, COMMAND LIST or an ACL rule, crashes the server.',
    releases: { redis: lines('6.0.20+ 6.2.16 7.0.15+ 7.2.6 7.4.1'), valkey: lines('7.2.7 8.0.1') },
    sources: [pull('redis', 13584), pull('redis', 13582), pull('redis', 13583)],
    affects: runs('keys', 'scan', 'psubscribe', 'function|list', 'command|list', 'acl|setuser'),
  },
  {
    id: 'unix-socket-mode',
    cve: 'CVE-2023-45145',
    what: 'For a moment at start, the Unix socket accepts connections before it has the mode of unixsocketperm.',
    releases: { redis: lines('6.0.20+ 6.2.14 7.0.14 7.2.2') },
    sources: [advisory('ghmp-889m-7cvx')],
    affects: isConfigured('unixsocket', ''),
  },
  {
    id: 'sort-ro-keys',
    cve: 'CVE-2023-41053',
    what: 'The key of SORT_RO is not checked.',
    releases: accessDefects['sort-ro-keys'],
    sources: [advisory('q4jr-5p56-4xwc')],
    affects: runsOnSomeKeys(['sort_ro'], 'any'),
  },
  {
    id: 'bitfield-read-only',
    what: 'BITFIELD with GET and also SET or INCRBY writes to a key that the user may only read.',
    releases: accessDefects['bitfield-read-only'],
    sources: [release('redis', '7.0.5')],
    affects: runsOnReadOnlyKeys('bitfield'),
  },
  {
    id: 'script-injection',
    cve: 'CVE-2022-24735',
    what: 'A Lua script can leave code behind that runs later with the permissions of another user.',
    releases: { redis: lines('6.0.16+ 6.2.7') },
    sources: [advisory('647m-2wmq-qmvq')],
    affects: runs('eval', 'script|load'),
  },
]
