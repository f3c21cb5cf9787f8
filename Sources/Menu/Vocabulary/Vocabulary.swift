/// The words a menu's expressions may use at one trigger level.
///
/// A trigger level (level 1, the high-level trigger) owns its vocabulary: it says which input bits, numbers and
/// objects exist, in which units, which reconstruction step makes each of them, and which are known to the experiment
/// but not built here yet. The menu checker refuses the latter with the reason, so nothing is ever silently false.
///
/// ```swift
/// var vocabulary = Vocabulary(name: "belle2")
/// vocabulary.addBit("t2_0", "exactly one 2-D track")            // index 0 = position in the input words
/// vocabulary.addBit("t3_0", "one 3-D track", notBuilt: "the 3-D track fitter is not built yet")
/// vocabulary.addMultiplicity("t2", .oneHot, of: ["t2_0", "t2_1", "t2_2", "t2_3"], "number of 2-D tracks")
/// let fitting = vocabulary.addStep("track_fit", cost: 300)      // step 0, "inputs", costs nothing and always exists
/// vocabulary.addScalar("energy_sum", .gigaelectronvolt, "energy in the calorimeter")
/// vocabulary.addCollection(
///   "tracks", of: "track", step: fitting,
///   attributes: [.init("p", .gigaelectronvolt, "momentum"), .init("p*", .gigaelectronvolt, "the same, centre of mass")])
/// ```
///
/// Everything is addressed by its index afterwards: the n-th bit, scalar, collection, attribute of a collection added
/// is index n in ``EventColumns``, which carries the values for a batch of events.
///
/// Names that end in `*` are quantities in the centre-of-mass frame. Bits, multiplicities, scalars and collections
/// share one name space; the attributes of a collection have their own and hide event-wide names inside its cuts.
public struct Vocabulary: Sendable {
  /// Whether this program can compute a quantity.
  public enum Availability: Hashable, Sendable {
    /// It is computed.
    case built
    /// The experiment has it, this program does not yet; the text says why, for the checker's error.
    case notBuilt(String)
  }

  /// A stage of reconstruction that makes some of the quantities.
  public struct Step: Hashable, Sendable {
    /// Name in `menu show` and latency tables: `track_fit`.
    public let name: String
    /// Typical cost for one event in microseconds; of steps that may help, the cheapest runs first.
    public let cost: Double
    /// Indices of the steps that must have run on an event before this one can.
    public let requires: [Int]
  }

  /// One boolean input of the level, at position `index` of the event's input words.
  public struct Bit: Hashable, Sendable {
    /// Name in expressions: `t2_1`, `bha_veto`.
    public let name: String
    /// What it means, one line.
    public let summary: String
    /// Whether it is computed here.
    public let availability: Availability
    /// Index of the step that makes it.
    public let step: Int
  }

  /// How several bits together say a number.
  public enum MultiplicityCoding: Hashable, Sendable {
    /// Bit k set means k + 1; the last one means "that many or more"; none set means 0.
    case oneHot
    /// A binary number, least significant bit first.
    case packed
  }

  /// A number said by several bits: `t2 > 0`, `clst = 2`.
  public struct Multiplicity: Hashable, Sendable {
    /// Name in expressions: `t2`, `clst`.
    public let name: String
    /// What it counts, one line.
    public let summary: String
    /// How the bits say the number.
    public let coding: MultiplicityCoding
    /// Indices of the bits.
    public let bits: [Int]
  }

  /// A number that every event has one of.
  public struct Scalar: Hashable, Sendable {
    /// Name in expressions: `energy_sum`.
    public let name: String
    /// The unit of the values in the column.
    public let unit: Unit
    /// What it is, one line.
    public let summary: String
    /// Whether it is computed here.
    public let availability: Availability
    /// Index of the step that makes it.
    public let step: Int
  }

  /// A number, or a flag, that every object of a collection has.
  public struct Attribute: Hashable, Sendable {
    /// Name in cuts: `E`, `theta*`, `k_short`.
    public let name: String
    /// The unit of the values in the column.
    public let unit: Unit
    /// What it is, one line.
    public let summary: String
    /// A flag is true or false (0 or 1 in its column) and is written bare: `not k_short`.
    public let isFlag: Bool
    /// Whether it is computed here.
    public let availability: Availability
    /// Index of the step that makes it, where that is not the one that makes the objects; 0 if it is.
    public let step: Int

    /// A numeric attribute in a unit.
    public init(_ name: String, _ unit: Unit, _ summary: String, notBuilt reason: String? = nil, step: Int = 0) {
      self.name = name
      self.unit = unit
      self.summary = summary
      self.step = step
      isFlag = false
      availability = reason.map(Availability.notBuilt) ?? .built
    }

    /// A flag: 0 or 1 in its column.
    public init(flag name: String, _ summary: String, notBuilt reason: String? = nil, step: Int = 0) {
      self.name = name
      self.summary = summary
      self.step = step
      unit = .dimensionless
      isFlag = true
      availability = reason.map(Availability.notBuilt) ?? .built
    }
  }

  /// Objects of one kind, any number in an event: clusters, tracks, vertices, pairs of tracks.
  public struct Collection: Hashable, Sendable {
    /// Plural name; `n_clusters(…)` counts `clusters`.
    public let name: String
    /// Singular name, used in pair functions such as `mass(track, track)`.
    public let singular: String
    /// What the objects are, one line.
    public let summary: String
    /// For pairs: the singular names of the two members, so that `mass(track, track)` finds this collection.
    public let pairOf: [String]
    /// What each object carries.
    public let attributes: [Attribute]
    /// Whether it is computed here.
    public let availability: Availability
    /// Index of the step that makes it.
    public let step: Int
  }

  /// What a menu calls this vocabulary: `inputs: belle2`.
  public let name: String
  /// The vocabulary whose values it is filled from: its own name, or that of the one it arranges anew; `nil` when
  /// nothing but recorded input words can fill it.
  public let base: String?
  /// Whether the bits come with the event, so that each can be used whether or not it is built here.
  public let bitsAreGiven: Bool
  /// The steps; index 0 is `inputs`, which costs nothing and has always run.
  public private(set) var steps: [Step] = [Step(name: "inputs", cost: 0, requires: [])]
  /// The bits, in the order of the input words.
  public private(set) var bits: [Bit] = []
  /// The numbers said by several bits.
  public private(set) var multiplicities: [Multiplicity] = []
  /// The numbers of the event.
  public private(set) var scalars: [Scalar] = []
  /// The collections of objects.
  public private(set) var collections: [Collection] = []

  /// What an event-wide name stands for.
  enum Entry: Hashable, Sendable {
    case bit(Int)
    case multiplicity(Int)
    case scalar(Int)
    case collection(Int)
  }

  private(set) var entries: [String: Entry] = [:]

  /// Makes an empty vocabulary with the step `inputs`.
  public init(name: String) {
    self.init(name: name, base: name, bitsAreGiven: false)
  }

  init(name: String, base: String?, bitsAreGiven: Bool) {
    self.name = name
    self.base = base
    self.bitsAreGiven = bitsAreGiven
  }

  /// Adds a reconstruction step and returns its index. At most 31 can be added.
  @discardableResult
  public mutating func addStep(_ name: String, cost: Double, requires: [Int] = []) -> Int {
    precondition(steps.count < 32, "a vocabulary has at most 32 steps")
    precondition(requires.allSatisfy { $0 < steps.count }, "a step may require earlier steps only")
    steps.append(Step(name: name, cost: cost, requires: requires))
    return steps.count - 1
  }

  /// Adds an input bit and returns its index, which is its position in the event's input words.
  @discardableResult
  public mutating func addBit(_ name: String, _ summary: String, notBuilt reason: String? = nil, step: Int = 0) -> Int {
    enter(name, .bit(bits.count))
    bits.append(
      Bit(name: name, summary: summary, availability: reason.map(Availability.notBuilt) ?? .built, step: step))
    return bits.count - 1
  }

  /// Adds a number said by bits that were added before.
  public mutating func addMultiplicity(
    _ name: String, _ coding: MultiplicityCoding, of names: [String], _ summary: String
  ) {
    let indices = names.map { name in
      guard case .bit(let index)? = entries[name] else { preconditionFailure("\(name) is not a bit") }
      return index
    }
    precondition((1...16).contains(indices.count), "a multiplicity is said by 1 to 16 bits")
    enter(name, .multiplicity(multiplicities.count))
    multiplicities.append(Multiplicity(name: name, summary: summary, coding: coding, bits: indices))
  }

  /// Adds a number of the event and returns its index.
  @discardableResult
  public mutating func addScalar(
    _ name: String, _ unit: Unit, _ summary: String, notBuilt reason: String? = nil, step: Int = 0
  ) -> Int {
    enter(name, .scalar(scalars.count))
    scalars.append(
      Scalar(
        name: name, unit: unit, summary: summary, availability: reason.map(Availability.notBuilt) ?? .built,
        step: step))
    return scalars.count - 1
  }

  /// Adds a collection of objects and returns its index. For pairs of objects give the singular names of the two
  /// members: `pairOf: ["track", "track"]` makes `any(mass(track, track) > 2 GeV)` work.
  @discardableResult
  public mutating func addCollection(
    _ name: String, of singular: String, _ summary: String = "", pairOf: [String] = [], attributes: [Attribute],
    notBuilt reason: String? = nil, step: Int = 0
  ) -> Int {
    precondition(Set(attributes.map(\.name)).count == attributes.count, "attributes of \(name) repeat a name")
    enter(name, .collection(collections.count))
    collections.append(
      Collection(
        name: name, singular: singular, summary: summary, pairOf: pairOf, attributes: attributes,
        availability: reason.map(Availability.notBuilt) ?? .built, step: step))
    return collections.count - 1
  }

  /// The index of a bit by name, `nil` if there is none.
  public func bit(named name: String) -> Int? {
    guard case .bit(let index)? = entries[name] else { return nil }
    return index
  }

  /// The index of a scalar by name, `nil` if there is none.
  public func scalar(named name: String) -> Int? {
    guard case .scalar(let index)? = entries[name] else { return nil }
    return index
  }

  /// The index of a collection by name, `nil` if there is none.
  public func collection(named name: String) -> Int? {
    guard case .collection(let index)? = entries[name] else { return nil }
    return index
  }

  /// The steps that must have run for `step` to have run, itself included, as a bit set.
  func closure(of step: Int) -> UInt32 {
    var set = UInt32(1) << UInt32(step)
    for required in steps[step].requires { set |= closure(of: required) }
    return set
  }

  private mutating func enter(_ name: String, _ entry: Entry) {
    precondition(entries[name] == nil, "the vocabulary already has \(name)")
    entries[name] = entry
  }
}
