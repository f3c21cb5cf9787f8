/// One collision as a generator made it, before any detector: a structure of arrays, one entry per particle.
///
/// Everything is in the laboratory frame of the detector model (z along the bisector of the beams, x horizontal):
/// momenta and energies in GeV, positions in cm, times in ns. The primary vertex is the origin unless the generator
/// put it elsewhere; the luminous region is added by the detector response, never by a generator.
///
/// A mother always stands before its daughters. Daughters share the production vertex where their mother ended, so
/// the flight of a decayed particle is the line (or helix) between its own vertex and theirs.
public struct GeneratedEvent: Sendable, Equatable {
  /// What a particle's ``status`` says about its end; the numbers are those of HepMC. Other values are a generator's own.
  public enum Status {
    /// The particle left the generator undecayed: the detector response takes it from here.
    public static let final: Int32 = 1
    /// The particle decayed; its daughters are in the event.
    public static let decayed: Int32 = 2
    /// A beam particle.
    public static let beam: Int32 = 4
  }

  /// Event number: unique within its run, part of the key of every random number drawn for the event.
  public var number: UInt64
  /// Process label, for example `mumu` or `BBbar`.
  public var process: String
  /// Weight of the event.
  public var weight: Double
  /// Time of the collision since the start of the run, in ns.
  public var time: Int64
  /// What the beam background of the event's window holds, where its generator chose that; nil lets the detector response
  /// draw it at the rates of the background level.
  public var background: BackgroundContents?

  /// Particle codes of the Particle Data Group.
  public private(set) var pdg: [Int32] = []
  /// Index of the mother in this event, -1 for none.
  public private(set) var mother: [Int32] = []
  /// Status codes: ``Status``.
  public private(set) var status: [Int32] = []
  /// Momentum along x, GeV.
  public private(set) var px: [Double] = []
  /// Momentum along y, GeV.
  public private(set) var py: [Double] = []
  /// Momentum along z, GeV.
  public private(set) var pz: [Double] = []
  /// Energy, GeV.
  public private(set) var energy: [Double] = []
  /// Production vertex x, cm.
  public private(set) var x: [Double] = []
  /// Production vertex y, cm.
  public private(set) var y: [Double] = []
  /// Production vertex z, cm.
  public private(set) var z: [Double] = []
  /// Production time after the collision, ns.
  public private(set) var t: [Double] = []

  /// An event without particles.
  public init(number: UInt64 = 0, process: String = "", weight: Double = 1, time: Int64 = 0) {
    self.number = number
    self.process = process
    self.weight = weight
    self.time = time
  }

  /// Number of particles.
  public var count: Int { pdg.count }

  /// Adds one particle and returns its index.
  ///
  /// - Parameters:
  ///   - pdg: Particle code.
  ///   - mother: Index of the mother, -1 for none.
  ///   - status: How it ended, see ``Status``.
  ///   - momentum: px, py, pz and energy in GeV.
  ///   - vertex: x, y, z of the production vertex in cm, and its time after the collision in ns.
  @discardableResult
  public mutating func append(
    pdg: Int32, mother: Int32 = -1, status: Int32 = Status.final,
    momentum: SIMD4<Double>, vertex: SIMD4<Double> = .zero
  ) -> Int {
    self.pdg.append(pdg)
    self.mother.append(mother)
    self.status.append(status)
    px.append(momentum.x)
    py.append(momentum.y)
    pz.append(momentum.z)
    energy.append(momentum.w)
    x.append(vertex.x)
    y.append(vertex.y)
    z.append(vertex.z)
    t.append(vertex.w)
    return self.pdg.count - 1
  }

  /// Forgets all particles but keeps their storage, so that one value serves a whole file.
  public mutating func removeAllParticles() {
    pdg.removeAll(keepingCapacity: true)
    mother.removeAll(keepingCapacity: true)
    status.removeAll(keepingCapacity: true)
    px.removeAll(keepingCapacity: true)
    py.removeAll(keepingCapacity: true)
    pz.removeAll(keepingCapacity: true)
    energy.removeAll(keepingCapacity: true)
    x.removeAll(keepingCapacity: true)
    y.removeAll(keepingCapacity: true)
    z.removeAll(keepingCapacity: true)
    t.removeAll(keepingCapacity: true)
  }

  /// Four-momentum of particle `index`: px, py, pz, energy in GeV.
  public func momentum(_ index: Int) -> SIMD4<Double> {
    SIMD4(px[index], py[index], pz[index], energy[index])
  }

  /// Production vertex of particle `index`: x, y, z in cm and time in ns.
  public func vertex(_ index: Int) -> SIMD4<Double> {
    SIMD4(x[index], y[index], z[index], t[index])
  }

  /// Says how particle `index` ended, when a decay in flight is found after it was added.
  public mutating func setStatus(_ value: Int32, of index: Int) {
    status[index] = value
  }

  /// Shifts every production vertex, in cm and ns: the luminous region, seen by the whole event at once.
  public mutating func translate(by shift: SIMD4<Double>) {
    for index in 0..<count {
      x[index] += shift.x
      y[index] += shift.y
      z[index] += shift.z
      t[index] += shift.w
    }
  }
}
