import EventModel
import Kinematics

/// Kind `tagged_hadron`, B to h X with X invisible: a hadron and nothing else beside a B meson that is reconstructed in full.
///
/// Observable `star_momentum`: momentum of h in the rest frame of the signal B, a line for a particle X of one mass; `recoil_mass2`
/// is the squared mass of X. The signal B flies opposite to the tag in the centre of mass with the momentum that its mass leaves it,
/// so that the measured size of the tag's momentum does not matter, its direction does.
///
/// All prompt tracks of the event belong to the tag (``HadronicTag``), to its K_S, or are h: a charged pion, kaon or proton beside a
/// charged tag, each in turn as `hypothesis`, or a K_S beside a neutral tag. The tag whose energy and D mass fit best is taken.
/// `beam_constrained_mass` and `delta_energy` are the tag's, `mass_low` and `mass_high` the masses of its D and D*, `extra_energy`
/// that of photons outside of it.
enum TaggedHadronCandidates {
  /// Prompt tracks: three pions beside D0 to K pi pi pi, and the hadron.
  static let mostTracks = 8
  /// Photons that neutral pions are made of, at most.
  static let mostPhotons = 20
  /// Masses of neutral pions, GeV.
  static let neutralPionMasses = 0.115...0.155

  /// A neutral pion with its clusters.
  private struct NeutralPion {
    var vector: FourVector
    var clusters: SIMD4<Int16>
  }

  /// What remains beside a tag.
  private struct Signal {
    var tag: HadronicTag
    /// The hadron's track, or nil for a K_S.
    var track: Int?
    /// The K_S, -1 for a charged hadron.
    var shortKaon = -1
  }

  static func find(
    _ event: inout CandidateEvent, _ finder: inout CharmedMesonFinder,
    into candidates: inout [ReconstructedCandidate]
  ) {
    let prompt = event.tracks.filter(\.isPrompt)
    guard event.tracks.count >= 3, prompt.count <= mostTracks, prompt.count >= 2 else { return }
    var shortKaons: [CharmedMesonFinder.ShortKaon] = []
    var vertices: [Int] = []
    for (number, vertex) in event.vertices.enumerated() where vertex.isKShort && vertex.flightSignificance > 3 {
      guard let momenta = event.momenta(at: vertex) else { continue }
      let bits = [vertex.positive, vertex.negative].reduce(UInt32(0)) { bits, track in
        bits | CharmedMesonFinder.bit(prompt.firstIndex { $0.index == Int(track) } ?? -1)
      }
      shortKaons.append(
        .init(
          vector: FourVector(momentum: momenta.positive + momenta.negative, mass: Mass.neutralKaon), tracks: bits))
      vertices.append(number)
    }
    let tracks = prompt.map {
      CharmedMesonFinder.Track(
        momentum: $0.momentum, charge: $0.charge, mayBeKaon: $0.mayBeKaon, mayBePion: !$0.isMuon && !$0.isElectron)
    }
    let (pions, hard) = neutralPions(event)
    let tags = HadronicTag.find(
      tracks, shortKaons: shortKaons, neutralPions: pions.map(\.vector),
      hardPions: hard, &finder, frame: event.frame)
    var best: Signal?
    for tag in tags where tag.distance < best?.tag.distance ?? .infinity {
      if let signal = signal(beside: tag, tracks, shortKaons, vertices: vertices, event) { best = signal }
    }
    guard let best else { return }
    append(best, prompt, shortKaons, vertices, pions, event, into: &candidates)
  }

  /// The hadron beside a tag, if there is one and nothing else.
  private static func signal(
    beside tag: HadronicTag, _ tracks: [CharmedMesonFinder.Track], _ shortKaons: [CharmedMesonFinder.ShortKaon],
    vertices: [Int], _ event: borrowing CandidateEvent
  ) -> Signal? {
    let others = tracks.indices.filter { tag.tracks & CharmedMesonFinder.bit($0) == 0 }
    if tag.charge != 0 {
      guard others.count == 1, tracks[others[0]].charge == -tag.charge, tracks[others[0]].mayBePion else { return nil }
      return Signal(tag: tag, track: others[0])
    }
    // Its own K_S has its vertex; tracks that are not prompt have no bits to tell it by.
    let free = shortKaons.indices.filter { number in
      guard number != tag.charm.shortKaon, shortKaons[number].tracks & tag.tracks == 0 else { return false }
      guard tag.charm.shortKaon >= 0 else { return true }
      let own = event.vertices[vertices[tag.charm.shortKaon]]
      let other = event.vertices[vertices[number]]
      return !own.contains(Int(other.positive)) && !own.contains(Int(other.negative))
    }
    guard free.count == 1 else { return nil }
    let daughters = shortKaons[free[0]].tracks
    guard others.allSatisfy({ daughters & CharmedMesonFinder.bit($0) != 0 }) else { return nil }
    return Signal(tag: tag, track: nil, shortKaon: free[0])
  }

  private static func append(
    _ signal: Signal, _ prompt: [CandidateEvent.Track], _ shortKaons: [CharmedMesonFinder.ShortKaon],
    _ vertices: [Int], _ pions: [NeutralPion], _ event: borrowing CandidateEvent,
    into candidates: inout [ReconstructedCandidate]
  ) {
    let tag = signal.tag
    var candidate = ReconstructedCandidate(.taggedHadron)
    candidate.beamConstrainedMass = Float(tag.constrainedMass)
    candidate.deltaEnergy = Float(tag.deltaEnergy)
    candidate.massLow = Float(tag.charm.mass)
    candidate.massHigh = Float(tag.excitedMass)
    if tag.charm.shortKaon >= 0 { candidate.secondVertex = Int16(truncatingIfNeeded: vertices[tag.charm.shortKaon]) }
    if tag.neutralPion >= 0 { candidate.photons = pions[tag.neutralPion].clusters }
    candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
    candidate.set(
      others: prompt.indices.filter { tag.tracks & CharmedMesonFinder.bit($0) != 0 }.map { prompt[$0].index })
    if let place = signal.track {
      let track = prompt[place]
      if track.charge > 0 {
        candidate.positive = Int16(truncatingIfNeeded: track.index)
      } else {
        candidate.negative = Int16(truncatingIfNeeded: track.index)
      }
      let hypotheses: [(PairHypothesis, Double, Bool)] = [
        (.pions, Mass.pion, true), (.kaons, Mass.kaon, track.mayBeKaon), (.protons, Mass.proton, track.mayBeProton),
      ]
      for (hypothesis, mass, isPossible) in hypotheses where isPossible {
        var own = candidate
        own.hypothesis = hypothesis
        if own.set(hadron: track.vector(mass), beside: tag, meson: Mass.chargedB, in: event) { candidates.append(own) }
      }
    } else {
      let vertex = event.vertices[vertices[signal.shortKaon]]
      candidate.vertex = Int16(truncatingIfNeeded: vertices[signal.shortKaon])
      candidate.positive = vertex.positive
      candidate.negative = vertex.negative
      let hadron = shortKaons[signal.shortKaon].vector
      if candidate.set(hadron: hadron, beside: tag, meson: Mass.neutralB, in: event) { candidates.append(candidate) }
    }
  }

  /// Neutral pions of an event with their mass put in, both photons scaled alike: first those of two photons above 0.1 GeV, then those
  /// with a softer one, which only a D*0 is tried with.
  /// - Returns: the pions, and how many are of the first kind.
  private static func neutralPions(_ event: borrowing CandidateEvent) -> (pions: [NeutralPion], hard: Int) {
    let photons = Array(event.photons.prefix(mostPhotons))
    let all = photons + event.softPhotons.prefix(mostPhotons)
    var hard: [NeutralPion] = []
    var soft: [NeutralPion] = []
    for second in all.indices {
      for first in 0..<second {
        let sum = all[first].vector + all[second].vector
        guard neutralPionMasses.contains(sum.mass) else { continue }
        var clusters = SIMD4<Int16>(repeating: -1)
        clusters[0] = Int16(truncatingIfNeeded: all[first].index)
        clusters[1] = Int16(truncatingIfNeeded: all[second].index)
        let scale = Mass.neutralPion / sum.mass
        let pion = NeutralPion(
          vector: FourVector(momentum: scale * sum.momentum, energy: scale * sum.energy), clusters: clusters)
        if second < photons.count { hard.append(pion) } else { soft.append(pion) }
      }
    }
    return (hard + soft, hard.count)
  }
}

extension ReconstructedCandidate {
  /// Sets what a hadron says of what it recoils against in the decay of the other B.
  /// - Parameters:
  ///   - hadron: four-momentum in the laboratory, GeV.
  ///   - meson: mass of the signal B, GeV.
  /// - Returns: false if the beams have not enough energy for two B mesons, or the tag no direction.
  fileprivate mutating func set(
    hadron: FourVector, beside tag: HadronicTag, meson: Double, in event: borrowing CandidateEvent
  ) -> Bool {
    let half = 0.5 * event.energy
    let square = half * half - meson * meson
    let direction = event.star(tag.vector).momentum
    guard square >= 0, direction.length > 0 else { return false }
    let signal = FourVector(momentum: -square.squareRoot() * direction.unit, energy: half)
    guard let rest = Boost(toRestFrameOf: signal) else { return false }
    let star = event.star(hadron)
    let own = rest.apply(star)
    let invisible = signal - star
    starMomentum = Float(own.momentum.length)
    starEnergy = Float(own.energy)
    recoilMassSquared = Float(invisible.massSquared)
    mass = Float(max(0, invisible.massSquared).squareRoot())
    systemMass = Float((tag.vector + hadron).mass)
    recoilTheta = Float(PortableAngles.azimuth(y: invisible.momentum.transverse, x: invisible.pz))
    return starMomentum.isFinite && recoilMassSquared.isFinite
  }
}
