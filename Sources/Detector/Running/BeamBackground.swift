/// Measured sizes of the beam background (official full simulation at level b = 1) and the level that goes with a luminosity.
public struct BeamBackground: Sendable {
  /// A bin of a background spectrum.
  public struct Bin: Equatable, Sendable {
    /// Lower edge: GeV for energies, rad for polar angles.
    public let low: Double
    /// Upper edge, same unit.
    public let high: Double
    /// Clusters per readout in the bin at b = 1.
    public let clusters: Double
  }

  /// Mean and rms of a quantity per readout.
  public struct Occupancy: Equatable, Sendable {
    /// Name of the quantity.
    public let quantity: String
    /// Mean per readout of beam background alone at b = 1.
    public let mean: Double
    /// Rms per readout at b = 1.
    public let rms: Double
  }

  /// Occupancies per readout at b = 1.
  public let occupancies: [Occupancy]
  /// Spectrum of calorimeter-cluster energies (GeV) per readout at b = 1.
  public let clusterEnergies: [Bin]
  /// Spectrum of calorimeter-cluster polar angles (rad) per readout at b = 1.
  public let clusterAngles: [Bin]
  /// Showers of tracks off the interaction point.
  public let showers: Showers
  /// How the energies of clusters go on in the last bin of the spectrum, which is open.
  public let clusterTail: ClusterTail
  private let levels: [(luminosity: Double, level: Double)]

  /// Tracks that come from beam pipe and magnets instead of the interaction point.
  public struct Showers: Equatable, Sendable {
    /// Showers per ns at b = 1.
    public let rate: Double
    /// Share of showers with one track.
    public let oneTrack: Double
    /// Share with two; the rest has three.
    public let twoTracks: Double
  }

  /// The sum of two exponentials above the lower edge of the last bin.
  public struct ClusterTail: Equatable, Sendable {
    /// Share of the clusters in the flatter exponential.
    public let hardShare: Double
    /// Mean energy above the edge of the flatter exponential, GeV.
    public let hardSlope: Double
    /// Mean energy above the edge of the steeper one, GeV.
    public let softSlope: Double
  }

  init(
    occupancy: DetectorTable, spectrum: DetectorTable, levels: DetectorTable, constants: DetectorTable
  ) throws(DetectorTableError) {
    let numbers = try DetectorConstants(constants)
    func share(_ name: String) throws(DetectorTableError) -> Double {
      let value = try numbers(name)
      guard (0...1).contains(value) else { throw constants.error("\(name) is \(value), expected a share of 0 to 1") }
      return value
    }
    showers = Showers(
      rate: try numbers.positive("showers.rate") * 1e-6, oneTrack: try share("showers.one_track"),
      twoTracks: try share("showers.two_tracks"))
    guard showers.oneTrack + showers.twoTracks <= 1 else {
      throw constants.error("showers with one and with two tracks have shares above 1")
    }
    clusterTail = ClusterTail(
      hardShare: try share("clusters.tail_hard_share"), hardSlope: try numbers.positive("clusters.tail_hard_slope"),
      softSlope: try numbers.positive("clusters.tail_soft_slope"))
    var occupancies: [Occupancy] = []
    for row in occupancy.rows.indices {
      occupancies.append(
        Occupancy(
          quantity: try occupancy.text(row, "quantity_per_readout"), mean: try occupancy.number(row, "bkg_mean"),
          rms: try occupancy.number(row, "bkg_rms")))
    }
    self.occupancies = occupancies
    var energies: [Bin] = []
    var angles: [Bin] = []
    for row in spectrum.rows.indices {
      let bin = Bin(
        low: try spectrum.number(row, "lo"), high: try spectrum.number(row, "hi"),
        clusters: try spectrum.number(row, "clusters_per_event_per_bin", in: 0...1e6))
      guard bin.high > bin.low else { throw spectrum.error(row, "hi", "not above lo") }
      switch try spectrum.text(row, "variable") {
      case "E": energies.append(bin)
      case "theta_rad": angles.append(bin)
      case let other: throw spectrum.error(row, "variable", "\"\(other)\" where E or theta_rad is expected")
      }
    }
    guard !energies.isEmpty, !angles.isEmpty else {
      throw spectrum.error("needs rows of energies (E) and of polar angles (theta_rad)")
    }
    clusterEnergies = energies
    clusterAngles = angles
    var points: [(luminosity: Double, level: Double)] = []
    for row in levels.rows.indices {
      let luminosity = try levels.number(row, "luminosity_1e34", in: 1e-9...1e9)
      if let last = points.last, luminosity <= last.luminosity {
        throw levels.error(row, "luminosity_1e34", "not above the row before")
      }
      points.append((luminosity, try levels.number(row, "level", in: 0...100)))
    }
    self.levels = points
  }

  /// Background level b at a luminosity: linear between the rows of `background_levels.tsv`, proportional outside.
  /// - Parameter luminosity: in 1e34 cm^-2 s^-1.
  public func level(luminosity: Double) -> Double {
    guard let first = levels.first, let last = levels.last else { return 0 }
    if luminosity <= first.luminosity { return first.level * max(0, luminosity) / first.luminosity }
    for (low, high) in zip(levels, levels.dropFirst()) where luminosity <= high.luminosity {
      let fraction = (luminosity - low.luminosity) / (high.luminosity - low.luminosity)
      return low.level + fraction * (high.level - low.level)
    }
    return last.level * luminosity / last.luminosity
  }
}
