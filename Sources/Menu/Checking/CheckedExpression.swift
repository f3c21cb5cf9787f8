/// An expression whose names and units are in order, tied to the computation that gives its value.
///
/// The tree follows what the author wrote, so that `menu explain` can show the value of every part.
struct CheckedExpression: Sendable {
  /// What the value of this part is.
  enum Result: Sendable {
    /// A truth value of the graph.
    case truth(ExpressionGraph.Index)
    /// A number of the graph in base units.
    case number(ExpressionGraph.Index, Dimension)
    /// A literal.
    case constant(Double, Dimension)
    /// A number said by several bits of the vocabulary.
    case multiplicity(Int)
  }

  /// The part in words.
  let text: String
  let result: Result
  let children: [CheckedExpression]
  /// Set for a count or reduction: its `cuts` have one value per object of this collection.
  var collection: Int?
  /// The conditions on each object, for parts with a `collection`.
  var cuts: [CheckedExpression] = []

  init(text: String, result: Result, children: [CheckedExpression] = []) {
    self.text = text
    self.result = result
    self.children = children
  }
}
