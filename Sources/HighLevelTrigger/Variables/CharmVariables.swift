import Kinematics
import Reconstruction

/// Decays of D* and B mesons to charm, by which the experiment sorts hadronic events; definitions of the Belle II software trigger.
///
/// Every track is tried as kaon and as pion. D*+ to D0 pi+ with D0 to K pi, K pi pi0, K 3 pi or K_S pi pi: mass of the D0 1.7 to
/// 2.1 GeV, of the D* at most 0.16 GeV above it, p* of the D* above 2.2 GeV. B+ to D0 pi+ (the first three) and B0 to D*- pi+ (the
/// first three), D- pi+ (D to K pi pi): beam-constrained mass above 5.15 GeV, energy within 0.3 GeV, 0.5 GeV for D0 to K pi.
///
/// Differences: photons of neutral pions are clusters above 30 MeV without a track; their energies are scaled to the mass of the pion instead
/// of fitted, for the B too; the 20 tracks of largest pT and the 40 neutral pions of largest energy are used.
struct CharmVariables {
  /// What this gives.
  static let all: FilterVariableSet = [.dstp1, .dstp2, .dstp3, .dstp4, .bp, .bz]

  private var finder = CharmedMesonFinder()
  private var order: [Int] = []
  /// Places of the event's tracks in the list that the finder gets, -1 for those that are not in it.
  private var places: [Int] = []
  private var tracks: [CharmedMesonFinder.Track] = []
  private var pions: [(vector: FourVector, mass: Double)] = []
  /// Tracks that daughters of a D0 from a D* may be, and those that daughters of a B may be.
  private var nearForExcited: UInt32 = 0
  private var nearForBeauty: UInt32 = 0

  /// Photons of neutral pions, at most, most energetic first.
  private static let mostPhotons = 25
  private static let mostPions = 40
  private static let leastPhoton = 0.03

  /// Works out the variables of one event.
  /// - Parameters:
  ///   - observed: all tracks.
  ///   - clusters: all clusters, matched; not only the selected ones.
  mutating func compute(
    _ observed: [ObservedTrack], clusters: [ObservedCluster], vertices: ArraySlice<ReconstructedVertex>,
    frame: CentreOfMassFrame, into values: inout FilterValues
  ) {
    values.clear(CharmVariables.all)
    guard observed.count(where: \.isSkimmed) >= 3 else { return }
    load(observed)
    loadPions(clusters)
    finder.find(
      tracks, shortKaons: shortKaons(observed, vertices), neutralPions: pions.map(\.vector),
      masses: { mode in
        switch mode {
        case .kaonTwoPions: 1.8...1.9
        case .shortKaonPion: nil
        default: 1.7...2.1
        }
      })
    for meson in finder.mesons {
      if meson.mode.isNeutral {
        findExcited(meson, observed, frame, &values)
        guard meson.mode != .shortKaonTwoPions, meson.mass < 2, isNeutralPionForBeauty(meson) else { continue }
        guard meson.tracks & ~nearForBeauty == 0 else { continue }
        findCharged(meson, frame, &values)
      } else if meson.tracks & ~nearForBeauty == 0 {
        findNeutral(meson, meson.vector, meson.tracks, frame, &values)
      }
    }
  }

  private mutating func load(_ observed: [ObservedTrack]) {
    order.removeAll(keepingCapacity: true)
    order.append(contentsOf: observed.indices)
    order.sort { observed[$0].pT != observed[$1].pT ? observed[$0].pT > observed[$1].pT : $0 < $1 }
    places.removeAll(keepingCapacity: true)
    places.append(contentsOf: repeatElement(-1, count: observed.count))
    tracks.removeAll(keepingCapacity: true)
    nearForExcited = 0
    nearForBeauty = 0
    for index in order where abs(observed[index].d0) < 2 && abs(observed[index].z0) < 5 {
      guard tracks.count < CharmedMesonFinder.mostTracks else { break }
      places[index] = tracks.count
      let bit = CharmedMesonFinder.bit(tracks.count)
      nearForBeauty |= bit
      if abs(observed[index].z0) < 4 { nearForExcited |= bit }
      tracks.append(.init(momentum: observed[index].momentum, charge: observed[index].charge))
    }
  }

  private mutating func loadPions(_ clusters: [ObservedCluster]) {
    pions.removeAll(keepingCapacity: true)
    var photons: [ObservedCluster] = []
    for cluster in clusters where !cluster.isMatched && cluster.energy > Self.leastPhoton {
      guard cluster.isWithin(17, 150), abs(cluster.time) < cluster.dt99 || cluster.energy > 0.1 else { continue }
      photons.append(cluster)
    }
    photons.sort { $0.energy != $1.energy ? $0.energy > $1.energy : $0.index < $1.index }
    for (position, first) in photons.prefix(Self.mostPhotons).enumerated() {
      for second in photons.prefix(Self.mostPhotons).dropFirst(position + 1) {
        let sum =
          FourVector(momentum: first.momentum, energy: first.energy)
          + FourVector(momentum: second.momentum, energy: second.energy)
        let mass = sum.mass
        guard mass > 0.075, mass < 0.175 else { continue }
        let scale = Mass.neutralPion / mass
        pions.append((FourVector(momentum: scale * sum.momentum, energy: scale * sum.energy), mass))
      }
    }
    pions.sort {
      $0.vector.energy != $1.vector.energy ? $0.vector.energy > $1.vector.energy : $0.mass < $1.mass
    }
    if pions.count > Self.mostPions { pions.removeLast(pions.count - Self.mostPions) }
  }

  private func shortKaons(
    _ observed: [ObservedTrack], _ vertices: ArraySlice<ReconstructedVertex>
  ) -> [CharmedMesonFinder.ShortKaon] {
    vertices.filter { KShortSelection.isGood($0, observed) }.map { vertex in
      let momentum = Vector3(Double(vertex.momentum[0]), Double(vertex.momentum[1]), Double(vertex.momentum[2]))
      let bits = [vertex.positive, vertex.negative].reduce(UInt32(0)) { bits, track in
        bits | (places.indices.contains(Int(track)) ? CharmedMesonFinder.bit(places[Int(track)]) : 0)
      }
      return .init(vector: FourVector(momentum: momentum, mass: Double(vertex.mass)), tracks: bits)
    }
  }

  /// D*+ to D0 pi+: the slow pion may be any track of the event.
  private func findExcited(
    _ meson: CharmedMeson, _ observed: [ObservedTrack], _ frame: CentreOfMassFrame, _ values: inout FilterValues
  ) {
    let variable: FilterVariable =
      switch meson.mode {
      case .kaonPion: .dstp1
      case .kaonPionNeutralPion: .dstp2
      case .kaonThreePions: .dstp3
      default: .dstp4
      }
    // Tracks of a K_S need not come from the collision point.
    let isNear = meson.mode == .shortKaonTwoPions || meson.tracks & ~nearForExcited == 0
    guard values[variable] == 0, isNear else { return }
    for slow in observed where slow.charge != meson.kaonCharge && !uses(meson.tracks, slow.index) {
      let sum = meson.vector + FourVector(momentum: slow.momentum, mass: Mass.pion)
      if sum.mass - meson.mass < 0.16, frame.toCentreOfMass(sum).momentum.length > 2.2 {
        values.set(variable, true)
        return
      }
    }
  }

  /// B+ to D0 pi+, and B0 to D*- pi+ by a slow pion more.
  private func findCharged(_ meson: CharmedMeson, _ frame: CentreOfMassFrame, _ values: inout FilterValues) {
    if values[.bp] == 0 {
      let window = meson.mode == .kaonPion ? 0.5 : 0.3
      values.set(.bp, hasPion(beside: meson.vector, meson.tracks, charge: meson.kaonCharge, window, frame))
    }
    guard values[.bz] == 0 else { return }
    for slow in tracks.indices where tracks[slow].charge == -meson.kaonCharge {
      let bit = CharmedMesonFinder.bit(slow)
      guard meson.tracks & bit == 0 else { continue }
      let excited = meson.vector + FourVector(momentum: tracks[slow].momentum, mass: Mass.pion)
      if excited.mass - meson.mass < 0.16 { findNeutral(meson, excited, meson.tracks | bit, frame, &values) }
    }
  }

  private func findNeutral(
    _ meson: CharmedMeson, _ vector: FourVector, _ used: UInt32, _ frame: CentreOfMassFrame,
    _ values: inout FilterValues
  ) {
    guard values[.bz] == 0 else { return }
    values.set(.bz, hasPion(beside: vector, used, charge: meson.kaonCharge, 0.3, frame))
  }

  /// Whether some pion makes a B meson of a D or D*: one of the charge of its kaon.
  private func hasPion(
    beside vector: FourVector, _ used: UInt32, charge: Int, _ window: Double, _ frame: CentreOfMassFrame
  ) -> Bool {
    let half = 0.5 * frame.energy
    for pion in tracks.indices where tracks[pion].charge == charge && used & CharmedMesonFinder.bit(pion) == 0 {
      let star = frame.toCentreOfMass(vector + FourVector(momentum: tracks[pion].momentum, mass: Mass.pion))
      if half * half - star.momentum.lengthSquared > 5.15 * 5.15, abs(star.energy - half) < window { return true }
    }
    return false
  }

  /// Neutral pions of B decays have a narrower window.
  private func isNeutralPionForBeauty(_ meson: CharmedMeson) -> Bool {
    guard pions.indices.contains(meson.neutralPion) else { return true }
    return pions[meson.neutralPion].mass > 0.105 && pions[meson.neutralPion].mass < 0.150
  }

  private func uses(_ bits: UInt32, _ track: Int) -> Bool { bits & CharmedMesonFinder.bit(places[track]) != 0 }
}
