/**
 * Error messages that the Noir compiler and Aztec's libraries put into most contracts, by selector, for bytecode
 * without an artifact. A selector is a hash of the message; 3.x changed how it is computed.
 */
export const KNOWN_ERRORS: ReadonlyMap<bigint, string> = new Map([
  [0x45a7ca711941e415n, "attempt to add with overflow"],
  [0xd007ebf4cbc66790n, "attempt to add with overflow"],
  [0x288692b047dcfd43n, "attempt to subtract with overflow"],
  [0x1bbc65d03fdceadcn, "attempt to subtract with overflow"],
  [0x646188a8c6cf94cbn, "attempt to multiply with overflow"],
  [0x05041b9920af604cn, "attempt to multiply with overflow"],
  [0xc96f933b139de916n, "attempt to bit-shift with overflow"],
  [0x4b3b997a82c2e654n, "attempt to bit-shift with overflow"],
  [0x5a02e41bb51ea99fn, "call to assert_max_bit_size"],
  [0xad0bd242bd9f085en, "call to assert_max_bit_size"],
  [0xc56bc45a0e100002n, "Index out of bounds"],
  [0xe408504502b58c1fn, "Index out of bounds"],
  [0x4f7a6f7052d4e2dan, "push out of bounds"],
  [0xb3352c3a0d582680n, "push out of bounds"],
  [0xf7a1f3afa5add4can, "Stack too deep"],
  [0xdac5f5d6b44a326dn, "Stack too deep"],
  [0x1f005012402422een, "Initializer address is not the contract deployer"],
  [0xc80d73736ecdb4e1n, "Initializer address is not the contract deployer"],
  [0xf48001a659d32742n, "Initialization hash does not match"],
  [0x8a553a2c2b67c8efn, "Initialization hash does not match"],
  [0xbe1e3fff3ea4f6fan, "Not initialized"],
  [0x06613b3d0b9dbd33n, "Not initialized"],
  [0x02dc6e278076129dn, "Storage slot 0 not allowed. Storage slots must start from 1."],
  [0xbabb21d782331864n, "Storage slot 0 not allowed. Storage slots must start from 1."],
]);
