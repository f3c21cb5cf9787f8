import ArrowStream
import Testing

@Suite("Checksums")
struct ChecksumTests {
  @Test("the known value of the standard's example")
  func example() {
    let digits = Array("123456789".utf8)
    #expect(digits.withUnsafeBytes { Checksum.crc32c($0) } == 0xE306_9283)
    let zeros: [UInt8] = Array(repeating: 0, count: 32)
    #expect(zeros.withUnsafeBytes { Checksum.crc32c($0) } == 0x8A91_36AA)
    #expect(Checksum.crc32c(UnsafeRawBufferPointer(start: nil, count: 0)) == 0)
  }

  @Test("the fast form agrees with the definition at every length, start and division")
  func agreement() {
    var numbers = SampleNumbers(seed: 21)
    let bytes: [UInt8] = (0..<30_000).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
    bytes.withUnsafeBytes { bytes in
      var lengths = Array(0..<1600)
      lengths += [4095, 4096, 12_287, 12_288, 12_289, 13_056, 24_576, 25_345, 29_990]
      for (index, length) in lengths.enumerated() {
        let start = index % 9
        let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
        let expected = Checksum.crc32cByDefinition(piece)
        #expect(Checksum.crc32c(piece) == expected, "\(length) bytes")
        let half = length / 3
        let first = Checksum.crc32c(UnsafeRawBufferPointer(rebasing: piece[..<half]))
        #expect(Checksum.crc32c(UnsafeRawBufferPointer(rebasing: piece[half...]), continuing: first) == expected)
      }
    }
  }
}
