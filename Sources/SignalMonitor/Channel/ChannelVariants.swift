import Yams

/// A file of several channels: what they share at its top, what each has of its own under `variants:`.
///
/// A member of a variant takes the place of the file's member of the same name; the name of the channel is the file's
/// with the variant's behind it.
struct ChannelVariants {
  /// The channels' nodes with their names.
  private(set) var channels: [(name: ChannelNode?, node: ChannelNode)] = []

  init(_ root: ChannelNode) throws(ChannelError) {
    guard let mapping = root.node.mapping, let variants = mapping["variants"] else {
      channels = [(nil, root)]
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
      channels.append(
        (
          ChannelNode(node: name, file: root.file, name: "name"),
          ChannelNode(node: node, file: root.file, name: root.name)
        ))
    }
    guard !channels.isEmpty else { throw list.error("'variants' is empty, expected a list of channels") }
  }
}
