import ArrowStream
import Foundation

extension Provenance {
  /// Provenance of a run that ends now; inputs are read once more for their checksums.
  /// - Throws: an error of the system when an input can no longer be read.
  public init(
    version: String, command: [String], menu: String, menuHash: String, geometry: String, networks: String,
    prescaling: Prescaling? = nil, seed: UInt64, workers: Int, pace: String, inputs paths: [String], start: Date
  ) throws {
    let end = Date()
    self.init(
      version: version, build: Self.currentBuild, command: command, menu: menu, menuHash: menuHash,
      geometry: geometry, networks: networks, prescaling: prescaling, seed: seed, workers: workers, pace: pace,
      inputs: try paths.map { path in
        let (bytes, checksum) = try Self.checksum(path: path)
        let digits = String(checksum, radix: 16)
        return InputFile(
          path: path, bytes: bytes, crc32c: String(repeating: "0", count: 8 - digits.count) + digits)
      }, start: Self.utc(start), end: Self.utc(end), host: ProcessInfo.processInfo.hostName)
  }

  /// For which processors the kernels of this build were compiled.
  public static var currentBuild: String {
    #if SLUICE_X86_64_V3
      "x86-64-v3"
    #elseif arch(arm64)
      "arm64"
    #else
      "x86-64"
    #endif
  }

  /// Size and CRC-32C of a file, read in pieces so that memory does not grow with it.
  private static func checksum(path: String) throws -> (bytes: Int, crc: UInt32) {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? file.close() }
    var bytes = 0
    var crc: UInt32 = 0
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      bytes += piece.count
      crc = piece.withUnsafeBytes { Checksum.crc32c($0, continuing: crc) }
    }
    return (bytes, crc)
  }

  private static func utc(_ date: Date) -> String {
    date.formatted(.iso8601)
  }
}
