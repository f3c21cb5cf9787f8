import EventModel

/// A number that candidates have; not a number, so that every cut fails, where a kind of candidate does not have it.
public enum CandidateAttribute: String, CaseIterable, Sendable {
  /// Invariant mass of what the search looks for.
  case mass
  /// sqrt(mass^2 - 4 m^2): twice the momenta in the frame of the pair; 0 at threshold.
  case reducedMass = "reduced_mass"
  /// Squared mass of what recoils against the candidate; negative within resolution of 0.
  case recoilMassSquared = "recoil_mass2"
  /// Distance of the candidate's vertex from the beam axis; undefined (every cut fails) without a vertex.
  case vertexRho = "vertex_rho"
  /// Distance of the vertex from the prompt vertex along the momentum.
  case vertexFlight = "vertex_flight"
  /// That distance over its error.
  case vertexSignificance = "vertex_significance"
  /// Angle between momentum and flight of the vertex.
  case vertexPointing = "vertex_pointing"
  /// Probability of the vertex.
  case vertexProbability = "vertex_probability"
  /// Which particles the pair is taken for, as a number.
  case hypothesis
  /// Invariant mass of everything in the candidate.
  case systemMass = "system_mass"
  /// Energy in the frame of the search.
  case starEnergy = "star_energy"
  /// Momentum in the frame of the search.
  case starMomentum = "star_momentum"
  /// Polar angle of what recoils in the centre of mass.
  case recoilTheta = "recoil_theta"
  /// Beam-constrained mass.
  case beamConstrainedMass = "beam_constrained_mass"
  /// Energy in the centre of mass less that of a beam.
  case deltaEnergy = "delta_energy"
  /// The smaller of two masses or solutions.
  case massLow = "mass_low"
  /// The larger of two masses or solutions.
  case massHigh = "mass_high"
  /// Energy of photons that do not belong to the candidate.
  case extraEnergy = "extra_energy"

  /// What kind of quantity an attribute is.
  enum Quantity: Equatable {
    /// Mass or energy to a power.
    case energy(Int)
    case length
    case angle
    case number
  }

  var quantity: Quantity {
    switch self {
    case .mass, .reducedMass, .systemMass, .starEnergy, .starMomentum, .beamConstrainedMass, .deltaEnergy, .massLow, .massHigh,
      .extraEnergy:
      .energy(1)
    case .recoilMassSquared: .energy(2)
    case .vertexRho, .vertexFlight: .length
    case .vertexPointing, .recoilTheta: .angle
    case .vertexSignificance, .vertexProbability, .hypothesis: .number
    }
  }

  /// The unit values are in; empty for plain numbers.
  public var unit: String {
    switch quantity {
    case .energy(1): "GeV"
    case .energy(let power): "GeV\(power)"
    case .length: "cm"
    case .angle: "rad"
    case .number: ""
    }
  }
}

extension CandidateAttribute {
  /// The value of a candidate.
  /// - Parameters:
  ///   - reconstruction: the column.
  ///   - row: the candidate among all of the batch.
  ///   - event: its event.
  func value(_ reconstruction: ReconstructionColumn, row: Int, event: Int) -> Double {
    let candidates = reconstruction.candidates
    switch self {
    case .mass: return Double(candidates.mass[row])
    case .reducedMass: return Double(candidates.reducedMass[row])
    case .recoilMassSquared: return Double(candidates.recoilMassSquared[row])
    case .hypothesis: return Double(candidates.hypothesis[row])
    case .systemMass: return Double(candidates.systemMass[row])
    case .starEnergy: return Double(candidates.starEnergy[row])
    case .starMomentum: return Double(candidates.starMomentum[row])
    case .recoilTheta: return Double(candidates.recoilTheta[row])
    case .beamConstrainedMass: return Double(candidates.beamConstrainedMass[row])
    case .deltaEnergy: return Double(candidates.deltaEnergy[row])
    case .massLow: return Double(candidates.massLow[row])
    case .massHigh: return Double(candidates.massHigh[row])
    case .extraEnergy: return Double(candidates.extraEnergy[row])
    case .vertexRho, .vertexFlight, .vertexSignificance, .vertexPointing, .vertexProbability:
      let vertices = reconstruction.vertices
      let range = vertices.rows[event]
      let number = Int(candidates.vertex[row])
      guard number >= 0, number < range.count else { return .nan }
      let vertex = range.lowerBound + number
      switch self {
      case .vertexRho: return Double(vertices.rho[vertex])
      case .vertexFlight: return Double(vertices.flight[vertex])
      case .vertexSignificance: return Double(vertices.flightSignificance[vertex])
      case .vertexPointing: return Double(vertices.pointing[vertex])
      default: return Double(vertices.probability[vertex])
      }
    }
  }
}
