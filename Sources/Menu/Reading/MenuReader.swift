import Yams

/// Reads a menu file and the files it includes into declarations, noting everything that is out of place.
struct MenuReader {
  /// Most files one menu may be spread over.
  static let fileLimit = 64

  private let files: MenuFiles
  private(set) var declarations = MenuDeclarations()
  var log: DiagnosticLog
  private var reading: [String] = []
  private var source = MenuSource(file: "", text: "")

  init(files: MenuFiles, log: DiagnosticLog) {
    self.files = files
    self.log = log
  }

  /// Reads a file. Included ones come first, so that their lines precede the file's own.
  mutating func read(_ path: String) {
    read(path, includedAt: nil)
  }

  private mutating func read(_ path: String, includedAt span: SourceSpan?) {
    let place = span ?? SourceSpan(file: path, line: 1, column: 1)
    if reading.contains(path) {
      log.error(
        at: place, "the file includes itself: \((reading + [path]).joined(separator: " -> "))",
        help: "remove this include")
      return
    }
    if declarations.files.contains(path) {
      log.error(at: place, "'\(path)' is already included", help: "remove this include")
      return
    }
    guard declarations.files.count < Self.fileLimit else {
      log.error(at: place, "the menu is spread over more than \(Self.fileLimit) files")
      return
    }
    guard let bytes = bytes(of: path, namedAt: place, what: "menu file") else { return }
    declarations.files.append(path)
    reading.append(path)
    let outer = source
    defer {
      reading.removeLast()
      source = outer
    }
    guard let text = MenuYAML.text(of: bytes, file: path, log: &log) else { return }
    source = text
    guard let root = MenuYAML.root(of: text, log: &log) else { return }
    guard let pairs = mapping(root, what: "a menu", keys: Self.menuKeys) else { return }
    for (key, value) in pairs where key.text == "include" {
      for path in texts(value, what: "the path of a menu file") ?? [] {
        read(MenuFiles.resolve(path.text, from: source.file), includedAt: path.span)
      }
    }
    let isOutermost = reading.count == 1
    for (key, value) in pairs {
      switch key.text {
      case "menu": if isOutermost { declarations.name = self.text(value, what: "the menu's name") }
      case "version": if isOutermost { declarations.version = self.text(value, what: "a whole number") }
      case "title": if isOutermost { declarations.title = self.text(value, what: "a text") }
      case "define": definitions(value)
      case "level1": level(value, at: key.span, \.level1, keys: Self.level1Keys)
      case "high_level": level(value, at: key.span, \.highLevel, keys: Self.highLevelKeys)
      case "skims": level(value, at: key.span, \.skims, keys: Self.skimKeys)
      default: break
      }
    }
  }

  private mutating func bytes(of path: String, namedAt place: SourceSpan, what: String) -> [UInt8]? {
    do {
      return try files.read(path)
    } catch {
      let reason = (error as? MenuFiles.Failure)?.reason ?? "it cannot be read"
      log.error(at: place, "cannot read the \(what) '\(path)': \(reason)")
      return nil
    }
  }

  /// The text of a table that belongs to the menu.
  mutating func read(table path: String, namedAt place: SourceSpan) -> MenuSource? {
    bytes(of: path, namedAt: place, what: "table").flatMap { MenuYAML.text(of: $0, file: path, log: &log) }
  }

  private static let menuKeys = ["menu", "version", "title", "include", "define", "level1", "high_level", "skims"]
  private static let level1Keys = ["budget", "inputs", "unknown", "prescales", "networks", "lines"]
  private static let highLevelKeys = ["budget", "inputs", "largest_event", "mode", "lines", "accept", "reject"]
  private static let skimKeys = ["mode", "lines", "accept", "reject"]
  private static let level1LineKeys = ["name", "title", "when", "bits", "prescale", "stream"]
  private static let highLevelLineKeys = ["name", "title", "when", "bits", "prescale", "after", "stream"]

  // MARK: - Parts of a menu

  private mutating func definitions(_ node: Node) {
    guard let pairs = mapping(node, what: "names and their conditions", keys: nil) else { return }
    for (key, value) in pairs {
      guard let text = expressionText(value) else { continue }
      declarations.definitions.append(MenuDeclarations.Definition(name: key, text: text))
    }
  }

  private mutating func level(
    _ node: Node, at span: SourceSpan, _ level: WritableKeyPath<MenuDeclarations, MenuDeclarations.Level>,
    keys: [String]
  ) {
    guard let pairs = mapping(node, what: "a trigger level", keys: keys) else { return }
    declarations[keyPath: level].span = declarations[keyPath: level].span ?? span
    for (key, value) in pairs {
      switch key.text {
      case "budget": declarations[keyPath: level].budget = text(value, what: "a rate such as 30 kHz")
      case "inputs": inputs(value, level)
      case "unknown": declarations[keyPath: level].unknown = text(value, what: "'refused' or 'masked'")
      case "prescales":
        declarations[keyPath: level].prescales = text(value, what: "the path of a table of prescales")
      case "networks": networks(value, level)
      case "largest_event":
        let numbers = mapping(value, what: "the largest numbers of hits", keys: EventSizeLimits.names) ?? []
        declarations[keyPath: level].largestEvent = numbers.compactMap { name, value in
          text(value, what: "a whole number").map { (name, $0) }
        }
      case "mode": declarations[keyPath: level].mode = text(value, what: "'accept' or 'reject'")
      case "lines", "accept", "reject":
        let isLevel1 = level == \MenuDeclarations.level1
        for item in items(value, what: "lines") {
          let keys = isLevel1 ? Self.level1LineKeys : Self.highLevelLineKeys
          if let line = line(item, isReject: key.text == "reject", keys: keys) {
            declarations[keyPath: level].lines.append(line)
          }
        }
      default: break
      }
    }
  }

  /// The name of a set of inputs, or a set of its own: a name and the bits in the order of the input words.
  private mutating func inputs(_ node: Node, _ level: WritableKeyPath<MenuDeclarations, MenuDeclarations.Level>) {
    guard case .mapping = node, level == \.level1 else {
      declarations[keyPath: level].inputs = text(node, what: "the name of a set of inputs")
      return
    }
    guard let pairs = mapping(node, what: "a set of inputs", keys: ["name", "bits"]) else { return }
    for (key, value) in pairs {
      switch key.text {
      case "name": declarations[keyPath: level].inputs = text(value, what: "the name of a set of inputs")
      case "bits":
        declarations[keyPath: level].inputBits = texts(value, what: "names of input bits")?.flatMap { $0.words }
      default: break
      }
    }
    if !pairs.contains(where: { $0.0.text == "name" }) {
      log.error(at: span(of: node), "the set of inputs has no name", help: "add 'name: …'")
    }
    if !pairs.contains(where: { $0.0.text == "bits" }) {
      log.error(at: span(of: node), "the set of inputs has no bits", help: "add 'bits: …', names in bit order")
    }
  }

  /// Reads the file that `networks:` names, whatever it says: level 1 knows the form.
  private mutating func networks(
    _ node: Node, _ level: WritableKeyPath<MenuDeclarations, MenuDeclarations.Level>
  ) {
    guard let name = text(node, what: "the path of a table of network weights") else { return }
    let path = MenuFiles.resolve(name.text, from: source.file)
    guard let bytes = bytes(of: path, namedAt: name.span, what: "table of network weights") else { return }
    guard bytes.count <= MenuFiles.sizeLimit else {
      log.error(at: name.span, "the table of network weights '\(path)' is larger than \(MenuFiles.sizeLimit) bytes")
      return
    }
    declarations[keyPath: level].networks = MenuAttachment(path: path, text: String(decoding: bytes, as: UTF8.self))
  }

  private mutating func line(_ node: Node, isReject: Bool, keys: [String]) -> MenuDeclarations.Line? {
    guard let pairs = mapping(node, what: "a line", keys: keys) else { return nil }
    let start = span(of: node)
    guard let (_, nameNode) = pairs.first(where: { $0.0.text == "name" }) else {
      log.error(at: start, "the line has no name", help: "start it with '- name: …'")
      return nil
    }
    guard let name = text(nameNode, what: "the line's name") else { return nil }
    var line = MenuDeclarations.Line(name: name, span: name.span, isReject: isReject)
    for (key, value) in pairs {
      switch key.text {
      case "when", "bits":
        if line.condition != nil {
          log.error(at: key.span, "line '\(name.text)' has both 'when:' and 'bits:'", help: "keep one of them")
        }
        line.condition = expressionText(value)
        line.isBitAlgebra = key.text == "bits"
      case "prescale": line.prescale = text(value, what: "a number")
      case "after": line.seeds = texts(value, what: "names of level-1 lines")
      case "stream": line.stream = text(value, what: "the name of a stream")
      case "title": line.title = text(value, what: "a text")
      default: break
      }
    }
    if !pairs.contains(where: { $0.0.text == "when" || $0.0.text == "bits" }) {
      log.error(
        at: name.span, "line '\(name.text)' has no condition",
        help: "add 'when: …'; 'when: true' fires on every event")
      return nil
    }
    return line.condition == nil ? nil : line
  }

  // MARK: - Nodes

  private func span(of node: Node) -> SourceSpan {
    SourceSpan(file: source.file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private func kind(of node: Node) -> String {
    switch node {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "a single value"
    case .mapping: "a mapping (key: value)"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  /// The keys and values of a mapping. Unknown keys are reported and left out.
  private mutating func mapping(_ node: Node, what: String, keys: [String]?) -> [(LocatedText, Node)]? {
    guard case .mapping(let mapping) = node else {
      log.error(at: span(of: node), "expected \(what) as a mapping (key: value), found \(kind(of: node))")
      return nil
    }
    var pairs: [(LocatedText, Node)] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        log.error(at: span(of: key), "expected a key, found \(kind(of: key))")
        continue
      }
      let name = LocatedText(scalar, in: source)
      if let keys, !keys.contains(name.text) {
        log.error(
          at: name.span, "unknown key '\(name.text)' in \(what)",
          help: Suggestion.question(for: name.text, among: keys)
            ?? "the keys here are \(keys.joined(separator: ", "))")
        continue
      }
      pairs.append((name, value))
    }
    return pairs
  }

  private mutating func items(_ node: Node, what: String) -> [Node] {
    guard case .sequence(let sequence) = node else {
      log.error(at: span(of: node), "expected a list of \(what), found \(kind(of: node))")
      return []
    }
    return Array(sequence)
  }

  private mutating func text(_ node: Node, what: String) -> LocatedText? {
    guard case .scalar(let scalar) = node, !(scalar.string.isEmpty && scalar.style == .plain) else {
      log.error(at: span(of: node), "expected \(what), found \(kind(of: node))")
      return nil
    }
    return LocatedText(scalar, in: source)
  }

  /// One text, or a list of them.
  private mutating func texts(_ node: Node, what: String) -> [LocatedText]? {
    if case .sequence(let sequence) = node {
      var result: [LocatedText] = []
      for item in sequence {
        guard let text = text(item, what: what) else { return nil }
        result.append(text)
      }
      return result
    }
    return text(node, what: what).map { [$0] }
  }

  /// The text of an expression. One that starts with `!` is a tag to YAML unless it is quoted.
  private mutating func expressionText(_ node: Node) -> LocatedText? {
    let tag = node.tag.description
    if tag.hasPrefix("!") {
      log.error(
        at: span(of: node), "YAML takes '\(tag)' at the start of a value as a tag",
        help: "write 'not \(tag.count > 1 ? String(tag.dropFirst()) : "…")', or put the expression in quotes")
      return nil
    }
    return text(node, what: "an expression")
  }
}
