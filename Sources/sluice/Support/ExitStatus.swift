/// What the shell is told; people script against these.
enum ExitStatus {
  /// Done.
  static let done: Int32 = 0
  /// The run or check failed: ledger out of balance, over budget with `--strict`, comparison differs.
  static let failed: Int32 = 1
  /// The call or an input file is wrong.
  static let wrongInput: Int32 = 2
}

/// A run or check that was carried out and failed: exit status 1. Any other error is one of the call or of an input
/// file: exit status 2.
struct RunFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
