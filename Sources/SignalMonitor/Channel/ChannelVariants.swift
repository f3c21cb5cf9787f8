import Yams

/// A file of several channels: what they share at its top, what each has of its own under `variants:`.
///
/// A member of a variant takes the place of the file's member of the same name; the name of the channel is the file's
/// with the variant's behind it. A channel with a `network:` stands twice, without it and, as `NAME-network`, with it.
struct ChannelVariants {
  /// One channel of the file.
  struct Channel {
    /// The variant's name.
    var name: ChannelNode?
    /// The members.
    var node: ChannelNode
    /// Whether it is the one with the network.
    var hasNetwork = false
  }

  /// The channels of the file.
  private(set) var channels: [Channel] = []

  init(_ root: ChannelNode) throws(ChannelError) {
    guard let mapping = root.node.mapping, let variants = mapping["variants"] else {
      try append(nil, root)
      return
    }
    let list = ChannelNode(node: variants, file: root.file, name: "variants")
    let shared = mapping.filter { $0.key.string != "variants" }.map { ($0.key, $0.value) }
    for variant in try list.elements {
      guard let own = variant.node.mapping else { throw variant.error("a variant is no mapping, expected 'name: …'") }
      guard let name = own["name"] else { throw variant.error("a variant has no 'name'") }
      let replaced = Set(own.compactMap { $0.key.string })
      let pairs =
        shared.filter { !replaced.contains($0.0.string ?? "") }
        + own.filter { $0.key.string != "name" }.map { ($0.key, $0.value) }
      let node = Node.mapping(Node.Mapping(pairs, .implicit, .any, mapping.mark))
      try append(
        ChannelNode(node: name, file: root.file, name: "name"),
        ChannelNode(node: node, file: root.file, name: root.name))
    }
    guard !channels.isEmpty else { throw list.error("'variants' is empty, expected a list of channels") }
  }

  /// Adds a channel, and if it has a network the same with it and with the members that are its own then.
  private mutating func append(_ name: ChannelNode?, _ node: ChannelNode) throws(ChannelError) {
    guard let mapping = node.node.mapping, let network = mapping["network"] else {
      channels.append(Channel(name: name, node: node))
      return
    }
    let pairs = mapping.filter { $0.key.string != "network" }.map { ($0.key, $0.value) }
    channels.append(Channel(name: name, node: Self.mapping(pairs, of: node)))
    var own: [(Node, Node)] = []
    if let members = network.mapping?["own"] {
      guard let found = members.mapping else {
        throw ChannelNode(node: members, file: node.file, name: "own").error("'own' is no mapping of members")
      }
      own = found.map { ($0.key, $0.value) }
    }
    let replaced = Set(own.compactMap { $0.0.string })
    let all = mapping.map { ($0.key, $0.value) }.filter { !replaced.contains($0.0.string ?? "") } + own
    channels.append(Channel(name: name, node: Self.mapping(all, of: node), hasNetwork: true))
  }

  private static func mapping(_ pairs: [(Node, Node)], of node: ChannelNode) -> ChannelNode {
    ChannelNode(
      node: .mapping(Node.Mapping(pairs, .implicit, .any, node.node.mark)), file: node.file, name: node.name)
  }
}
