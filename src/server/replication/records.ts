/** The first bytes of the records of an RDB file that are no values (rdb.h). */
export const SLOTS = 0xf4
export const FUNCTION = 0xf5
export const IDLE = 0xf8
export const FREQUENCY = 0xf9
export const NOTE = 0xfa
export const SIZES = 0xfb
export const EXPIRY = 0xfc
export const EXPIRY_IN_SECONDS = 0xfd
export const SELECT = 0xfe
export const END = 0xff

/** The length of the head of an RDB file: `REDIS0012`, `VALKEY080`. */
export const HEAD = 9
