import Foundation
import Simulation
import Testing

@Suite("Generator files, fuzzed")
struct GeneratorFileFuzzTests {
  @Test("Mutated files never crash, and those that read whole hold finite events")
  func fuzz() throws {
    var generator = SplitMix(state: 20_260_101)
    let seeds = [GeneratorListings.hepmc3, GeneratorListings.hepmc2].map { Array($0.utf8) }
    let interesting = Array("0123456789-+.eE[],@ \nPVEWUHAT\0\u{7f}nainf".utf8)
    let inputs = ProcessInfo.processInfo.environment["SLUICE_FUZZ_INPUTS"].flatMap { Int($0) } ?? 100_000
    var refused = 0
    for round in 0..<inputs {
      var bytes = seeds[round % 2]
      for _ in 0..<(1 + Int(generator.next() % 4)) {
        let position = Int(generator.next() % UInt64(bytes.count))
        switch generator.next() % 5 {
        case 0: bytes[position] = interesting[Int(generator.next() % UInt64(interesting.count))]
        case 1: bytes[position] = UInt8(truncatingIfNeeded: generator.next())
        case 2: bytes.removeSubrange(position..<min(bytes.count, position + 1 + Int(generator.next() % 30)))
        case 3: bytes.insert(interesting[Int(generator.next() % UInt64(interesting.count))], at: position)
        default:
          let other = Int(generator.next() % UInt64(bytes.count))
          bytes.insert(contentsOf: bytes[other..<min(bytes.count, other + 40)], at: position)
        }
        if bytes.isEmpty { bytes = [0x0a] }
      }
      let (events, error) = readAll { () throws(GeneratorFileError) in try GeneratorFile(contents: bytes, name: "fuzz")
      }
      if error != nil { refused += 1 }
      for event in events {
        #expect(event.energy.allSatisfy { $0.isFinite } && event.x.allSatisfy { $0.isFinite })
        #expect(zip(event.mother, 0...).allSatisfy { $0 < $1 })
      }
    }
    #expect(refused > inputs / 4)
  }
}
