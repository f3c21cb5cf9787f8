import Detector
import Foundation
import Yams

extension Mixture {
  /// Reads a mixture file.
  ///
  /// ```yaml
  /// mixture: low-multiplicity        # a name
  /// luminosity: 5e34                 # per cm2 and s
  /// seconds: 0.1                     # live time
  /// background: 0.2                  # optional; else the level of the luminosity
  /// processes:
  ///   - process: mumu                # built in: mumu, tautau, bhabha, gammagamma, virtual_compton, zero_bias
  ///     events: 500                  # optional: weight sigma L T / 500 each; else at its rate with weight 1
  ///   - process: tautau
  ///     file: tautau.hepmc3.zst      # generator events; a list of files is read in order. Relative to this file
  ///     skip: 1000                   # optional: events to leave out
  ///   - process: tau_pi_hnl
  ///     file: hnl.hepmc3.zst
  ///     cross-section: 2 fb          # needed if the table of processes has none; nb, pb or fb
  ///     events: 1000
  ///   - process: inelastic_dark_matter  # h' chi1 chi2
  ///     cross-section: 1 fb          # optional
  ///     model: {dark-higgs-mass: 1 GeV, dark-matter-mass: 1 GeV, mass-splitting: 0.4 GeV,
  ///             dark-higgs-ctau: 100 mm, excited-ctau: 100 mm}   # optional, each of them
  ///     events: 1000
  ///   - process: zprime_mumu         # a signal (`SignalProcess`); several masses take turns
  ///     cross-section: 0.5 fb        # optional
  ///     model: {mass: [0.5 GeV, 1 GeV, 2 GeV], ctau: 0 mm}   # optional, each of them; also dark-higgs-mass, one-prong, partner
  ///     events: 3000
  ///   - process: zero_bias           # windows without a collision
  ///     events: 2000
  ///     window: 250 ns               # optional: one window stands for this time
  /// ```
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - luminosity: 1e34 per cm2 and s, instead of the file's.
  ///   - seconds: live time instead of the file's.
  ///   - background: level instead of the file's.
  ///   - detector: cross-sections and background levels.
  /// - Throws: `MixtureError` with line and column.
  public static func read(
    path: String, luminosity: Double? = nil, seconds: Double? = nil, background: Double? = nil, detector: DetectorModel
  ) throws(MixtureError) -> Mixture {
    let data = try contents(of: path)
    guard let text = String(data: data, encoding: .utf8) else {
      throw MixtureError(file: path, problem: "not UTF-8 text")
    }
    return try parse(
      text, file: path, luminosity: luminosity, seconds: seconds, background: background, detector: detector)
  }

  /// Largest mixture file read, in bytes.
  private static let sizeLimit = 1 << 20

  /// The bytes of a mixture file.
  private static func contents(of path: String) throws(MixtureError) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw MixtureError(file: path, problem: "there is no such file")
    }
    if isFolder.boolValue { throw MixtureError(file: path, problem: "is a folder, not a mixture file") }
    let data: Data?
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      data = try handle.read(upToCount: sizeLimit + 1)
    } catch {
      throw MixtureError(file: path, problem: "cannot be read")
    }
    guard let data, !data.isEmpty else { throw MixtureError(file: path, problem: "the file is empty") }
    guard data.count <= sizeLimit else {
      throw MixtureError(file: path, problem: "the file is larger than \(sizeLimit) bytes, which no mixture is")
    }
    return data
  }

  /// Reads the text of a mixture; see `read(path:luminosity:seconds:background:detector:)`.
  public static func parse(
    _ text: String, file: String, luminosity: Double? = nil, seconds: Double? = nil, background: Double? = nil,
    detector: DetectorModel
  ) throws(MixtureError) -> Mixture {
    let reader = MixtureReader(file: file, detector: detector)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw reader.error(error)
    } catch {
      throw MixtureError(file: file, problem: "\(error)")
    }
    guard let root else { throw MixtureError(file: file, problem: "the file is empty") }
    let mixture = try reader.mixture(root, luminosity: luminosity, seconds: seconds, background: background)
    try mixture.check(file: file)
    return mixture
  }
}

/// Turns the nodes of a mixture file into a mixture.
private struct MixtureReader {
  let file: String
  let detector: DetectorModel

  func error(_ error: YamlError) -> MixtureError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return MixtureError(file: file, line: mark.line, column: mark.column, problem: problem)
    default:
      return MixtureError(file: file, problem: "not YAML: \(error)")
    }
  }

  func error(_ node: Node, _ problem: String) -> MixtureError {
    MixtureError(file: file, line: node.mark?.line, column: node.mark?.column, problem: problem)
  }

  func mixture(_ root: Node, luminosity: Double?, seconds: Double?, background: Double?) throws(MixtureError) -> Mixture
  {
    let map = try mapping(root, ["mixture", "luminosity", "seconds", "background", "processes"])
    guard let name = map["mixture"] else { throw error(root, "no key mixture: the name of the mixture") }
    var chosenLuminosity = luminosity
    if chosenLuminosity == nil, let node = map["luminosity"] {
      let value = try number(node)
      guard value > 1e28 else {
        throw error(node, "luminosity \(value); expected in cm^-2 s^-1, for example 5e34")
      }
      chosenLuminosity = value / 1e34
    }
    guard let chosenLuminosity else { throw error(root, "no key luminosity") }
    var chosenSeconds = seconds
    if chosenSeconds == nil, let node = map["seconds"] { chosenSeconds = try number(node) }
    guard let chosenSeconds else { throw error(root, "no key seconds: the live time") }
    var level = background
    if level == nil, let node = map["background"] { level = try number(node) }
    guard let list = map["processes"]?.sequence else {
      throw error(map["processes"] ?? root, "processes must be a list")
    }
    var entries: [Mixture.Entry] = []
    for node in list { entries.append(try entry(node, luminosity: chosenLuminosity)) }
    return Mixture(
      name: try text(name), luminosity: chosenLuminosity,
      background: level ?? detector.background.level(luminosity: chosenLuminosity), liveTime: chosenSeconds,
      entries: entries)
  }

  private func entry(_ node: Node, luminosity: Double) throws(MixtureError) -> Mixture.Entry {
    let map = try mapping(node, ["process", "file", "events", "skip", "cross-section", "window", "model"])
    guard let processNode = map["process"] else { throw error(node, "no key process") }
    let label = try text(processNode)
    var events: Int?
    if let count = map["events"] { events = try integer(count, 1...1_000_000_000) }
    let skip = try map["skip"].map { (node) throws(MixtureError) in try integer(node, 0...1_000_000_000) } ?? 0

    if label == Mixture.zeroBias {
      for key in ["file", "skip", "cross-section"] {
        if let other = map[key] { throw error(other, "\(key) has no meaning for zero_bias") }
      }
      var window = Mixture.zeroBiasWindow
      if let node = map["window"] { window = try quantity(node, ["ns": 1, "us": 1000], "ns") }
      guard window >= 1 else { throw error(map["window"] ?? node, "a window of \(window) ns; expected at least 1 ns") }
      return Mixture.Entry(label: label, supply: .zeroBias, rate: 1e9 / window, events: events)
    }
    if let other = map["window"] { throw error(other, "window has a meaning for zero_bias only") }

    let supply: Mixture.Supply
    var name = label
    let isDarkMatter = label == InelasticDarkMatter.label && map["file"] == nil
    let signal = map["file"] == nil ? SignalProcess(rawValue: label) : nil
    if let other = map["model"], !isDarkMatter, signal == nil {
      throw error(
        other, "model has a meaning without a file, for these: \(Mixture.signals.joined(separator: ", "))")
    }
    if isDarkMatter {
      if let skipNode = map["skip"] { throw error(skipNode, "skip has a meaning for files only") }
      supply = .inelasticDarkMatter(try darkMatter(map["model"]))
    } else if let signal {
      if let skipNode = map["skip"] { throw error(skipNode, "skip has a meaning for files only") }
      supply = .signal(try model(of: signal, map["model"]))
    } else if let fileNode = map["file"] {
      supply = .files(try files(fileNode))
    } else if let built = Mixture.supply(named: label) {
      if let skipNode = map["skip"] { throw error(skipNode, "skip has a meaning for files only") }
      supply = built.supply
      name = built.name
    } else {
      let built = Mixture.collisions + Mixture.signals + [Mixture.zeroBias]
      let near = nearestName(to: label, among: built).map { "; nearest is \($0)" } ?? ""
      throw error(
        processNode,
        "\"\(label)\" is not built in (\(built.joined(separator: ", ")))\(near); give a file of generator events")
    }
    let crossSection: Double
    if let sectionNode = map["cross-section"] {
      crossSection = try quantity(sectionNode, ["nb": 1, "pb": 1e-3, "fb": 1e-6], "nb")
    } else if let row = detector.processes.all.first(where: { $0.name == name }) {
      crossSection = row.crossSection
    } else if signal != nil {
      crossSection = SignalModel.standardCrossSection
    } else if isDarkMatter {
      crossSection = InelasticDarkMatter.standardCrossSection
    } else {
      let near = nearestName(to: name, among: detector.processes.all.map(\.name)).map { "; nearest is \($0)" } ?? ""
      throw error(
        processNode,
        "no cross-section of \"\(name)\" in the table of processes\(near); give it, for example cross-section: 2 fb")
    }
    guard crossSection > 0 else {
      throw error(map["cross-section"] ?? processNode, "cross-section \(crossSection) nb; expected above 0")
    }
    return Mixture.Entry(
      label: name, supply: supply, rate: crossSection * luminosity * 10, crossSection: crossSection, events: events,
      skip: skip)
  }

  private func model(of process: SignalProcess, _ node: Node?) throws(MixtureError) -> SignalModel {
    var model = SignalModel(process)
    guard let node else { return model }
    let map = try mapping(node, ["mass", "ctau", "dark-higgs-mass", "one-prong", "partner"])
    do {
      if let mass = map["mass"] {
        var texts: [String] = []
        if let list = mass.sequence {
          for item in list { texts.append(try text(item)) }
        } else {
          texts.append(try text(mass))
        }
        try model.choose(mass: texts.joined(separator: ","))
      }
      if let length = map["ctau"] { try model.choose(decayLength: try quantity(length, Self.lengths, "mm")) }
      if let mass = map["dark-higgs-mass"] { try model.choose(darkHiggsMass: try quantity(mass, Self.masses, "GeV")) }
      if let flag = map["one-prong"] {
        guard let value = Bool(try text(flag)) else { throw error(flag, "expected true or false") }
        try model.choose(isOneProng: value)
      }
      if let partner = map["partner"] { try model.choose(partnerFiles: try files(partner)) }
      try model.check(beams: detector.beams)
    } catch let problem as GeneratorSettingError {
      throw error(map[problem.setting] ?? node, "\(problem)")
    } catch let problem as MixtureError {
      throw problem
    } catch {
      throw self.error(node, "\(error)")
    }
    return model
  }

  private static let masses = ["GeV": 1.0, "MeV": 1e-3]
  private static let lengths = ["cm": 1.0, "mm": 0.1, "m": 100]

  private func darkMatter(_ node: Node?) throws(MixtureError) -> InelasticDarkMatter.Model {
    var model = InelasticDarkMatter.Model()
    guard let node else { return model }
    let map = try mapping(
      node, ["dark-higgs-mass", "dark-matter-mass", "mass-splitting", "dark-higgs-ctau", "excited-ctau"])
    let masses = Self.masses
    let lengths = Self.lengths
    if let node = map["dark-higgs-mass"] { model.darkHiggsMass = try quantity(node, masses, "GeV") }
    if let node = map["dark-matter-mass"] { model.darkMatterMass = try quantity(node, masses, "GeV") }
    if let node = map["mass-splitting"] { model.massSplitting = try quantity(node, masses, "GeV") }
    if let node = map["dark-higgs-ctau"] { model.darkHiggsDecayLength = try quantity(node, lengths, "cm") }
    if let node = map["excited-ctau"] { model.excitedDecayLength = try quantity(node, lengths, "cm") }
    do {
      _ = try InelasticDarkMatter(model, beams: detector.beams)
    } catch {
      throw self.error(map[error.setting] ?? node, "\(error)")
    }
    return model
  }

  private func files(_ node: Node) throws(MixtureError) -> [String] {
    var names: [String] = []
    if let list = node.sequence {
      for item in list { names.append(try text(item)) }
    } else {
      names.append(try text(node))
    }
    guard !names.isEmpty else { throw error(node, "no file is named") }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    return names.map { $0.hasPrefix("/") ? $0 : folder.appendingPathComponent($0).path }
  }

  private func mapping(_ node: Node, _ known: [String]) throws(MixtureError) -> [String: Node] {
    guard let pairs = node.mapping else { throw error(node, "expected keys and values") }
    var map: [String: Node] = [:]
    for (keyNode, value) in pairs {
      let key = try text(keyNode)
      guard known.contains(key) else {
        let near = nearestName(to: key, among: known).map { "; nearest is \($0)" } ?? ""
        throw error(keyNode, "unknown key \"\(key)\"\(near); expected \(known.joined(separator: ", "))")
      }
      guard map.updateValue(value, forKey: key) == nil else { throw error(keyNode, "key \"\(key)\" stands twice") }
    }
    return map
  }

  private func text(_ node: Node) throws(MixtureError) -> String {
    guard let text = node.scalar?.string, !text.isEmpty else { throw error(node, "expected a text") }
    return text
  }

  private func number(_ node: Node) throws(MixtureError) -> Double {
    let text = try text(node)
    guard let value = Double(text), value.isFinite else { throw error(node, "\"\(text)\" where a number is expected") }
    return value
  }

  private func integer(_ node: Node, _ range: ClosedRange<Int>) throws(MixtureError) -> Int {
    let text = try text(node)
    guard let value = Int(text), range.contains(value) else {
      throw error(node, "\"\(text)\" where a whole number of \(range.lowerBound) to \(range.upperBound) is expected")
    }
    return value
  }

  /// A number with a unit, or without one for the default unit.
  private func quantity(_ node: Node, _ units: [String: Double], _ standard: String) throws(MixtureError) -> Double {
    let text = try text(node)
    let parts = text.split(separator: " ")
    guard let first = parts.first, parts.count <= 2, let value = Double(first), value.isFinite,
      let unit = units[parts.count == 2 ? String(parts[1]) : standard]
    else {
      let names = units.keys.sorted().joined(separator: ", ")
      throw error(node, "\"\(text)\" where a number with a unit of \(names) is expected")
    }
    return value * unit
  }
}
