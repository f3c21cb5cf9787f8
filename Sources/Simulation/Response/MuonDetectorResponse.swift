import Detector
import Foundation
import Kinematics
import Statistics

/// Hits of the muon and K_L detector of one event.
struct MuonDetectorResponse {
  /// Energy lost between the calorimeter and the first layer (coil and first iron) at normal incidence, GeV: half the muons of
  /// 0.68 GeV then fire a sector.
  private static let lossBefore = 0.27
  /// Energy lost in one iron plate at normal incidence, GeV: 11.4 MeV per cm.
  private static let lossPerPlate = 0.0114 * 4.7
  /// Straggling of both.
  private static let straggling = 0.12
  /// Radiation lengths of calorimeter and coil, and of one iron plate: for multiple scattering.
  private static let radiationLengthsBefore = 22.0
  private static let radiationLengthsPerPlate = 2.67

  /// Mean number of further strips that fire beside the one that is crossed: of resistive plates, of scintillator, and of either
  /// where a hadron showers. Choices of this model; they add hits to planes that are hit anyway.
  private static let furtherStrips = (plates: 0.6, scintillator: 0.1, shower: 2.0)
  /// Distance of neighbouring strips, cm.
  private static let stripPitch = 4.0

  private struct Hit {
    let section: UInt8
    let sector: UInt8
    let layer: UInt8
    let plane: UInt8
    let position: Float
    let time: Float
    let particle: Int32
  }

  private let detector: MuonDetector
  private var crossings: [MuonCrossing] = []
  private var hits: [Hit] = []

  init(_ detector: MuonDetector) { self.detector = detector }

  /// Number of hits so far in this event.
  var count: Int { hits.count }

  /// Forgets the event.
  mutating func clear() { hits.removeAll(keepingCapacity: true) }

  /// A charged particle that left the calorimeter.
  mutating func traverse(_ particle: MovingParticle, field: Double, _ random: inout CounterRandom) {
    let momentum = particle.momentum
    guard momentum.transverse > 0.02 else { return }
    let helix = Helix(position: particle.position, momentum: momentum, charge: particle.species.charge, field: field)
    guard let exit = detector.exitLine(of: helix) else { return }
    let scattered = MaterialEffects.scattered(
      exit.line.direction,
      angle: Material.scatteringAngle(
        radiationLengths: Self.radiationLengthsBefore, momentum: momentum.length, beta: particle.beta), &random)
    let line = StraightLine(origin: exit.line.origin, direction: scattered)
    crossings.removeAll(keepingCapacity: true)
    detector.appendCrossings(of: line, into: &crossings)
    let isHadron = particle.species.interaction == .chargedHadron
    // How many layers a hadron reaches before the iron absorbs it.
    let lastLayer = isHadron ? Int(min(60, random.exponential() / HadronInteraction.perLayer)) : 60
    let range = particle.kineticEnergy / MaterialEffects.relativeIonisation(betaGamma: max(1, particle.betaGamma))
    let loss = 1 + Self.straggling * random.gaussian()
    let plate = Material.scatteringAngle(
      radiationLengths: Self.radiationLengthsPerPlate, momentum: momentum.length, beta: particle.beta)
    let sideways = (random.gaussian(), random.gaussian())
    let toExit = (line.origin - particle.position).length
    for crossing in crossings {
      let cosine = max(0.2, incidence(of: line.direction, at: crossing))
      let lost = loss * (Self.lossBefore + Self.lossPerPlate * Double(crossing.layer - 1)) / cosine
      guard lost < range, crossing.layer <= lastLayer else { break }
      // Scattering in the plates displaces the path by theta x depth / sqrt(3) x sqrt(plates).
      let plates = Double(crossing.layer)
      let displacement = plate * 9.1 * plates * plates.squareRoot() / 3.0.squareRoot()
      let time = particle.time + (toExit + crossing.path) / (PhysicalConstants.speedOfLight * particle.beta)
      add(
        crossing, across: crossing.across + displacement * sideways.0,
        along: crossing.along + displacement * sideways.1,
        time: time, particle: particle.truth, isShower: isHadron && crossing.layer == lastLayer, &random)
    }
  }

  /// A neutral hadron that went through the calorimeter: it may shower in the iron and light up a few layers.
  mutating func neutralHadron(_ particle: MovingParticle, _ random: inout CounterRandom) {
    crossings.removeAll(keepingCapacity: true)
    let line = StraightLine(origin: particle.position, direction: particle.momentum)
    detector.appendCrossings(of: line, into: &crossings)
    // One interaction length of iron is 16.8 cm: 3.6 plates.
    let first = 1 + Int(min(60, 3.6 * random.exponential()))
    let length = 1 + random.poisson(min(4, 1.5 * particle.kineticEnergy))
    for crossing in crossings where crossing.layer >= first && crossing.layer < first + length {
      let time = particle.time + crossing.path / (PhysicalConstants.speedOfLight * max(0.1, particle.beta))
      add(
        crossing, across: crossing.across + 5 * random.gaussian(), along: crossing.along + 5 * random.gaussian(),
        time: time, particle: particle.truth, isShower: true, &random)
    }
  }

  private func incidence(of direction: Vector3, at crossing: MuonCrossing) -> Double {
    guard crossing.section.isBarrel else { return abs(direction.unit.z) }
    let phi = detector.phi(ofSector: crossing.sector, crossing.section)
    return abs(direction.unit.dot(Vector3(cos(phi), sin(phi), 0)))
  }

  /// The hits of both planes of a layer.
  private mutating func add(
    _ crossing: MuonCrossing, across: Double, along: Double, time: Double, particle: Int32, isShower: Bool,
    _ random: inout CounterRandom
  ) {
    for plane in 0..<2 {
      guard random.uniform() < detector.planeEfficiency else { continue }
      let position = (plane == 0 ? across : along) + detector.resolution * random.gaussian()
      let measured = time + detector.timeResolution * random.gaussian()
      let arePlates = crossing.section.isBarrel && crossing.layer > 2
      let further =
        isShower ? Self.furtherStrips.shower : (arePlates ? Self.furtherStrips.plates : Self.furtherStrips.scintillator)
      for strip in 0...min(6, random.poisson(further)) {
        // One to the left, one to the right, and so on outwards.
        let steps = Double((strip + 1) / 2) * (strip % 2 == 0 ? 1 : -1)
        hits.append(
          Hit(
            section: crossing.section.rawValue, sector: UInt8(truncatingIfNeeded: crossing.sector),
            layer: UInt8(truncatingIfNeeded: crossing.layer), plane: UInt8(plane),
            position: Digitisation.rounded(position + steps * Self.stripPitch, Digitisation.muonPosition),
            time: Digitisation.rounded(measured, Digitisation.time), particle: particle))
      }
    }
  }

  /// Single hits of beam background and, rarely, a sector full of noise.
  mutating func addBackground(level: Double, _ random: inout CounterRandom) {
    let window = BackgroundRates.muonWindow
    for _ in 0..<random.poisson(level * BackgroundRates.muonHits) {
      addNoise(
        in: randomSection(&random), time: random.uniform(window.lowerBound, window.upperBound), layers: 1, &random)
    }
    let bursts = level * BackgroundRates.muonSectors * (window.upperBound - window.lowerBound) / 250
    for _ in 0..<random.poisson(bursts) {
      addNoise(
        in: randomSection(&random), time: random.uniform(window.lowerBound, window.upperBound), layers: 5, &random)
    }
  }

  private func randomSection(_ random: inout CounterRandom) -> MuonSection {
    MuonSection.allCases[Int(random.integer(below: UInt64(MuonSection.allCases.count)))]
  }

  private mutating func addNoise(in section: MuonSection, time: Double, layers: Int, _ random: inout CounterRandom) {
    let sector = Int(random.integer(below: UInt64(detector.sectorCount(section))))
    let last = detector.layerCount(section)
    let first = 1 + Int(random.integer(below: UInt64(max(1, last - layers + 1))))
    for layer in first..<(first + layers) {
      let plane = UInt8(random.integer(below: 2))
      let range: ClosedRange<Double>
      if section.isBarrel {
        let half = detector.barrelDistances[layer - 1] * tan(Double.pi / 8)
        let ends =
          section == .barrelForward
          ? detector.zOffset...(detector.zOffset + detector.barrelHalfLength)
          : (detector.zOffset - detector.barrelHalfLength)...detector.zOffset
        range = plane == 0 ? -half...half : ends
      } else {
        let outer = detector.endcapOuterRadius * 0.7
        range = plane == 0 ? -outer...outer : detector.endcapInnerRadius...detector.endcapOuterRadius
      }
      hits.append(
        Hit(
          section: section.rawValue, sector: UInt8(truncatingIfNeeded: sector), layer: UInt8(truncatingIfNeeded: layer),
          plane: plane,
          position: Digitisation.rounded(
            random.uniform(range.lowerBound, range.upperBound), Digitisation.muonPosition),
          time: Digitisation.rounded(
            time + detector.timeResolution * random.gaussian(), Digitisation.time), particle: -1))
    }
  }

  /// Writes the hits section by section, sector by sector, layer by layer.
  mutating func write(to builders: inout SimulatedEventBuilders) {
    hits.sort {
      ($0.section, $0.sector, $0.layer, $0.plane, $0.position) < (
        $1.section, $1.sector, $1.layer, $1.plane, $1.position
      )
    }
    for hit in hits {
      builders.muonDetector.append(
        section: hit.section, sector: hit.sector, layer: hit.layer, plane: hit.plane, position: hit.position,
        time: hit.time)
      builders.hitTruth.muonDetector.append(hit.particle)
    }
  }
}
