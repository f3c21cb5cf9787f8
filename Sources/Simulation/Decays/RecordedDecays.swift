import Kinematics
import Statistics

/// Decays of B mesons taken from files of generator events: partners of a signal as good as their generator's.
///
/// Each is kept in the rest frame of its B, with the four-dimensional distances of its vertices, and given to any other B of the same kind
/// by a boost: energies, masses and lifetimes stay. The B of the other charge gets it with all particles conjugated.
struct RecordedDecays: Sendable {
  /// Particles of one decay, mothers before daughters; the B itself stands first.
  private struct Tree: Sendable {
    var pdg: [Int32] = []
    var mother: [Int] = []
    var status: [Int32] = []
    var momentum: [FourVector] = []
    /// From where the B was made: cm, the time as the way of light.
    var distance: [FourVector] = []
  }

  /// Most decays that are kept; the files may hold more.
  static let most = 20_000
  private let trees: [Tree]
  /// Number of decays.
  var count: Int { trees.count }

  /// The decays of a kind of B meson in files.
  /// - Parameters:
  ///   - files: generator events, read in order.
  ///   - code: 511 or 521.
  /// - Throws: `GeneratorSettingError` for files that cannot be read or hold no such decay that conserves momentum.
  init(files: [String], code: Int32) throws(GeneratorSettingError) {
    var trees: [Tree] = []
    var event = GeneratedEvent()
    do throws(GeneratorFileError) {
      for name in files where trees.count < Self.most {
        let file = try GeneratorFile(path: name)
        while trees.count < Self.most, try file.next(into: &event) {
          for index in 0..<event.count where event.pdg[index].magnitude == code.magnitude {
            if let tree = Self.tree(of: index, in: event) { trees.append(tree) }
          }
        }
      }
    } catch {
      throw GeneratorSettingError(setting: "partner", problem: "\(error)")
    }
    guard !trees.isEmpty else {
      throw GeneratorSettingError(
        setting: "partner",
        problem: "no whole decay of \(ParticleTable.properties(of: code)?.name ?? "\(code)") in "
          + files.joined(separator: ", "))
    }
    self.trees = trees
  }

  /// The decay of a B that does not come from another one (which it mixed from); nil if it is not whole.
  private static func tree(of first: Int, in event: GeneratedEvent) -> Tree? {
    let mother = Int(event.mother[first])
    if mother >= 0, [511, 521].contains(event.pdg[mother].magnitude) { return nil }
    guard let boost = Boost(toRestFrameOf: event.fourVector(first)) else { return nil }
    let start = event.vertex(first)
    var tree = Tree()
    var places = [first: -1]
    var left = event.fourVector(first)
    for index in first..<event.count {
      guard index == first || places[Int(event.mother[index])] != nil else { continue }
      tree.mother.append(index == first ? -1 : places[Int(event.mother[index])] ?? -1)
      places[index] = tree.pdg.count
      let isFinal = event.status[index] == GeneratedEvent.Status.final
      tree.pdg.append(event.pdg[index])
      tree.status.append(isFinal ? GeneratedEvent.Status.final : GeneratedEvent.Status.decayed)
      tree.momentum.append(boost.apply(event.fourVector(index)))
      let way = event.vertex(index) - start
      tree.distance.append(
        boost.apply(FourVector(px: way.x, py: way.y, pz: way.z, energy: way.w * PhysicalConstants.speedOfLight)))
      if isFinal { left = left - event.fourVector(index) }
    }
    guard tree.pdg.count > 1, max(left.momentum.length, abs(left.energy)) < 1e-3 else { return nil }
    return tree
  }

  /// Lets a B of the event decay like one of the recorded ones, all of them equally likely.
  func decay(_ particle: Int, in event: inout GeneratedEvent, _ random: inout CounterRandom) {
    let tree = trees[Int(random.integer(below: UInt64(trees.count)))]
    guard let boost = Boost(toRestFrameOf: event.fourVector(particle))?.inverse else { return }
    let isConjugate = (tree.pdg[0] < 0) != (event.pdg[particle] < 0)
    let start = event.vertex(particle)
    event.setStatus(GeneratedEvent.Status.decayed, of: particle)
    var places = [particle]
    for index in 1..<tree.pdg.count {
      let way = boost.apply(tree.distance[index])
      let time = way.energy / PhysicalConstants.speedOfLight
      places.append(
        event.append(
          pdg: isConjugate ? HadronDecays.conjugate(tree.pdg[index]) : tree.pdg[index],
          mother: Int32(places[tree.mother[index]]), status: tree.status[index],
          momentum: boost.apply(tree.momentum[index]).components,
          vertex: start + SIMD4(way.px, way.py, way.pz, time)))
    }
  }
}
