import Kinematics

/// A D meson put together from tracks, K_S and neutral pions.
package struct CharmedMeson: Sendable {
  /// What it decayed to; charge-conjugate decays belong to the same mode.
  package enum Mode: Int, CaseIterable, Sendable {
    /// D0 to K- pi+.
    case kaonPion
    /// D0 to K- pi+ pi0.
    case kaonPionNeutralPion
    /// D0 to K- pi+ pi- pi+.
    case kaonThreePions
    /// D0 to K_S pi+ pi-.
    case shortKaonTwoPions
    /// D+ to K- pi+ pi+.
    case kaonTwoPions
    /// D+ to K_S pi+.
    case shortKaonPion

    /// Whether it is a mode of the D0.
    package var isNeutral: Bool { rawValue <= Mode.shortKaonTwoPions.rawValue }
    /// Mass of the meson that decays so, GeV.
    package var mass: Double { isNeutral ? Mass.neutralD : Mass.chargedD }
  }

  /// What it decayed to.
  package var mode: Mode
  /// Four-momentum as measured, GeV.
  package var vector: FourVector
  /// Invariant mass as measured, GeV.
  package var mass: Double
  /// Its tracks, those of a K_S among them: bits of their places in the list given.
  package var tracks: UInt32
  /// Position of its neutral pion in the list given, -1 for none.
  package var neutralPion = -1
  /// Position of its K_S in the list given, -1 for none.
  package var shortKaon = -1
  /// Charge of its kaon: -1 for D0 and D+, 1 for their antiparticles; 0 where a K_S does not tell.
  package var kaonCharge: Int

  /// Four-momentum with the mass of the meson in place of the measured one, which takes most of the error off its energy.
  package var constrained: FourVector { FourVector(momentum: vector.momentum, mass: mode.mass) }
}

/// Puts D mesons together: all combinations of an event's tracks, K_S and neutral pions in the windows of mass asked for.
///
/// The decays are those of the charm skims of the Belle II software trigger and D+ to K_S pi+.
package struct CharmedMesonFinder {
  /// A track as decays need it.
  package struct Track {
    /// Momentum, GeV.
    package var momentum: Vector3
    package var charge: Int
    /// Whether it is tried as kaon and as pion.
    package var mayBeKaon = true
    package var mayBePion = true

    package init(momentum: Vector3, charge: Int, mayBeKaon: Bool = true, mayBePion: Bool = true) {
      self.momentum = momentum
      self.charge = charge
      self.mayBeKaon = mayBeKaon
      self.mayBePion = mayBePion
    }
  }

  /// A K_S with its tracks.
  package struct ShortKaon {
    /// Four-momentum, GeV.
    package var vector: FourVector
    /// Bits of the places of its tracks in the list of tracks; none for tracks that are not in it.
    package var tracks: UInt32

    package init(vector: FourVector, tracks: UInt32) {
      self.vector = vector
      self.tracks = tracks
    }
  }

  /// The most tracks that decays are made of: combinations of four grow with the fourth power.
  package static let mostTracks = 20
  /// The most mesons of an event that are kept: an event with more has no use for any.
  package static let mostMesons = 4000

  private var kaons: [FourVector] = []
  private var pions: [FourVector] = []
  /// The mesons of the event at hand.
  package private(set) var mesons: [CharmedMeson] = []

  package init() {}

  /// Finds the mesons of an event.
  /// - Parameters:
  ///   - tracks: the first ``mostTracks`` of them are used.
  ///   - shortKaons: K_S; each is used with tracks that are not its own.
  ///   - neutralPions: four-momenta of neutral pions.
  ///   - masses: window of each mode, GeV; nil leaves the mode out.
  package mutating func find(
    _ tracks: [Track], shortKaons: [ShortKaon], neutralPions: [FourVector],
    masses: (CharmedMeson.Mode) -> ClosedRange<Double>?
  ) {
    mesons.removeAll(keepingCapacity: true)
    let count = min(tracks.count, Self.mostTracks)
    kaons.removeAll(keepingCapacity: true)
    pions.removeAll(keepingCapacity: true)
    for track in tracks.prefix(count) {
      kaons.append(FourVector(momentum: track.momentum, mass: Mass.kaon))
      pions.append(FourVector(momentum: track.momentum, mass: Mass.pion))
    }
    let windows = Windows(masses)
    for kaon in 0..<count where tracks[kaon].mayBeKaon {
      for pion in 0..<count where pion != kaon && tracks[pion].mayBePion {
        guard tracks[pion].charge == -tracks[kaon].charge, mesons.count < Self.mostMesons else { continue }
        let pair = kaons[kaon] + pions[pion]
        // Every further particle adds to the mass.
        guard pair.mass < windows.largest else { continue }
        let bits = Self.bit(kaon) | Self.bit(pion)
        let charge = tracks[kaon].charge
        add(.kaonPion, pair, windows, bits, kaonCharge: charge)
        if windows[.kaonPionNeutralPion] != nil {
          for (number, neutral) in neutralPions.enumerated() {
            add(.kaonPionNeutralPion, pair + neutral, windows, bits, neutralPion: number, kaonCharge: charge)
          }
        }
        // Pions of equal charge in rising order, so that no combination comes twice.
        for second in (pion + 1)..<max(pion + 1, count) where second != kaon && tracks[second].mayBePion {
          guard tracks[second].charge == tracks[pion].charge else { continue }
          let three = pair + pions[second]
          guard three.mass < windows.largest else { continue }
          add(.kaonTwoPions, three, windows, bits | Self.bit(second), kaonCharge: charge)
          guard windows[.kaonThreePions] != nil else { continue }
          for third in 0..<count where third != kaon && tracks[third].mayBePion {
            guard tracks[third].charge == charge else { continue }
            add(
              .kaonThreePions, three + pions[third], windows, bits | Self.bit(second) | Self.bit(third),
              kaonCharge: charge)
          }
        }
      }
    }
    for (number, kaon) in shortKaons.enumerated() {
      for first in 0..<count where tracks[first].mayBePion && kaon.tracks & Self.bit(first) == 0 {
        let pair = kaon.vector + pions[first]
        guard pair.mass < windows.largest else { continue }
        let bits = kaon.tracks | Self.bit(first)
        add(.shortKaonPion, pair, windows, bits, shortKaon: number, kaonCharge: -tracks[first].charge)
        guard tracks[first].charge > 0 else { continue }
        for second in 0..<count where tracks[second].mayBePion && bits & Self.bit(second) == 0 {
          guard tracks[second].charge < 0 else { continue }
          add(
            .shortKaonTwoPions, pair + pions[second], windows, bits | Self.bit(second), shortKaon: number,
            kaonCharge: 0)
        }
      }
    }
  }

  /// The bit of a track's place.
  package static func bit(_ track: Int) -> UInt32 { track >= 0 && track < 32 ? 1 << UInt32(track) : 0 }

  private mutating func add(
    _ mode: CharmedMeson.Mode, _ vector: FourVector, _ windows: Windows, _ tracks: UInt32, neutralPion: Int = -1,
    shortKaon: Int = -1, kaonCharge: Int
  ) {
    guard let window = windows[mode], mesons.count < Self.mostMesons else { return }
    let mass = vector.mass
    guard window.contains(mass) else { return }
    mesons.append(
      CharmedMeson(
        mode: mode, vector: vector, mass: mass, tracks: tracks, neutralPion: neutralPion, shortKaon: shortKaon,
        kaonCharge: kaonCharge))
  }

  /// Windows of mass by mode, worked out once.
  private struct Windows {
    private let ranges: [ClosedRange<Double>?]
    /// The largest mass of any.
    let largest: Double

    init(_ masses: (CharmedMeson.Mode) -> ClosedRange<Double>?) {
      ranges = CharmedMeson.Mode.allCases.map(masses)
      largest = ranges.compactMap { $0?.upperBound }.max() ?? 0
    }

    subscript(mode: CharmedMeson.Mode) -> ClosedRange<Double>? { ranges[mode.rawValue] }
  }
}
