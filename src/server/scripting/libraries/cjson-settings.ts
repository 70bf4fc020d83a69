/** The settings of cjson that a script can change. */
export interface JsonSettings {
  sparseConvert: boolean
  sparseRatio: number
  sparseSafe: number
  encodeMaxDepth: number
  decodeMaxDepth: number
  numberPrecision: number
  keepBuffer: boolean
  encodeInvalid: 'off' | 'on' | 'null'
  decodeInvalid: boolean
}
