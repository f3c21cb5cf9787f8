import CChecksum

/// CRC-32C, the checksum of recorded streams.
public enum Checksum {
  /// The checksum of some bytes, or of all bytes so far when they follow others.
  /// - Parameter previous: the checksum of what came before; 0 at the start.
  public static func crc32c(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
    guard let start = bytes.baseAddress else { return previous }
    return sluice_crc32c(previous, start, bytes.count)
  }

  /// The same from the definition, one bit at a time: what the fast form is compared with.
  public static func crc32cByDefinition(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
    guard let start = bytes.baseAddress else { return previous }
    return sluice_crc32c_portable(previous, start, bytes.count)
  }
}

/// The 64-bit FNV-1a hash: names contents that nobody tampers with (tables, schemas), byte after byte.
public struct ContentHash: Sendable, Equatable {
  /// The hash of what was added so far.
  public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of nothing.
  public init() {}

  /// Adds a byte.
  public mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }

  /// Adds bytes, for example the UTF-8 of a text.
  public mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(byte) }
  }

  /// The hash as 16 hexadecimal digits.
  public var digits: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
