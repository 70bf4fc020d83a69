import { hasSetUser } from './setuser'
import { looksLikeRule } from '../../analysis/user-line'
import { isTellingDirective } from './conf'
import { isProgram } from './program'
import { readWrittenFiles } from './script'
import { isUnit } from './systemd'
import type { Detection, ImportFormat } from './types'

/** The number of characters examined to detect a format. */
const SAMPLE = 200_000

/**
 * Detects the format of a text. The first format that fits wins: the most specific formats come first.
 * @returns null where no format matches
 */
export function detectFormat(text: string): Detection | null {
  const sample = text.slice(0, SAMPLE).replace(/^\ufeff/, '')
  const lines = sample
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !emptyPrompt.test(line))
  if (lines.length === 0) return null
  for (const guess of guesses) {
    const confidence = guess.looks(sample, lines)
    if (confidence > 0) return { format: guess.format, confidence }
  }
  return null
}

/** Matches the prompt of redis-cli without a command. */
const emptyPrompt = /^[\w.-]+:\d+(?:\[\d+\])?>$/

interface Guess {
  readonly format: ImportFormat
  looks(sample: string, lines: readonly string[]): number
}

const share = (lines: readonly string[], test: (line: string) => boolean): number =>
  lines.filter(test).length / Math.max(1, lines.length)
const isPlain = (line: string): boolean => !line.startsWith('#')
const startsJson = (sample: string): boolean =>
  /^\s*[{[]/.test(sample) && /["\]}]\s*$/.test(sample.slice(-50).trimEnd())
const aivenLists = /"(?:redis_|valkey_|dragonfly_)?acl_(?:categories|commands|keys|channels)"\s*:/
const fieldLine = /^(?:\d+[)#] )?"?(flags|passwords|commands|keys)"?(?: .*)?$/

const guesses: readonly Guess[] = [
  { format: 'aiven', looks: (sample) => (startsJson(sample) && aivenLists.test(sample) ? 0.97 : 0) },
  {
    format: 'nix',
    looks: (sample) =>
      /^\s*(?:#[^\n]*\n\s*)*\{[\w\s,.?]*\}\s*:/.test(sample) || /\bservices\.redis\b.*=/.test(sample) ? 0.95 : 0,
  },
  { format: 'json', looks: (sample) => (startsJson(sample) ? 0.9 : 0) },
  {
    format: 'terraform',
    looks: (_, lines) => (lines.some((line) => /^(?:resource|module|variable|locals)\b[^=]*\{$/.test(line)) ? 0.95 : 0),
  },
  { format: 'systemd', looks: (sample) => (isUnit(sample) ? 0.97 : 0) },
  {
    // Tasks and manifests may hold whole scripts: they are told by how they start.
    format: 'yaml',
    looks: (_, lines) => {
      const [first = ''] = lines.filter((line) => isPlain(line) && !/^(?:---|%YAML.*)$/.test(line))
      return /^(?:- )?(?:name|hosts|apiVersion|kind|services|version|secretGenerator|configMapGenerator|tasks|(?:ansible\.builtin\.)?(?:command|shell|raw)):(?: |$)/.test(
        first,
      )
        ? 0.9
        : 0
    },
  },
  {
    format: 'bicep',
    looks: (sample) => (/^(?:resource|module) \w+ '[^'\n]+'(?: existing)? = /m.test(sample) ? 0.95 : 0),
  },
  { format: 'client-calls', looks: (sample) => (isProgram(sample) ? 0.95 : 0) },
  {
    format: 'script',
    looks: (sample, lines) =>
      !lines.every((line) => /^(?:#|user |role )/.test(line)) &&
      !/^(?:apiVersion|kind|services|version|- hosts|- name):/m.test(sample) &&
      readWrittenFiles(sample).some(({ text }) => /^[ \t]*user[ \t]+\S+[ \t]+\S/m.test(text))
        ? 0.9
        : 0,
  },
  {
    format: 'acl-getuser',
    looks: (_, lines) => {
      const found = new Set(lines.map((line) => fieldLine.exec(line)?.[1]).filter((name) => name !== undefined))
      return found.size >= 3 ? 0.95 : 0
    },
  },
  {
    format: 'script',
    looks: (sample) =>
      /\b(?:elasticache|memorydb)\s+(?:create|modify|update)-user\b|\b(?:docker|podman|nerdctl)\s+run\b[^]{0,2000}?\s--(?:user|requirepass)\s/.test(
        sample,
      )
        ? 0.9
        : 0,
  },
  {
    format: 'acl-setuser',
    looks: (_, lines) =>
      lines.some((line) => isPlain(line) && hasSetUser(line) && !/^[\w.-]+:\s/.test(line)) ? 0.95 : 0,
  },
  {
    format: 'acl-file',
    looks: (_, lines) => {
      const said = lines.filter((line) => isPlain(line) && !/^[^\s>]*> *acl\s+list$/i.test(line))
      const users = share(said, (line) => /^(?:\d+\) ")?(?:user|role) /.test(line))
      // Only redis.conf has quotes.
      if (users === 1 && said.some((line) => /^(?:user|role) .* ["'].*["'](?: |$)/.test(line))) return 0
      return users === 1 ? 0.98 : 0
    },
  },
  {
    format: 'config-get',
    looks: (_, lines) => {
      if (
        lines.some(
          (line) => /^\d+[)#] "([a-z-]+)"/.test(line) && isTellingDirective(/"([a-z-]+)"/.exec(line)?.[1] ?? ''),
        )
      )
        return 0.9
      return lines.some((line) => /^[^\s>]*> *config\s+get/i.test(line)) ||
        (lines.length > 1 && lines.length < 2_000 && lines.some(isTellingDirective))
        ? 0.6
        : 0
    },
  },
  {
    format: 'yaml',
    looks: (sample, lines) => {
      const pairs = share(lines.filter(isPlain), (line) =>
        /^(?:- )?["']?[\w./-]+["']?:(?: |$)|^- |^---$|^\S+ .*|^user /.test(line),
      )
      return sample.split(/\r?\n/).some((line) => /^(?:- )?["']?[\w./-]+["']?:(?:[ \t]|$)/.test(line)) &&
        pairs > 0.5 &&
        !lines.some((line) => /^user \S+ \S/.test(line) && sample.includes(`\n${line}`))
        ? 0.85
        : 0
    },
  },
  {
    format: 'access-string',
    looks: (_, lines) => {
      const words = lines.filter(isPlain).flatMap((line) => line.split(/[ \t\xa0]+/))
      return words.length > 0 && share(words, looksLikeRule) > 0.9 ? 0.8 : 0
    },
  },
  {
    format: 'redis-conf',
    looks: (_, lines) => {
      const said = lines.filter(isPlain)
      const users = said.some((line) => /^user\s+\S+/i.test(line))
      const directives = share(said, (line) => /^[a-z][a-z0-9-]+\s+\S/.test(line))
      return users && directives > 0.8
        ? 0.9
        : directives > 0.8 && said.some((line) => isTellingDirective(/^\S+/.exec(line)?.[0] ?? ''))
          ? 0.7
          : 0
    },
  },
  { format: 'acl-file', looks: (_, lines) => (lines.some((line) => line.startsWith('user ')) ? 0.5 : 0) },
]
