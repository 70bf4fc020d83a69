import { lower, type Bytes } from '../../acl/bytes'
import { CommandError } from '../../resp/reply'

const NOT_AN_INTEGER = 'ERR value is not an integer or out of range'

/** Parses an integer as the server does (string2ll): no sign but `-`, no leading zeros, 64 bits. Throws `problem` where it is none. */
export function integer(text: Bytes | undefined, problem = NOT_AN_INTEGER): number {
  if (text === undefined || !/^(0|-?[1-9][0-9]{0,18})$/.test(text)) throw new CommandError(problem)
  const value = BigInt(text)
  if (value !== BigInt.asIntN(64, value)) throw new CommandError(problem)
  return Number(value)
}

const SYNTAX_ERROR = 'ERR syntax error'

export function syntaxError(): CommandError {
  return new CommandError(SYNTAX_ERROR)
}

/** Parses ON or OFF. Throws the syntax error where it is neither. */
export function onOff(text: Bytes | undefined): boolean {
  const word = lower(text ?? '')
  if (word !== 'on' && word !== 'off') throw syntaxError()
  return word === 'on'
}
