import { present } from '../present'
import { lower, toUint8, type Bytes } from '../../acl/bytes'

/** The default secret of XXH3, as its specification gives it. */
const SECRET = Uint8Array.from(
  present(
    (
      'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c' +
      '3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364ea' +
      'c5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e'
    ).match(/../g),
  ).map((pair) => parseInt(pair, 16)),
)
const P32 = [0x9e3779b1n, 0x85ebca77n, 0xc2b2ae3dn] as const
const P64 = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const
const MIX1 = 0x165667919e3779f9n
const MIX2 = 0x9fb21c651e98df25n
const STRIPE = 64
const STRIPES_A_BLOCK = (SECRET.length - STRIPE) / 8

const u64 = (n: bigint) => BigInt.asUintN(64, n)
const low32 = (n: bigint) => n & 0xffffffffn
const rotate = (n: bigint, by: bigint) => u64((n << by) | (n >> (64n - by)))

function read(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] ?? 0)
  return value
}

const read64 = (bytes: Uint8Array, at: number) => read(bytes, at, 8)
const secret = (at: number) => read64(SECRET, at)

function swap64(n: bigint): bigint {
  let out = 0n
  for (let i = 0n; i < 8n; i++) out = (out << 8n) | ((n >> (8n * i)) & 0xffn)
  return out
}

/** Returns the two halves of a 128-bit product, folded by XOR. */
function fold(a: bigint, b: bigint): bigint {
  const product = a * b
  return u64(product) ^ (product >> 64n)
}

function avalanche(h: bigint): bigint {
  h = u64((h ^ (h >> 37n)) * MIX1)
  return h ^ (h >> 32n)
}

function avalanche64(h: bigint): bigint {
  h = u64((h ^ (h >> 33n)) * P64[1])
  h = u64((h ^ (h >> 29n)) * P64[2])
  return h ^ (h >> 32n)
}

function mix16(bytes: Uint8Array, at: number, secretAt: number): bigint {
  return fold(read64(bytes, at) ^ secret(secretAt), read64(bytes, at + 8) ^ secret(secretAt + 8))
}

function hashUpTo16(bytes: Uint8Array): bigint {
  const n = bytes.length
  const length = BigInt(n)
  if (n === 0) return avalanche64(secret(56) ^ secret(64))
  if (n < 4) {
    const combined =
      (BigInt(bytes[0] ?? 0) << 16n) | (BigInt(bytes[n >> 1] ?? 0) << 24n) | BigInt(bytes[n - 1] ?? 0) | (length << 8n)
    return avalanche64(combined ^ (read(SECRET, 0, 4) ^ read(SECRET, 4, 4)))
  }
  if (n <= 8) {
    let h = (read(bytes, n - 4, 4) + (read(bytes, 0, 4) << 32n)) ^ (secret(8) ^ secret(16))
    h ^= rotate(h, 49n) ^ rotate(h, 24n)
    h = u64(h * MIX2)
    h = u64((h ^ ((h >> 35n) + length)) * MIX2)
    return h ^ (h >> 28n)
  }
  const low = read64(bytes, 0) ^ (secret(24) ^ secret(32))
  const high = read64(bytes, n - 8) ^ (secret(40) ^ secret(48))
  return avalanche(u64(length + swap64(low) + high + fold(low, high)))
}

function hashUpTo240(bytes: Uint8Array): bigint {
  const n = bytes.length
  let sum = BigInt(n) * P64[0]
  if (n <= 128) {
    for (let i = Math.floor((n - 1) / 32); i >= 0; i--)
      sum += mix16(bytes, 16 * i, 32 * i) + mix16(bytes, n - 16 * (i + 1), 32 * i + 16)
    return avalanche(u64(sum))
  }
  for (let i = 0; i < 8; i++) sum += mix16(bytes, 16 * i, 16 * i)
  sum = avalanche(u64(sum))
  for (let i = 8; i < n >> 4; i++) sum += mix16(bytes, 16 * i, 16 * (i - 8) + 3)
  return avalanche(u64(sum + mix16(bytes, n - 16, 136 - 17)))
}

function hashLong(bytes: Uint8Array): bigint {
  const lanes = BigUint64Array.of(P32[2], P64[0], P64[1], P64[2], P64[3], P32[1], P64[4], P32[0])
  const accumulate = (at: number, secretAt: number) => {
    for (let i = 0; i < 8; i++) {
      const value = read64(bytes, at + 8 * i)
      const keyed = value ^ secret(secretAt + 8 * i)
      lanes[i ^ 1] = u64((lanes[i ^ 1] ?? 0n) + value)
      lanes[i] = u64((lanes[i] ?? 0n) + low32(keyed) * (keyed >> 32n))
    }
  }
  const stripes = Math.floor((bytes.length - 1) / STRIPE)
  for (let i = 0; i < stripes; i++) {
    accumulate(i * STRIPE, 8 * (i % STRIPES_A_BLOCK))
    const isLastOfBlock = i % STRIPES_A_BLOCK === STRIPES_A_BLOCK - 1
    if (isLastOfBlock)
      for (let j = 0; j < 8; j++)
        lanes[j] = u64(((lanes[j] ?? 0n) ^ ((lanes[j] ?? 0n) >> 47n) ^ secret(SECRET.length - STRIPE + 8 * j)) * P32[0])
  }
  accumulate(bytes.length - STRIPE, SECRET.length - STRIPE - 7)
  let sum = BigInt(bytes.length) * P64[0]
  for (let i = 0; i < 4; i++)
    sum += fold((lanes[2 * i] ?? 0n) ^ secret(11 + 16 * i), (lanes[2 * i + 1] ?? 0n) ^ secret(11 + 16 * i + 8))
  return avalanche(u64(sum))
}

/**
 * Returns the XXH3 hash (64 bits, no seed) of a string as 16 hexadecimal digits: DIGEST, IFDEQ and IFDNE of Redis 8.4.
 */
export function digestOf(text: Bytes): string {
  const bytes = toUint8(text)
  const hash = bytes.length <= 16 ? hashUpTo16(bytes) : bytes.length <= 240 ? hashUpTo240(bytes) : hashLong(bytes)
  return hash.toString(16).padStart(16, '0')
}

export function isHexDigest(text: Bytes): boolean {
  return /^[0-9a-f]{16}$/i.test(text) && text.length === 16
}

/** Returns true if a string has this digest, ignoring case. */
export function sameDigest(value: Bytes, digest: Bytes): boolean {
  return digestOf(value) === lower(digest)
}
