/// Keeps the builder of a column from one batch to the next: it knows then how much memory its members will want.
///
/// One value belongs to one thread, as what it keeps does.
public final class KeptBuilder<Builder: ~Copyable> {
  private var builder: Builder?

  /// Nothing yet.
  public init() { builder = nil }

  /// The builder kept last, which the caller has from now on; nil if there is none.
  public func take() -> Builder? { builder.take() }

  /// Keeps a builder that has finished its column.
  public func keep(_ finished: consuming Builder) { builder = consume finished }
}
