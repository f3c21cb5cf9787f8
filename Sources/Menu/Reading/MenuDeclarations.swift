/// What the files of a menu say, before names and units are checked.
struct MenuDeclarations {
  struct Level {
    var span: SourceSpan?
    var budget: LocatedText?
    var inputs: LocatedText?
    /// The bits of `inputs:`, where the menu lists them itself.
    var inputBits: [LocatedText]?
    var unknown: LocatedText?
    var prescales: LocatedText?
    var networks: MenuAttachment?
    var mode: LocatedText?
    /// The numbers of `largest_event:` by their names.
    var largestEvent: [(name: LocatedText, value: LocatedText)]?
    var lines: [Line] = []
  }

  struct Line {
    let name: LocatedText
    let span: SourceSpan
    let isReject: Bool
    var condition: LocatedText?
    var isBitAlgebra = false
    var prescale: LocatedText?
    var seeds: [LocatedText]?
    var stream: LocatedText?
    var title: LocatedText?
  }

  struct Definition {
    let name: LocatedText
    let text: LocatedText
  }

  var name: LocatedText?
  var version: LocatedText?
  var title: LocatedText?
  var definitions: [Definition] = []
  var level1 = Level()
  var highLevel = Level()
  var skims = Level()
  /// Every file read, the outermost first.
  var files: [String] = []
}
