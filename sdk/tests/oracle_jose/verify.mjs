// Reads [{ jeton, jwk, x5c }] on its input, and answers for each the payload in base64url, or null when npm jose refuses.
// With x5c true, the key is taken from the first certificate of the header, as jose reads it.
import { compactVerify, decodeProtectedHeader, importJWK, importX509 } from 'jose'
import { readFileSync } from 'node:fs'

const algorithms = ['Ed25519', 'EdDSA', 'ES256', 'PS256', 'RS256']

async function keyOf({ jeton, jwk, x5c }) {
  const { alg, x5c: chain } = decodeProtectedHeader(jeton)
  if (!x5c) return importJWK({ ...jwk, alg: undefined }, alg)
  return importX509(`-----BEGIN CERTIFICATE-----\n${chain[0]}\n-----END CERTIFICATE-----`, alg)
}

async function verify(one) {
  try {
    const { payload } = await compactVerify(one.jeton, await keyOf(one), { algorithms })
    return Buffer.from(payload).toString('base64url')
  } catch {
    return null
  }
}

const answers = []
for (const one of JSON.parse(readFileSync(0, 'utf8'))) answers.push(await verify(one))
process.stdout.write(JSON.stringify(answers))
