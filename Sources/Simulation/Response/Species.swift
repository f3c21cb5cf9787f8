import Kinematics

/// How the detector sees a kind of particle.
struct Species {
  /// What a particle does in matter.
  enum Interaction {
    /// Radiates, showers in the calorimeter.
    case electron
    /// Ionises and goes through.
    case muon
    /// Ionises, may shower.
    case chargedHadron
    /// Converts, showers in the calorimeter.
    case photon
    /// May shower, leaves no track.
    case neutralHadron
    /// Leaves nothing but its decay products.
    case decaying
    /// Leaves nothing.
    case invisible
  }

  let interaction: Interaction
  /// GeV.
  let mass: Double
  /// In units of e.
  let charge: Double
  /// Mean proper decay length, cm; infinite if stable.
  let properDecayLength: Double

  /// The species of a particle code; codes that no detector part knows (neutrinos, dark matter candidates) are invisible.
  init(pdg: Int32) {
    guard let properties = ParticleTable.properties(of: pdg) else {
      self.init(.invisible, mass: 0, charge: 0, properDecayLength: .infinity)
      return
    }
    let charge = pdg < 0 ? -properties.charge : properties.charge
    let interaction: Interaction
    switch pdg.magnitude {
    case 11: interaction = .electron
    case 13: interaction = .muon
    case 22: interaction = .photon
    case 130, 2112: interaction = .neutralHadron
    case 12, 14, 16: interaction = .invisible
    default:
      if charge != 0 {
        interaction = .chargedHadron
      } else {
        interaction = properties.properDecayLength.isFinite ? .decaying : .invisible
      }
    }
    self.init(
      interaction, mass: properties.mass, charge: Double(charge), properDecayLength: properties.properDecayLength)
  }

  private init(_ interaction: Interaction, mass: Double, charge: Double, properDecayLength: Double) {
    self.interaction = interaction
    self.mass = mass
    self.charge = charge
    self.properDecayLength = properDecayLength
  }
}

/// A particle on its way through the detector.
struct MovingParticle {
  /// Where it is, cm.
  var position: Vector3
  /// Its momentum, GeV.
  var momentum: Vector3
  /// Time since the collision, ns.
  var time: Double
  /// Proper length to its decay, cm; infinite if it does not decay.
  var properLengthLeft: Double
  /// Matter to its nuclear interaction, interaction lengths of nucleons; infinite if it has none.
  var interactionLengthsLeft = Double.infinity
  /// Kind of particle.
  let species: Species
  /// Index in the event's truth; -1 for beam background.
  let truth: Int32
  /// Particle code.
  let pdg: Int32

  /// Energy, GeV.
  var energy: Double { (momentum.lengthSquared + species.mass * species.mass).squareRoot() }
  /// Momentum over mass, beta gamma; infinite for photons.
  var betaGamma: Double { momentum.length / species.mass }
  /// Velocity in units of c.
  var beta: Double { momentum.length / energy }
  /// Energy without the rest mass, GeV.
  var kineticEnergy: Double { energy - species.mass }
}
