import Detector
import Foundation
import Simulation
import Statistics
import Testing

@Suite("Scratch") struct Scratch {
  @Test("dump") func dump() throws {
    let beams = try DetectorModel.belle2().beams
    for process in BornProcess.allCases {
      var generator = PairProduction(process, beams: beams)
      var event = GeneratedEvent()
      var text = ""
      let n = 40000
      let clock = ContinuousClock()
      let start = clock.now
      for number in 0..<n {
        var random = CounterRandom(seed: 1, experiment: 0, run: 1, event: UInt64(number), purpose: .generation)
        generator.generate(into: &event, &random)
        if number < 20000 {
          text += "E \(number)\n"
          for i in 0..<event.count where event.status[i] == 1 {
            text += "P 0 0 \(event.pdg[i]) \(event.px[i]) \(event.py[i]) \(event.pz[i]) \(event.energy[i]) 0 1\n"
          }
        }
      }
      let (value, error) = generator.crossSection
      print("SCRATCH \(process) sigma \(value) +- \(error) tries/event \(Double(generator.tries)/Double(n)) above \(generator.aboveBound) time \((clock.now-start)/n)")
      try text.write(toFile: "/tmp/sluice/detector-scratch/\(process.rawValue).txt", atomically: true, encoding: .utf8)
    }
  }
}
