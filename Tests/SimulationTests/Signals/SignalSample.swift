import Detector
import Kinematics
import Simulation
import Statistics

/// Events of a signal.
struct SignalSample {
  let events: [GeneratedEvent]
  let beams: Beams
  /// Tries above the bound of the rejection.
  let aboveBound: Int

  init(_ process: SignalProcess, events count: Int, seed: UInt64 = 1, _ change: (inout SignalModel) -> Void = { _ in })
    throws
  {
    beams = try DetectorModel.belle2().beams
    var model = SignalModel(process)
    change(&model)
    var generator = try SignalGenerator(model, beams: beams)
    events = (0..<count).map { number in
      var event = GeneratedEvent(number: UInt64(number), process: process.rawValue)
      var random = CounterRandom(seed: seed, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      generator.generate(into: &event, count: number, &random)
      return event
    }
    aboveBound = generator.aboveBound
  }
}

extension GeneratedEvent {
  /// Four-momentum of a particle, GeV.
  func four(_ index: Int) -> FourVector {
    FourVector(px: px[index], py: py[index], pz: pz[index], energy: energy[index])
  }

  /// Indices of the particles of a code.
  func all(_ code: Int32) -> [Int] { (0..<count).filter { pdg[$0] == code } }

  /// Indices of the daughters of a particle.
  func daughters(_ index: Int) -> [Int] { (0..<count).filter { mother[$0] == Int32(index) } }

  /// Whether the generator left a particle undecayed.
  func isFinal(_ index: Int) -> Bool { status[index] == Status.final }

  /// The frame of the beams, which stand first.
  var beamFrame: CentreOfMassFrame? {
    count >= 2 ? CentreOfMassFrame(first: four(0), second: four(1)) : nil
  }

  /// Largest component by which the final particles differ from the beams, or the products of a decay from its mother, GeV.
  var imbalance: Double {
    var sum = FourVector.zero
    var largest = 0.0
    func size(_ vector: FourVector) -> Double { max(vector.momentum.length, abs(vector.energy)) }
    for index in 0..<count {
      switch status[index] {
      case Status.beam: sum = sum - four(index)
      case Status.final: sum += four(index)
      default:
        let rest = daughters(index).reduce(four(index)) { $0 - four($1) }
        largest = max(largest, size(rest))
      }
    }
    return max(largest, size(sum))
  }
}

/// Mean of numbers and its statistical error.
func meanAndError(_ values: [Double]) -> (mean: Double, error: Double) {
  let n = Double(max(values.count, 2))
  let mean = values.reduce(0, +) / n
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
  return (mean, (variance / n).squareRoot())
}

/// Whether the mean of numbers agrees with what is expected within five standard errors.
func meanAgrees(_ values: [Double], with expected: Double) -> Bool {
  let (mean, error) = meanAndError(values)
  return values.count > 10 && abs(mean - expected) < 5 * error + 1e-12
}

/// Pearson's chi-squared of counts against expected shares of their sum.
func pearson(_ counts: [Int], _ shares: [Double]) -> Double {
  let total = Double(counts.reduce(0, +))
  let sum = shares.reduce(0, +)
  return zip(counts, shares).reduce(0) { result, pair in
    let expected = total * pair.1 / sum
    return result + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
  }
}
