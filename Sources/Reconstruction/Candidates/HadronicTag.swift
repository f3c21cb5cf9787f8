import Kinematics

/// One of two B mesons reconstructed in full in a simple hadronic decay.
///
/// B to D(*) with one, two (one of them neutral) or three pions; D*+ to D0 pi+ and D*0 to D0 pi0; D as ``CharmedMeson/Mode`` says. One
/// neutral pion at most. D and D* have their known masses in the sum. Tracks are prompt, pions neither muons nor electrons.
struct HadronicTag {
  /// Windows about the masses of D mesons, GeV: with charged particles alone, and with a neutral pion.
  static let chargedWindow = 0.025
  static let neutralWindow = 0.05
  /// Mass of the D* less that of the D, GeV: with a charged pion, and with a neutral one.
  static let chargedDifference = 0.140...0.151
  static let neutralDifference = 0.136...0.149
  /// Mass of a charged and a neutral pion, and of three pions, as rho and a_1 have it, at most, GeV.
  static let heaviestPair = 1.1
  static let heaviestTriple = 1.7
  /// Loose windows of the B: beam-constrained mass from here, energy difference up to here, GeV.
  static let smallestConstrainedMass = 5.24
  static let largestEnergyDifference = 0.15
  /// Errors of the energy difference and of the mass of D by which tags are compared, GeV.
  static let energyError = 0.02
  static let massError = 0.008

  /// Four-momentum in the laboratory, GeV.
  var vector: FourVector
  /// Charge of the B.
  var charge: Int
  /// Its D meson.
  var charm: CharmedMeson
  /// Mass of its D*, NaN without.
  var excitedMass = Double.nan
  /// Bits of its tracks, K_S daughters among them.
  var tracks: UInt32
  /// Its neutral pion, -1 for none.
  var neutralPion = -1
  /// sqrt(s/4 - p*^2) and E* - sqrt(s)/2, GeV.
  var constrainedMass: Double
  var deltaEnergy: Double

  /// How badly energy and mass of D fit: smaller is better.
  var distance: Double {
    let energy = deltaEnergy / Self.energyError
    let mass = (charm.mass - charm.mode.mass) / Self.massError
    return energy * energy + mass * mass
  }

  /// All tags that some tracks, K_S and neutral pions of an event give.
  /// - Parameters:
  ///   - tracks: at most 32, all prompt.
  ///   - hardPions: how many of the neutral pions, the first ones, may come from elsewhere than a D*.
  ///   - finder: puts the D mesons together.
  ///   - frame: centre of mass of the collision.
  static func find(
    _ tracks: [CharmedMesonFinder.Track], shortKaons: [CharmedMesonFinder.ShortKaon], neutralPions: [FourVector],
    hardPions: Int, _ finder: inout CharmedMesonFinder, frame: CentreOfMassFrame
  ) -> [HadronicTag] {
    let hard = Array(neutralPions.prefix(hardPions))
    finder.find(tracks, shortKaons: shortKaons, neutralPions: hard) { mode in
      let half = mode == .kaonPionNeutralPion ? neutralWindow : chargedWindow
      return (mode.mass - half)...(mode.mass + half)
    }
    var search = Search(tracks: tracks, neutralPions: neutralPions, hardPions: hard, frame: frame)
    for meson in finder.mesons { search.add(meson) }
    return search.tags
  }

  /// A D or D* meson on the way to a B.
  private struct Charm {
    var meson: CharmedMeson
    var vector: FourVector
    var tracks: UInt32
    var neutralPion: Int
    var excitedMass = Double.nan
    /// Charge of the kaon, or what a D* tells of it; 0 if nothing does.
    var kaonCharge: Int
    var charge: Int
  }

  private struct Search {
    let tracks: [CharmedMesonFinder.Track]
    /// Those that a D* may decay to, and those that a B may.
    let neutralPions: [FourVector]
    let hardPions: [FourVector]
    let frame: CentreOfMassFrame
    var tags: [HadronicTag] = []

    /// Tries a D meson by itself, and with every pion that makes it a D*.
    mutating func add(_ meson: CharmedMeson) {
      let charm = Charm(
        meson: meson, vector: meson.constrained, tracks: meson.tracks, neutralPion: meson.neutralPion,
        kaonCharge: meson.kaonCharge, charge: meson.mode.isNeutral ? 0 : -meson.kaonCharge)
      addPions(charm)
      guard meson.mode.isNeutral else { return }
      for slow in free(charm.tracks) where meson.kaonCharge != tracks[slow].charge {
        let sum = meson.vector + pion(slow)
        guard HadronicTag.chargedDifference.contains(sum.mass - meson.mass) else { continue }
        var excited = charm
        excited.vector = FourVector(momentum: sum.momentum, mass: Mass.chargedExcitedD)
        excited.tracks |= CharmedMesonFinder.bit(slow)
        excited.excitedMass = sum.mass
        excited.charge = tracks[slow].charge
        excited.kaonCharge = -tracks[slow].charge
        addPions(excited)
      }
      guard meson.neutralPion < 0 else { return }
      for (number, neutral) in neutralPions.enumerated() {
        let sum = meson.vector + neutral
        guard HadronicTag.neutralDifference.contains(sum.mass - meson.mass) else { continue }
        var excited = charm
        excited.vector = FourVector(momentum: sum.momentum, mass: Mass.neutralExcitedD)
        excited.neutralPion = number
        excited.excitedMass = sum.mass
        addPions(excited)
      }
    }

    /// Tries one pion, with a neutral one, and three. A B- has a D0 and a pion of the charge of its kaon, an anti-B0 a D+ and a pion
    /// of the charge of its kaon.
    private mutating func addPions(_ charm: Charm) {
      for first in free(charm.tracks) where charm.kaonCharge == 0 || tracks[first].charge == charm.kaonCharge {
        let bits = charm.tracks | CharmedMesonFinder.bit(first)
        let charge = charm.charge + tracks[first].charge
        guard abs(charge) <= 1 else { continue }
        add(charm, charm.vector + pion(first), bits, charge, charm.neutralPion)
        if charm.neutralPion < 0 {
          for (number, neutral) in hardPions.enumerated() {
            let pair = pion(first) + neutral
            guard pair.mass < HadronicTag.heaviestPair else { continue }
            add(charm, charm.vector + pair, bits, charge, number)
          }
        }
        for second in free(bits) where second > first && tracks[second].charge == tracks[first].charge {
          for third in free(bits | CharmedMesonFinder.bit(second)) where tracks[third].charge != tracks[first].charge {
            let triple = pion(first) + pion(second) + pion(third)
            guard triple.mass < HadronicTag.heaviestTriple else { continue }
            let all = bits | CharmedMesonFinder.bit(second) | CharmedMesonFinder.bit(third)
            add(charm, charm.vector + triple, all, charge, charm.neutralPion)
          }
        }
      }
    }

    private mutating func add(
      _ charm: Charm, _ vector: FourVector, _ bits: UInt32, _ charge: Int, _ neutralPion: Int
    ) {
      let own = frame.toCentreOfMass(vector)
      let halfEnergy = 0.5 * frame.energy
      let square = halfEnergy * halfEnergy - own.momentum.lengthSquared
      let difference = own.energy - halfEnergy
      guard square > HadronicTag.smallestConstrainedMass * HadronicTag.smallestConstrainedMass,
        abs(difference) < HadronicTag.largestEnergyDifference
      else { return }
      tags.append(
        HadronicTag(
          vector: vector, charge: charge, charm: charm.meson, excitedMass: charm.excitedMass, tracks: bits,
          neutralPion: neutralPion, constrainedMass: square.squareRoot(), deltaEnergy: difference))
    }

    /// Places of the possible pions that are not among some tracks.
    private func free(_ used: UInt32) -> [Int] {
      tracks.indices.filter { used & CharmedMesonFinder.bit($0) == 0 && tracks[$0].mayBePion }
    }

    private func pion(_ track: Int) -> FourVector { FourVector(momentum: tracks[track].momentum, mass: Mass.pion) }
  }
}
