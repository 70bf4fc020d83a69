import { fromText } from '../../../acl/bytes'
import { looksLikeRule } from '../../../analysis/user-line'
import type { ImportCollector } from '../collect'
import { hole, holeIn } from '../holes'
import { readProcess } from '../process'
import { shortened } from '../setuser'
import { isAclLine, readFile, readTree } from '../tree'
import { readCall } from './calls'
import { Evaluator } from './evaluate'
import { type Language, languageOf } from './syntax'
import { type Entry, readProgram, type Value } from './values'

/** The maximum length of a program. */
const MAX_LENGTH = 200_000

/** Returns true for a program that may set users: calls of a client library, Pulumi, CDK, Testcontainers. */
export function isProgram(text: string): boolean {
  return /\.?(?:acl_?set_?user)\s*\(|["'`]acl["'`]\s*,\s*["'`]setuser["'`]|\.acl\(\s*["']setuser["']|["']acl setuser\b|Command(?:Type)?\.ACL\b|\bAclSetuserArgs\b|\b(?:elasticache|memorydb)\.(?:Cfn)?User\(|\bCfnUser\(|(?:\baws-cdk-lib|\baws_cdk|@pulumi\/|\bpulumi_|\btestcontainers)/i.test(
    text,
  )
}

/**
 * Reads what a program writes out: calls of client libraries, resources of Pulumi and CDK, containers of Testcontainers, and
 * files of users in its texts. What it works out when it runs is noted and never guessed.
 * @returns an error about the text as a whole, or null
 */
export function readProgramText(
  text: string,
  into: ImportCollector,
  language: Language = languageOf(text),
): string | null {
  if (text.length > MAX_LENGTH)
    return 'This program is longer than what is read at once. Take out the part that sets the users.'
  new Reader(text, into, language).entries(readProgram(text.replace(/^\ufeff/, ''), language))
  return null
}

class Reader {
  readonly #source: string
  readonly #into: ImportCollector
  readonly #isDollarDoubled: boolean

  constructor(source: string, into: ImportCollector, language: Language) {
    this.#isDollarDoubled = language !== 'bicep' && language !== 'nix'
    this.#source = source.replace(/^\ufeff/, '')
    this.#into = into
  }

  entries(entries: readonly Entry[]): void {
    for (const { key, value } of entries)
      if (key !== null && value.kind === 'group')
        this.#tree((evaluator) => ({ [key]: evaluator.fields(value.entries) }))
      else this.#value(value, true)
  }

  /** @param isWhole false for a part of an expression, whose value is not known */
  #value(value: Value, isWhole: boolean): void {
    switch (value.kind) {
      case 'text':
        return this.#text(value.text, isWhole)
      case 'list':
        return this.#tree((evaluator) => evaluator.tree(value))
      case 'group':
        return this.#tree((evaluator) => evaluator.fields(value.entries))
      case 'call':
        return this.#call(value)
      case 'other':
        for (const child of value.children) this.#value(child, false)
        return
      default:
    }
  }

  #text(text: string, isWhole: boolean): void {
    if (isWhole && isCertain(text)) readFile(text, this.#into)
    else if (isUsers(text)) this.#into.note('lost', null, `This was not read: ${shortened(text)}`)
  }

  #tree(read: (evaluator: Evaluator) => unknown): void {
    const evaluator = new Evaluator(this.#source)
    const before = this.#into.count
    readTree(this.#certain(read(evaluator)), this.#into, this.#isDollarDoubled)
    if (evaluator.hasSpread && this.#into.count > before)
      this.#into.note('lost', null, 'Values that are merged in with ... or ** were not read.')
    for (const value of evaluator.opaque) this.#value(value, false)
  }

  /** Leaves out texts that look like users, and are filled in or are no users at all, such as messages. */
  #certain(tree: unknown): unknown {
    if (typeof tree === 'string') {
      if (!tree.split('\n').some(isAclLine) || isCertain(tree)) return tree
      this.#text(tree, false)
      return ''
    }
    if (Array.isArray(tree)) return tree.map((item) => this.#certain(item))
    if (typeof tree !== 'object' || tree === null) return tree
    return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, this.#certain(item)]))
  }

  #call(call: Extract<Value, { kind: 'call' }>): void {
    const evaluator = new Evaluator(this.#source)
    if (readCall(call, evaluator, this.#into) || this.#container(call, evaluator)) {
      const condition = conditionOf(this.#source, call.from)
      if (condition !== null)
        this.#into.note('lost', null, `A call may not run, or not as it is read here: it stands inside ${condition}`)
      if (call.receiver !== null) this.#value(call.receiver, false)
      return
    }
    if (call.receiver !== null) this.#value(call.receiver, false)
    const named = call.args.filter(({ key }) => key !== null)
    if (named.length > 0)
      this.#tree((one) => one.fields(call.args.filter(({ key, isSpread }) => key !== null || isSpread)))
    // What formats a text, or reports it, does not write it as it is.
    const isWritten =
      !/(?:format|formatted|printf|replace|replaceAll|substitute|concat|log|info|warn|error|print|println|Error|Exception|Errorf|Sprintf|test|it|describe)$/.test(
        call.name,
      )
    for (const { key, value } of call.args) if (key === null) this.#value(value, isWritten)
  }

  /** Reads how a container of Testcontainers starts, and the files that it is given. */
  #container({ name, receiver, args }: Extract<Value, { kind: 'call' }>, evaluator: Evaluator): boolean {
    const last = /\w*$/.exec(name)?.[0] ?? ''
    const words = (): string[] => args.flatMap(({ value }) => evaluator.words(value))
    if (/^with_?(?:command|cmd|cmdargs|args)$/i.test(last))
      return readProcess(words(), this.#into, (file) => readFile(file, this.#into))
    if (/^with_?env(?:ironment)?$/i.test(last)) {
      const [variable, value] = words()
      return variable === 'REDIS_ARGS' && readProcess([`REDIS_ARGS=${value ?? ''}`], this.#into, () => false)
    }
    if (/^with_?(?:copy|resource|classpath|config|volume)/i.test(last)) {
      const file = words().find((word) => /\.acl$/.test(word) && holeIn(word) === null)
      const hasUsers = words().some((word) => isUsers(word))
      if (file !== undefined && !hasUsers)
        this.#into.note('lost', null, `${shortened(file)} is another file. Import it too.`)
      return file !== undefined && !hasUsers
    }
    const password =
      /^with_?password$/i.test(last) &&
      receiver !== null &&
      /\b(?:Redis|Valkey)\w*Container\b/.test(evaluator.sourceOf(receiver))
        ? args[0]
        : /^(?:Redis|Valkey)\w*Container$/.test(last)
          ? args.find(({ key }) => key === 'password')
          : undefined
    if (password === undefined) return false
    const [text = hole('a password')] = evaluator.words(password.value)
    this.#into.user('default', [
      'on',
      `>${fromText(text)}`,
      '~*',
      ...(this.#into.behaviours.hasChannels ? ['&*'] : []),
      '+@all',
    ])
    return true
  }
}

/** The number of lines before a call among which those that enclose it are looked for. */
const MOST_LINES = 200

/** Returns the line of a condition or a loop that encloses a place, as indents tell; null where none does. */
function conditionOf(source: string, at: number): string | null {
  const lines = source.slice(Math.max(0, at - 20_000), at).split('\n')
  let indent = indentOf(lines.at(-1) ?? '')
  for (const line of lines.slice(-MOST_LINES, -1).reverse()) {
    if (line.trim() === '' || indentOf(line) >= indent) continue
    indent = indentOf(line)
    if (/^\s*\}?\s*(?:if|else|elif|for|while|switch|case|default|when|match|except|catch|unless)\b/.test(line))
      return shortened(line)
  }
  return null
}

const indentOf = (line: string): number => /^\s*/.exec(line)?.[0].length ?? 0

const isRule = (word: string): boolean => looksLikeRule(word) || holeIn(word) !== null

/** Returns true for a text with a line that has the form of a user or role, filled in or not. */
const isUsers = (text: string): boolean =>
  text.split('\n').some((line) => isAclLine(line.trim()) && line.trim().split(/\s+/).slice(2).some(isRule))

/** Returns true for a file of users whose rules are all written out or holes, and no message that starts with “user”. */
function isCertain(text: string): boolean {
  const lines = text.split('\n').map((line) => line.trim())
  return (
    isUsers(text) &&
    lines
      .filter((line) => isAclLine(line))
      .every((line) => line.split(/\s+/).slice(2).every(isRule) && !/%[sdvq](?:\b|$)/.test(line))
  )
}
