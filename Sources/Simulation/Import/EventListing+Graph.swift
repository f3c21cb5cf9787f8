extension EventListing {
  /// The speed of light, cm/ns: listings give c t as a length.
  private static let speedOfLight: Double = 29.9792458

  /// Writes the whole event in GeV, cm and ns, mothers before daughters, with inherited vertex positions.
  func write(to event: inout GeneratedEvent) throws(ListingProblem) {
    var place: [Int: Int] = [:]
    place.reserveCapacity(vertices.count)
    for (index, vertex) in vertices.enumerated() { place[vertex.number] = index }

    // Particles grouped by the vertex they come from, in the order of the listing; the last group has none.
    let production = particles.map { $0.parent == 0 ? vertices.count : place[$0.parent] ?? vertices.count }
    var firstOutgoing = [Int](repeating: 0, count: vertices.count + 2)
    for vertex in production { firstOutgoing[vertex + 1] += 1 }
    for vertex in vertices.indices { firstOutgoing[vertex + 1] += firstOutgoing[vertex] }
    firstOutgoing[vertices.count + 1] += firstOutgoing[vertices.count]
    var cursor = firstOutgoing
    var outgoing = [Int](repeating: 0, count: particles.count)
    for (particle, vertex) in production.enumerated() {
      outgoing[cursor[vertex]] = particle
      cursor[vertex] += 1
    }

    var waiting = [Int](repeating: 0, count: vertices.count)
    var firstIncoming = [Int](repeating: -1, count: vertices.count)
    for (index, particle) in particles.enumerated() {
      guard particle.end != 0, let end = place[particle.end] else { continue }
      waiting[end] += 1
      if firstIncoming[end] < 0 { firstIncoming[end] = index }
    }
    var position = vertices.map { $0.position }
    var index = [Int32](repeating: -1, count: particles.count)
    var ready = vertices.indices.filter { waiting[$0] == 0 }

    event.removeAllParticles()
    event.weight = weight
    let unit = SIMD4(lengthUnit, lengthUnit, lengthUnit, lengthUnit / Self.speedOfLight)
    func emit(_ vertex: Int, at: SIMD4<Double>, mother: Int32) {
      for number in outgoing[firstOutgoing[vertex]..<firstOutgoing[vertex + 1]] {
        let particle = particles[number]
        index[number] = Int32(truncatingIfNeeded: event.count)
        event.append(
          pdg: particle.pdg, mother: mother, status: particle.status, momentum: particle.momentum * momentumUnit,
          vertex: at * unit)
        if particle.end != 0, let end = place[particle.end] {
          waiting[end] -= 1
          if waiting[end] == 0 { ready.append(end) }
        }
      }
    }
    emit(vertices.count, at: origin, mother: -1)
    var next = 0
    while next < ready.count {
      let vertex = ready[next]
      next += 1
      let incoming = firstIncoming[vertex]
      // A vertex without a position is where its mother was made; without a mother, at the event's own position.
      if position[vertex] == .zero {
        position[vertex] =
          incoming < 0 || production[incoming] == vertices.count ? origin : position[production[incoming]]
      }
      emit(vertex, at: position[vertex], mother: incoming < 0 ? -1 : index[incoming])
    }
    guard event.count == particles.count else { throw inconsistent("particles are their own ancestors") }
  }
}
