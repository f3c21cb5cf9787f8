/// The lines of one event of a HepMC listing: each checked as it is read, kept until the event is whole.
///
/// Vertices and particles may be named before they are listed, a parent may be given as a particle (then the vertex
/// between is left out of the listing), and vertex numbers need not follow the order of the lines. HepMC3 3.1 misreads
/// some of these in silence, and reads past missing or damaged fields; hence our own reading, with the library as the
/// referee of the tests.
struct EventListing {
  /// The two ascii formats.
  enum Format: Int32 { case ioGenEvent = 2, asciiv3 = 3 }

  /// More particles or vertices than any collision here has: a guard for the memory of whoever believes the counts.
  static let largestCount = 100_000

  /// One particle as listed, in the units of the listing.
  struct Particle {
    var pdg: Int32
    var status: Int32
    var momentum: SIMD4<Double>
    /// What stands before it: a vertex number (negative), a particle number (positive), or 0.
    var parent: Int
    /// The number of the vertex where it ends, 0 for none.
    var end: Int
  }

  /// One vertex as listed.
  struct Vertex {
    var number: Int
    var position: SIMD4<Double>
  }

  let format: Format
  var particles: [Particle] = []
  var vertices: [Vertex] = []
  /// The event's own position, where vertices without ancestors are.
  var origin: SIMD4<Double> = .zero
  var weight: Double = 1
  /// GeV per momentum unit of the listing.
  var momentumUnit: Double = 1
  /// cm per length unit of the listing.
  var lengthUnit: Double = 0.1

  private var declaredParticles = 0
  private var declaredVertices = 0
  private var vertexNumbers: Set<Int> = []
  private var missingAfterVertex = 0
  /// HepMC3 lists a vertex's incoming particles with the vertex, often before the particles themselves.
  private var ends: [Int] = []

  init(format: Format) {
    self.format = format
  }

  /// Starts an event with its `E` line.
  mutating func begin(_ fields: inout LineFields) throws(ListingProblem) {
    particles.removeAll(keepingCapacity: true)
    vertices.removeAll(keepingCapacity: true)
    vertexNumbers.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    (origin, weight, momentumUnit, lengthUnit, missingAfterVertex) = (.zero, 1, 1, 0.1, 0)
    _ = try fields.integer("the event number")
    switch format {
    case .asciiv3:
      declaredVertices = try count(&fields, "the number of vertices")
      declaredParticles = try count(&fields, "the number of particles")
      ends.append(contentsOf: repeatElement(0, count: declaredParticles))
      if fields.take("@") { origin = try position(&fields) }
    case .ioGenEvent:
      _ = try fields.integer("the number of interactions")
      for name in ["the event scale", "alpha QCD", "alpha QED"] { _ = try fields.number(name) }
      _ = try fields.integer("the signal process")
      _ = try fields.integer("the signal vertex")
      declaredVertices = try count(&fields, "the number of vertices")
      _ = try fields.integer("the first beam's barcode")
      _ = try fields.integer("the second beam's barcode")
      let states = try count(&fields, "the number of random states")
      for _ in 0..<states { _ = try fields.number("a random state") }
      let weights = try count(&fields, "the number of weights")
      for index in 0..<weights {
        let value = try fields.number("a weight")
        if index == 0 { weight = value }
      }
    }
    try atEnd(&fields)
  }

  /// Reads a `U` line.
  mutating func units(_ fields: inout LineFields) throws(ListingProblem) {
    let momentum = fields.word() ?? "nothing"
    let length = fields.word() ?? "nothing"
    guard momentum == "GEV" || momentum == "MEV" else {
      throw ListingProblem(reason: "found the momentum unit '\(momentum)', expected GEV or MEV")
    }
    guard length == "MM" || length == "CM" else {
      throw ListingProblem(reason: "found the length unit '\(length)', expected MM or CM")
    }
    momentumUnit = momentum == "MEV" ? 1e-3 : 1
    lengthUnit = length == "MM" ? 0.1 : 1
  }

  /// Reads a `W` line of HepMC3: the first weight is the event's.
  mutating func weights(_ fields: inout LineFields) throws(ListingProblem) {
    var first: Double?
    while !fields.isAtEnd() {
      let value = try fields.number("a weight")
      first = first ?? value
    }
    weight = first ?? 1
  }

  /// Reads a `V` line.
  mutating func vertex(_ fields: inout LineFields) throws(ListingProblem) {
    guard missingAfterVertex <= 0 else {
      throw inconsistent("a vertex begins while \(missingAfterVertex) particles of the last are missing")
    }
    let number = try fields.integer("the vertex number")
    guard number < 0, format == .ioGenEvent || number >= -declaredVertices else {
      throw inconsistent("vertex number \(number) is not between -\(declaredVertices) and -1")
    }
    guard vertexNumbers.insert(number).inserted else { throw inconsistent("vertex \(number) is listed twice") }
    guard vertices.count < Self.largestCount else {
      throw inconsistent("the event has more than \(Self.largestCount) vertices")
    }
    _ = try fields.integer("the vertex status")
    var at: SIMD4<Double> = .zero
    switch format {
    case .asciiv3:
      try incoming(&fields, of: number)
      if fields.take("@") { at = try position(&fields) }
    case .ioGenEvent:
      at = try position(&fields)
      let orphans = try count(&fields, "the number of incoming particles without origin")
      missingAfterVertex = orphans + (try count(&fields, "the number of outgoing particles"))
      let weights = try count(&fields, "the number of vertex weights")
      for _ in 0..<weights { _ = try fields.number("a vertex weight") }
    }
    try atEnd(&fields)
    vertices.append(Vertex(number: number, position: at))
  }

  private mutating func incoming(_ fields: inout LineFields, of vertex: Int) throws(ListingProblem) {
    guard fields.take("[") else { throw ListingProblem(reason: "expected '[' before the vertex's incoming particles") }
    guard !fields.take("]") else { return }
    repeat {
      let particle = try fields.integer("an incoming particle")
      guard particle >= 1, particle <= declaredParticles else {
        throw inconsistent(
          "vertex \(vertex) takes in particle \(particle), which is not between 1 and \(declaredParticles)")
      }
      guard ends[particle - 1] == 0 else { throw inconsistent("particle \(particle) ends in two vertices") }
      ends[particle - 1] = vertex
    } while fields.take(",")
    guard fields.take("]") else { throw ListingProblem(reason: "expected ']' after the vertex's incoming particles") }
  }

  /// Reads a `P` line.
  mutating func particle(_ fields: inout LineFields) throws(ListingProblem) {
    let number = try fields.integer("the particle number")
    var parent = 0
    switch format {
    case .asciiv3:
      let expected = particles.count + 1
      guard number == expected, number <= declaredParticles else {
        throw inconsistent(
          "found particle \(number), expected \(expected) of the \(declaredParticles) the event announces")
      }
      parent = try fields.integer("the parent")
      guard parent >= -declaredVertices, parent <= declaredParticles, parent != number else {
        throw inconsistent("particle \(number) names the parent \(parent), which is not there")
      }
    case .ioGenEvent:
      guard let last = vertices.last else { throw inconsistent("a particle stands before the first vertex") }
      guard particles.count < Self.largestCount else {
        throw inconsistent("the event has more than \(Self.largestCount) particles")
      }
      parent = last.number
    }
    let pdg = try fields.integer("the particle code")
    let momentum = SIMD4(
      try fields.number("px"), try fields.number("py"), try fields.number("pz"), try fields.number("the energy"))
    _ = try fields.number("the mass")
    let status = try fields.integer("the status")
    var end = 0
    if format == .ioGenEvent {
      for _ in 0..<2 { _ = try fields.number("a polarisation angle") }
      end = try fields.integer("the end vertex")
      guard end <= 0 else {
        throw ListingProblem(reason: "found the end vertex \(end), expected a negative number or 0")
      }
      // A particle that ends where it is listed comes in from outside.
      if end == parent { parent = 0 }
      let flows = try count(&fields, "the number of colour flows")
      for _ in 0..<(2 * flows) { _ = try fields.integer("a colour flow") }
      missingAfterVertex -= 1
    }
    try atEnd(&fields)
    particles.append(
      Particle(
        pdg: Int32(truncatingIfNeeded: pdg), status: Int32(truncatingIfNeeded: status), momentum: momentum,
        parent: parent, end: end))
  }

  /// Checks that the event's lines agree with each other, when no more of them follow, and completes the graph.
  mutating func end() throws(ListingProblem) {
    guard !particles.isEmpty else { throw inconsistent("the event has no particles") }
    guard missingAfterVertex <= 0 else {
      throw inconsistent("\(missingAfterVertex) particles of the last vertex are missing")
    }
    if format == .asciiv3 {
      guard particles.count == declaredParticles else {
        throw inconsistent("the event announces \(declaredParticles) particles and has \(particles.count)")
      }
      try nameImplicitVertices()
    }
    for particle in particles {
      guard particle.end == 0 || vertexNumbers.contains(particle.end) else {
        throw inconsistent("a particle ends in vertex \(particle.end), which is not in the event")
      }
      guard particle.parent == 0 || vertexNumbers.contains(particle.parent) else {
        throw inconsistent("vertex \(particle.parent) is not in the event")
      }
    }
    guard vertices.count == declaredVertices else {
      throw inconsistent("the event announces \(declaredVertices) vertices and has \(vertices.count)")
    }
  }

  /// Gives the vertices that HepMC3 leaves out (a parent given as a particle) numbers below all listed ones.
  private mutating func nameImplicitVertices() throws(ListingProblem) {
    for index in particles.indices where particles[index].parent > 0 {
      let mother = particles[index].parent - 1
      if ends[mother] == 0 {
        let number = -declaredVertices - particles[index].parent
        ends[mother] = number
        vertexNumbers.insert(number)
        vertices.append(Vertex(number: number, position: .zero))
      }
      particles[index].parent = ends[mother]
    }
    for index in particles.indices { particles[index].end = ends[index] }
  }

  private func count(_ fields: inout LineFields, _ name: String) throws(ListingProblem) -> Int {
    let value = try fields.integer(name)
    guard value >= 0, value <= Self.largestCount else {
      throw ListingProblem(reason: "\(name) is \(value), which is not between 0 and \(Self.largestCount)")
    }
    return value
  }

  private func position(_ fields: inout LineFields) throws(ListingProblem) -> SIMD4<Double> {
    SIMD4(try fields.number("x"), try fields.number("y"), try fields.number("z"), try fields.number("the time"))
  }

  private func atEnd(_ fields: inout LineFields) throws(ListingProblem) {
    guard fields.isAtEnd() else {
      throw ListingProblem(reason: "found '\(fields.word() ?? "")' where the line should end")
    }
  }

  func inconsistent(_ reason: String) -> ListingProblem {
    ListingProblem(kind: .inconsistentEvent, reason: reason)
  }
}
