/**
 * Grisu2 (Loitsch, 2010) as in the server's fpconv. Its digits always round-trip, but about one time in a thousand they
 * are not the shortest or the closest. To print the same digits as the server, it must be computed in the same 64 bits.
 */

/** frac × 2^exp. */
interface Binary {
  readonly frac: bigint
  readonly exp: number
}

const HIDDEN_BIT = 1n << 52n
const FIRST_POWER = -348
const POWER_STEP = 8
const POWERS = 87
/** The range of a scaled number's exponent. */
const MIN_EXPONENT = -60
const MAX_EXPONENT = -32

function bitLength(n: bigint): number {
  return n.toString(2).length
}

/** Returns 10^k in 64 bits, rounded to nearest. */
function powerOfTen(k: number): Binary {
  const numerator = k >= 0 ? 10n ** BigInt(k) : 1n
  const denominator = k >= 0 ? 1n : 10n ** BigInt(-k)
  let exp = bitLength(numerator) - bitLength(denominator) - 64
  for (;;) {
    const [n, d] = exp >= 0 ? [numerator, denominator << BigInt(exp)] : [numerator << BigInt(-exp), denominator]
    const frac = (2n * n + d) / (2n * d)
    const bits = bitLength(frac)
    if (bits === 64) return { frac, exp }
    exp += bits - 64
  }
}

const cache: (Binary | undefined)[] = []

/** Returns the power of ten that scales a number of this exponent into range, and its k. */
function scalePower(exp: number): { readonly power: Binary; readonly k: number } {
  const guess = Math.trunc(-(exp + POWERS) * 0.30102999566398114)
  let index = Math.trunc((guess - FIRST_POWER) / POWER_STEP)
  for (;;) {
    const k = FIRST_POWER + index * POWER_STEP
    const power = (cache[index] ??= powerOfTen(k))
    const scaled = exp + power.exp + 64
    if (scaled < MIN_EXPONENT) index++
    else if (scaled > MAX_EXPONENT) index--
    else return { power, k }
  }
}

function multiply(a: Binary, b: Binary): Binary {
  return { frac: (a.frac * b.frac + (1n << 63n)) >> 64n, exp: a.exp + b.exp + 64 }
}

const view = new DataView(new ArrayBuffer(8))

function toBinary(value: number): Binary {
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const frac = bits & (HIDDEN_BIT - 1n)
  const exp = Number((bits >> 52n) & 0x7ffn)
  return exp === 0 ? { frac, exp: -1074 } : { frac: frac + HIDDEN_BIT, exp: exp - 1075 }
}

/** Returns a number shifted so that its highest bit is bit 63. */
function normalized({ frac, exp }: Binary): Binary {
  const shift = 64 - bitLength(frac)
  return { frac: frac << BigInt(shift), exp: exp - shift }
}

/** Returns the digits of a positive, finite double, and the power of ten of the last one. */
export function shortestDigits(value: number): { readonly digits: string; readonly power: number } {
  const binary = toBinary(value)
  const upper = normalized({ frac: (binary.frac << 1n) + 1n, exp: binary.exp - 1 })
  const lowerShift = binary.frac === HIDDEN_BIT ? 2 : 1
  const lower = {
    frac: ((binary.frac << BigInt(lowerShift)) - 1n) << BigInt(binary.exp - lowerShift - upper.exp),
    exp: upper.exp,
  }
  const { power, k } = scalePower(upper.exp)
  const high = multiply(upper, power)
  const top = { frac: high.frac - 1n, exp: high.exp }
  const generated = generate(multiply(normalized(binary), power).frac, top, multiply(lower, power).frac + 1n)
  return { digits: generated.digits, power: generated.power - k }
}

/** Generates digits until they lie between both bounds. */
function generate(number: bigint, upper: Binary, lower: bigint): { readonly digits: string; readonly power: number } {
  const distance = upper.frac - number
  const shift = BigInt(-upper.exp)
  const one = 1n << shift
  let delta = upper.frac - lower
  let whole = upper.frac >> shift
  let part = upper.frac & (one - 1n)
  const digits: number[] = []
  const push = (digit: bigint) => {
    if (digit > 0n || digits.length > 0) digits.push(Number(digit))
  }
  for (let power = 9; power >= 0; power--) {
    const unit = 10n ** BigInt(power)
    push(whole / unit)
    whole %= unit
    const rest = (whole << shift) + part
    if (rest <= delta) return { digits: rounded(digits, delta, rest, unit << shift, distance), power }
  }
  for (let power = -1, scale = 10n; ; power--, scale *= 10n) {
    part *= 10n
    delta *= 10n
    push(part >> shift)
    part &= one - 1n
    if (part < delta) return { digits: rounded(digits, delta, part, one, BigInt.asUintN(64, distance * scale)), power }
  }
}

/** Lowers the last digit while that gets closer to the number. */
function rounded(digits: number[], delta: bigint, rest: bigint, unit: bigint, distance: bigint): string {
  while (
    rest < distance &&
    delta - rest >= unit &&
    (rest + unit < distance || distance - rest > rest + unit - distance)
  ) {
    digits.push((digits.pop() ?? 0) - 1)
    rest += unit
  }
  return digits.join('')
}
