import Detector
import EventModel
import Foundation
import Kinematics
import Statistics

/// What the detector records of a generated event: hits in all parts, with the truth of each.
///
/// Particles are followed along helices through the material: they scatter, lose energy, radiate, convert, decay; each
/// detector part turns their passage into hits, beam background is added, and everything made on the way is appended
/// to the event's truth. All random numbers are keyed by (seed, experiment, run, event, purpose): the response
/// of an event depends on no other event. One value serves one thread; it keeps its scratch memory from event to event.
///
///     var response = try DetectorResponse(detector: .belle2(), background: 0.2, seed: 1)
///     var builders = SimulatedEventBuilders(processes: ["mumu"])
///     try response.respond(to: event, experiment: 1, run: 1, into: &builders)
///     let batch = try builders.finish()
public struct DetectorResponse {
  /// Truth status of particles that the detector response made.
  public static let madeByResponse: Int32 = 101

  /// The detector.
  public let detector: DetectorModel
  /// Beam-background level b; 1 is the design.
  public let background: Double
  /// Seed of all random numbers.
  public let seed: UInt64
  /// What changes from event to event; nil for a machine and a detector that stay as they are.
  public let drift: ConditionDrift?
  /// Channels that record nothing.
  public let deadChannels: ChannelList
  /// Channels that record something in every event.
  public let hotChannels: ChannelList

  private let hotWires: [Int]
  private let hotCrystals: [Int]
  let surfaces: TrackingSurfaces
  private let spectrum: ClusterSpectrum
  private let identification: IdentificationResponse
  var driftChamber: DriftChamberResponse
  var silicon: SiliconResponse
  var calorimeter: CalorimeterResponse
  var muonDetector: MuonDetectorResponse
  /// The event with what the response adds to it.
  var truth = GeneratedEvent()
  /// Particles still to be followed.
  var queue: [MovingParticle] = []
  /// Showers in the wall of the beam pipe: keeps its memory.
  var wallShower = WallShower()
  var random: ResponseRandom

  /// A response.
  ///
  /// - Parameters:
  ///   - detector: The detector model.
  ///   - background: Beam-background level b, not negative.
  ///   - seed: Seed of all random numbers.
  ///   - drift: What changes from event to event; nothing if left out.
  ///   - deadChannels: Channels that record nothing. What all others record is the same with and without them.
  ///   - hotChannels: Channels that record something in every event, whatever happens; a channel that is dead too records nothing.
  /// - Throws: `DetectorTableError` if the table of particle identification cannot be read.
  public init(
    detector: DetectorModel, background: Double, seed: UInt64, drift: ConditionDrift? = nil,
    deadChannels: ChannelList = .none, hotChannels: ChannelList = .none
  ) throws {
    self.detector = detector
    self.drift = drift
    self.background = background.isFinite ? max(0, background) : 0
    self.seed = seed
    self.deadChannels = deadChannels
    self.hotChannels = hotChannels
    hotWires = hotChannels.wires.sorted()
    hotCrystals = hotChannels.crystals.sorted()
    surfaces = TrackingSurfaces(detector)
    spectrum = ClusterSpectrum(detector.background)
    identification = IdentificationResponse(try IdentificationTable.belle2())
    driftChamber = DriftChamberResponse(detector.driftChamber, dead: deadChannels.wires)
    silicon = SiliconResponse(detector.silicon)
    calorimeter = CalorimeterResponse(detector.calorimeter, level: self.background, dead: deadChannels.crystals)
    muonDetector = MuonDetectorResponse(detector.muonDetector)
    random = ResponseRandom(seed: seed, experiment: 0, run: 0, event: 0)
  }

  /// Simulates one event and adds it to the columns.
  ///
  /// - Parameters:
  ///   - event: The event; its process must be one of the builders' labels.
  ///   - experiment: Data-taking period.
  ///   - run: Run.
  ///   - builders: Receive the event.
  /// - Throws: ``UnknownLabelError`` for another process label; nothing is added then.
  public mutating func respond(
    to event: GeneratedEvent, experiment: UInt16, run: UInt32, into builders: inout SimulatedEventBuilders
  ) throws {
    guard let process = builders.processes.firstIndex(of: event.process) else {
      throw UnknownLabelError(label: event.process, labels: builders.processes)
    }
    random = ResponseRandom(seed: seed, experiment: experiment, run: run, event: event.number)
    truth = event
    driftChamber.clear()
    silicon.clear()
    calorimeter.clear()
    muonDetector.clear()

    let drifted = drift?.fraction(at: event.time) ?? 0
    smearVertex(about: drifted * (drift?.interactionPoint ?? .zero))
    queue.removeAll(keepingCapacity: true)
    for index in 0..<truth.count where truth.status[index] == GeneratedEvent.Status.final { enqueue(index) }
    followAll(&builders)
    if background > 0 { addBackground(&builders) }
    driftChamber.addHot(hotWires, &random.hotChannels)
    calorimeter.addHot(hotCrystals, &random.hotChannels)

    driftChamber.write(to: &builders)
    silicon.write(to: &builders)
    calorimeter.write(to: &builders, gain: 1 + drifted * (drift?.calorimeterGain ?? 0), &random.calorimeter)
    muonDetector.write(to: &builders)
    writeTruth(to: &builders)
    builders.endEvent()
    builders.event.append(
      EventKey(experiment: experiment, run: run, number: event.number), time: event.time, weight: Float(event.weight),
      process: process)
  }

  /// Generators put the collision at the origin; the luminous region shifts all of the event.
  private mutating func smearVertex(about middle: Vector3) {
    let size = detector.beams.luminousRegion
    truth.translate(
      by: SIMD4(
        middle.x + size.x * random.interactionPoint.gaussian(),
        middle.y + size.y * random.interactionPoint.gaussian(),
        middle.z + size.z * random.interactionPoint.gaussian(), 0))
  }

  /// Momenta above this are nonsense, GeV.
  private static let largestMomentum = 1000.0
  /// Vertices further out are nonsense, cm.
  private static let largestDistance = 10_000.0

  /// Puts a particle of the truth on the list of those to follow.
  mutating func enqueue(_ index: Int) {
    let p = truth.momentum(index)
    let v = truth.vertex(index)
    let species = Species(pdg: truth.pdg[index])
    // What no collision can make is passed over: not a number, beyond the accelerator, outside the building.
    let momentumIsPossible = max(abs(p.x), abs(p.y), abs(p.z)) < Self.largestMomentum
    let vertexIsPossible = max(abs(v.x), abs(v.y), abs(v.z)) < Self.largestDistance && abs(v.w) < 1e6
    guard species.interaction != .invisible, momentumIsPossible, vertexIsPossible else { return }
    let lifetime =
      species.properDecayLength.isFinite ? species.properDecayLength * random.decay.exponential() : .infinity
    let depth =
      species.interaction == .chargedHadron
      ? random.nuclearInteraction.exponential() / NuclearInteraction.share(of: truth.pdg[index]) : .infinity
    queue.append(
      MovingParticle(
        position: Vector3(v.x, v.y, v.z), momentum: Vector3(p.x, p.y, p.z), time: v.w, properLengthLeft: lifetime,
        interactionLengthsLeft: depth, species: species, truth: Int32(truncatingIfNeeded: index), pdg: truth.pdg[index])
    )
  }

  /// Follows particles until none is left, those made on the way included.
  private mutating func followAll(_ builders: inout SimulatedEventBuilders) {
    var followed = 0
    while followed < queue.count, followed < Self.mostParticles {
      let particle = queue[followed]
      followed += 1
      let atCalorimeter = follow(particle)
      guard let arrived = atCalorimeter else { continue }
      meetCalorimeter(arrived, &builders)
    }
  }

  /// More particles than any event makes: a guard against showers of decays that never end.
  private static let mostParticles = 20_000

  /// What happens from the front of the crystals on.
  private mutating func meetCalorimeter(_ arrived: MovingParticle, _ builders: inout SimulatedEventBuilders) {
    var particle = arrived
    if particle.species.charge != 0, particle.truth >= 0 {
      identification.add(particle, to: &builders, &random.identification)
    }
    switch particle.species.interaction {
    case .electron, .photon:
      calorimeter.electromagneticShower(
        energy: particle.energy, at: particle.position, direction: particle.momentum, time: particle.time,
        particle: particle.truth, &random.calorimeter)
    case .muon, .chargedHadron:
      if calorimeter.traverse(&particle, &random.calorimeter) == .left {
        muonDetector.traverse(particle, field: detector.field, &random.muonDetector)
      }
    case .neutralHadron:
      if calorimeter.neutralHadron(particle, &random.calorimeter) {
        muonDetector.neutralHadron(particle, &random.muonDetector)
      }
    case .decaying, .invisible: break
    }
  }

  /// Beam background in every part, tracks that miss the interaction point included.
  private mutating func addBackground(_ builders: inout SimulatedEventBuilders) {
    let chosen = truth.background
    driftChamber.addBackground(level: background, &random.driftChamberBackground)
    silicon.addBackground(level: background, &random.siliconBackground)
    calorimeter.addBackground(spectrum, chosen: chosen?.clusters, &random.calorimeterBackground)
    muonDetector.addBackground(level: background, &random.muonBackground)
    let showers = detector.background.showers
    let window = DriftChamberResponse.window
    if let chosen {
      if chosen.openingTracks > 0 {
        addShower(chosen.openingTracks, window: BackgroundContents.openingWindow, &builders)
      }
      for _ in 0..<min(chosen.laterShowers, Self.mostShowers) {
        let tracks = BackgroundTracks.multiplicity(showers, &random.backgroundTracks)
        addShower(tracks, window: 0..<window.upperBound, &builders)
      }
      return
    }
    let mean = background * showers.rate * (window.upperBound - window.lowerBound)
    for _ in 0..<min(random.backgroundTracks.poisson(mean), Self.mostShowers) {
      let tracks = BackgroundTracks.multiplicity(showers, &random.backgroundTracks)
      addShower(tracks, window: window, &builders)
    }
  }

  /// More showers than any window holds.
  private static let mostShowers = 100

  private mutating func addShower(_ tracks: Int, window: Range<Double>, _ builders: inout SimulatedEventBuilders) {
    queue.removeAll(keepingCapacity: true)
    BackgroundTracks.draw(tracks, into: &queue, window: window, &random.backgroundTracks)
    followAll(&builders)
  }

  private func writeTruth(to builders: inout SimulatedEventBuilders) {
    for index in 0..<truth.count {
      builders.truth.append(
        pdg: truth.pdg[index], mother: truth.mother[index], status: truth.status[index], px: Float(truth.px[index]),
        py: Float(truth.py[index]), pz: Float(truth.pz[index]), energy: Float(truth.energy[index]),
        x: Float(truth.x[index]), y: Float(truth.y[index]), z: Float(truth.z[index]), t: Float(truth.t[index]))
    }
  }
}

/// An event whose process label is not in the stream's list of labels.
public struct UnknownLabelError: Error, CustomStringConvertible, Sendable {
  /// The label found.
  public let label: String
  /// The stream's labels.
  public let labels: [String]

  /// What was found and what was expected.
  public var description: String {
    "the process label '\(label)' is not one of the stream's: \(labels.joined(separator: ", "))"
  }
}

/// The sequences of random numbers of one event, one for each purpose.
struct ResponseRandom {
  var interactionPoint: CounterRandom
  var decay: CounterRandom
  var propagation: CounterRandom
  var driftChamber: CounterRandom
  var silicon: CounterRandom
  var calorimeter: CounterRandom
  var muonDetector: CounterRandom
  var identification: CounterRandom
  var nuclearInteraction: CounterRandom
  var driftChamberBackground: CounterRandom
  var siliconBackground: CounterRandom
  var calorimeterBackground: CounterRandom
  var muonBackground: CounterRandom
  var backgroundTracks: CounterRandom
  var hotChannels: CounterRandom

  init(seed: UInt64, experiment: UInt16, run: UInt32, event: UInt64) {
    func sequence(_ purpose: RandomPurpose) -> CounterRandom {
      CounterRandom(seed: seed, experiment: experiment, run: run, event: event, purpose: purpose)
    }
    interactionPoint = sequence(.interactionPoint)
    decay = sequence(.decay)
    propagation = sequence(.propagation)
    driftChamber = sequence(.driftChamber)
    silicon = sequence(.silicon)
    calorimeter = sequence(.calorimeter)
    muonDetector = sequence(.muonDetector)
    identification = sequence(.identification)
    nuclearInteraction = sequence(.nuclearInteraction)
    driftChamberBackground = sequence(.driftChamberBackground)
    siliconBackground = sequence(.siliconBackground)
    calorimeterBackground = sequence(.calorimeterBackground)
    muonBackground = sequence(.muonDetectorBackground)
    backgroundTracks = sequence(.backgroundTracks)
    hotChannels = sequence(RandomPurpose(named: "hot channels"))
  }
}
