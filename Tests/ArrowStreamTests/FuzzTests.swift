import ArrowStream
import Foundation
import TestSupport
import Testing

/// Inputs changed at random, the same at every run: nothing that arrives from outside may stop a reader.
///
/// The checksums of the samples are renamed first, so that the changes reach the checks behind them.
@Suite("Fuzz: hostile bytes")
struct FuzzTests {
  /// Inputs per test; `make fuzz` sets a larger number.
  static let inputs = Fuzz.inputs()
  static let limits = ReadLimits(batchBytes: 1 << 22, headerBytes: 1 << 18)

  private static let schema = Schema(
    fields: Samples.schema.fields.filter { ["event", "flag", "text", "hits", "ragged", "words"].contains($0.name) },
    metadata: ["run": "7"])

  private static func batch(rows: Int, seed: UInt64) throws -> RecordBatch {
    try Samples.batch(rows: rows, seed: seed).selecting(schema.fields.map(\.name)).with(metadata: schema.metadata)
  }

  private static func withoutChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for key in [StreamKey.bodyChecksum, StreamKey.headerChecksum] {
      let pattern = Array(key.utf8)
      var place = 0
      while place + pattern.count <= bytes.count {
        if bytes[place] == pattern[0], bytes[place..<place + pattern.count].elementsEqual(pattern) {
          bytes[place] = UInt8(ascii: "x")
        }
        place += 1
      }
    }
    return bytes
  }

  private static func file(_ compression: StreamFileWriter.Compression) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.file("sample.arrow")
    let writer = try StreamFileWriter(path: path, schema: schema, options: .init(compression: compression))
    try writer.write(batch(rows: 5, seed: 1))
    try writer.write(batch(rows: 3, seed: 2))
    try writer.finish()
    return withoutChecksums(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
  }

  /// Changes a few places: bits, bytes, words of the kind that lengths and offsets are, or the length of the whole.
  private static func mutate(_ original: [UInt8], _ numbers: inout SampleNumbers) -> [UInt8] {
    var bytes = original
    let words: [Int64] = [
      0, 1, -1, 2, 7, 8, 16, 63, 64, 127, 128, 255, 256, 65535, 65536, 1 << 24, Int64(Int32.max), Int64(Int32.min),
      1 << 32,
      1 << 40, Int64.max, Int64.min, Int64(original.count), Int64(original.count) - 8,
    ]
    for _ in 0...numbers.below(3) {
      if bytes.isEmpty { break }
      let place = numbers.below(bytes.count)
      switch numbers.below(8) {
      case 0, 1: bytes[place] ^= 1 << UInt8(numbers.below(8))
      case 2: bytes[place] = UInt8(truncatingIfNeeded: numbers.next())
      case 3, 4:
        let word = words[numbers.below(words.count)]
        for index in 0..<4 where place & ~3 + index < bytes.count {
          bytes[place & ~3 + index] = UInt8(truncatingIfNeeded: word >> Int64(8 * index))
        }
      case 5:
        let word = words[numbers.below(words.count)]
        for index in 0..<8 where place & ~7 + index < bytes.count {
          bytes[place & ~7 + index] = UInt8(truncatingIfNeeded: word >> Int64(8 * index))
        }
      case 6:
        // A piece copied from elsewhere: an offset of one table in another.
        let source = numbers.below(bytes.count)
        let length = min(1 + numbers.below(32), bytes.count - max(source, place))
        for index in 0..<length { bytes[place + index] = bytes[source + index] }
      default:
        if numbers.below(4) == 0 { bytes.removeLast(bytes.count - place) } else { bytes[place] = 0xFF }
      }
    }
    return bytes
  }

  /// Reads every value, as a stage would.
  private static func touch(_ batch: RecordBatch) -> Int {
    var sum = 0
    for column in batch.columns where column.count > 0 && column.count <= 4096 {
      for row in 0..<column.count { sum &+= column.value(row).hashValue }
    }
    let pieces = [batch.slice(0..<batch.count / 2), batch.slice(batch.count / 2..<batch.count)]
    if batch.count <= 4096, let joined = try? RecordBatch.concatenating(pieces) { sum &+= joined.count }
    return sum
  }

  private static func read(_ bytes: [UInt8]) -> Bool {
    guard
      let reader = try? StreamFileReader(
        content: Buffer(copying: bytes), name: "fuzz", options: .init(columns: .supported, limits: limits))
    else { return false }
    for index in 0..<min(reader.batchCount, 8) {
      if let batch = try? reader.batch(index) { _ = touch(batch) }
    }
    return true
  }

  @Test("changed files never stop the reader", arguments: [StreamFileWriter.Compression.none, .zstandard(level: 1)])
  func files(compression: StreamFileWriter.Compression) throws {
    let whole = try Self.file(compression)
    #expect(Self.read(whole))
    // Without its footer the file is read message by message.
    let reader = try StreamFileReader(content: Buffer(copying: whole), name: "whole")
    let last = try reader.describe(batch: 1)
    let unfinished = Array(whole[..<(last.byteOffset + last.byteCount)])
    var numbers = SampleNumbers(seed: compression == .none ? 11 : 12)
    var opened = 0
    for input in 0..<Self.inputs / 3 {
      if Self.read(Self.mutate(input % 3 == 0 ? unfinished : whole, &numbers)) { opened += 1 }
    }
    // The changes are small, so that they reach all depths: many inputs open, and many do not.
    #expect(opened > Self.inputs / 30 && opened < Self.inputs / 3)
  }

  @Test("changed messages never stop the receiver")
  func messages() throws {
    let batch = try Self.batch(rows: 6, seed: 3)
    let preamble = try StreamPreamble(describing: batch)
    let plain = Self.withoutChecksums(preamble.bytes)
    let reader = try plain.withUnsafeBytes { try BatchMessageReader(preamble: $0, limits: Self.limits) }
    // The batch names the preamble it was made for: the renamed one is another.
    var (header, body) = try BatchMessage(batch, preamble: preamble).encoded()
    header = Self.withoutChecksums(header)
    let place = try #require(header.indices.first { header[$0...].starts(with: StreamKey.schemaHash.utf8) })
    header[place] = UInt8(ascii: "x")
    let bodyBytes = Array(body.bytes)
    #expect(try header.withUnsafeBytes { try reader.batch(header: $0, body: body) }.rows == batch.rows)

    var numbers = SampleNumbers(seed: 13)
    var accepted = 0
    for input in 0..<Self.inputs / 3 {
      let newHeader = input % 2 == 0 ? Self.mutate(header, &numbers) : header
      let newBody = input % 2 == 1 ? Self.mutate(bodyBytes, &numbers) : bodyBytes
      let buffer = Buffer(copying: newBody)
      if let read = try? newHeader.withUnsafeBytes({ try reader.batch(header: $0, body: buffer) }) {
        accepted += 1
        _ = Self.touch(read)
      }
      if input % 8 == 0 {
        let changed = Self.mutate(plain, &numbers)
        _ = try? changed.withUnsafeBytes { try BatchMessageReader(preamble: $0, limits: Self.limits) }
      }
    }
    #expect(accepted > Self.inputs / 100 && accepted < Self.inputs / 3)
  }

  @Test("changed files never stop the repair, and what it writes is whole")
  func repairs() throws {
    let folder = try TemporaryFolder()
    let whole = try Self.file(.zstandard(level: 1))
    var numbers = SampleNumbers(seed: 14)
    var rescued = 0
    for _ in 0..<Self.inputs / 500 {
      try Data(Self.mutate(whole, &numbers)).write(to: URL(fileURLWithPath: folder.file("broken.arrow")))
      let report = try? StreamRepair.repair(
        path: folder.file("broken.arrow"), into: folder.file("repaired.arrow"), force: true, limits: Self.limits)
      guard let report else { continue }
      rescued += 1
      let reader = try StreamFileReader(path: folder.file("repaired.arrow"), options: .init(columns: .supported))
      #expect(reader.isComplete && reader.batchCount == report.batches)
      for index in 0..<reader.batchCount {
        do {
          _ = try reader.batch(index)
        } catch {
          // Buffers said to be compressed in a way that is not read here are kept for those who read them.
          #expect(error.kind == .unsupported, "\(error)")
        }
      }
    }
    #expect(rescued > Self.inputs / 1000)
  }

  @Test("claims of impossible lengths are refused before memory is taken")
  func hostileLengths() throws {
    let whole = try Self.file(.zstandard(level: 1))
    let reader = try StreamFileReader(
      content: Buffer(copying: whole), name: "whole", options: .init(limits: Self.limits))
    let batch = try reader.describe(batch: 0)
    // The body is full of compressed lengths; each is replaced by a claim of an exabyte.
    var refused = 0
    for place in stride(from: batch.byteOffset, to: batch.byteOffset + batch.byteCount, by: 64) {
      var bytes = whole
      for index in 0..<8 { bytes[place + index] = index == 7 ? 0x10 : 0 }
      let reader = try? StreamFileReader(
        content: Buffer(copying: bytes), name: "claims", options: .init(limits: Self.limits))
      do {
        _ = try reader?.batch(0)
      } catch {
        if case .tooLarge = error.kind { refused += 1 }
      }
    }
    #expect(refused > 5)
  }
}
