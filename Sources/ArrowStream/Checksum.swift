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
