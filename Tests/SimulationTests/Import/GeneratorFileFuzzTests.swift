import Foundation
import Simulation
import TestSupport
import Testing

@Suite("Generator files, fuzzed")
struct GeneratorFileFuzzTests {
  @Test("Mutated files never crash, and those that read whole hold finite events")
  func fuzz() throws {
    var mutator = ByteMutator(
      "generator files", alphabet: "0123456789-+.eE[],@ \nPVEWUHAT\0\u{7f}nainf", changes: 1...4)
    let seeds = [GeneratorListings.hepmc3, GeneratorListings.hepmc2].map { Array($0.utf8) }
    let inputs = Fuzz.inputs()
    var refused = 0
    for round in 0..<inputs {
      let bytes = mutator.mutated(seeds[round % 2])
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
