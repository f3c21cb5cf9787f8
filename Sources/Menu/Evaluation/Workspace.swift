/// The scratch memory of an evaluator and the place of every node's column for the current batch.
final class Workspace {
  private let program: Program
  private let nodeCount: Int
  /// For events (entry 0) and the objects of each collection: all computed columns in one piece, slot after slot.
  private let numberMemory: [PaddedColumn<Float>]
  private let truthMemory: [PaddedColumn<UInt64>]
  private let knownMemory = PaddedColumn<UInt64>()
  /// Ones, then the rows where each set of steps has run.
  private let stepMemory = PaddedColumn<UInt64>()

  /// The column of each node. Entries of nodes that are not of the kind, or not computed, are never read.
  let numbers: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  let truths: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>
  let known: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>
  /// For events (entry 0) and collections: number of values.
  let lengths: UnsafeMutablePointer<Int>
  private let scopes: Int

  init(program: Program, nodeCount: Int, collections: Int) {
    self.program = program
    self.nodeCount = nodeCount
    scopes = collections + 1
    numberMemory = (0..<scopes).map { _ in PaddedColumn() }
    truthMemory = (0..<scopes).map { _ in PaddedColumn() }
    numbers = .allocate(capacity: nodeCount)
    truths = .allocate(capacity: nodeCount)
    known = .allocate(capacity: nodeCount)
    lengths = .allocate(capacity: scopes)
    numbers.initialize(repeating: nil, count: nodeCount)
    truths.initialize(repeating: nil, count: nodeCount)
    known.initialize(repeating: nil, count: nodeCount)
    lengths.initialize(repeating: 0, count: scopes)
  }

  deinit {
    numbers.deallocate()
    truths.deallocate()
    known.deallocate()
    lengths.deallocate()
  }

  /// Makes room for a batch and finds the place of every column.
  func prepare(_ columns: EventColumns) {
    let words = columns.wordsPerColumn
    lengths[0] = columns.rowCount
    for collection in 1..<scopes { lengths[collection] = columns.objectCount(collection - 1) }
    for scope in 0..<scopes {
      let blocks = (lengths[scope] + 63) / 64
      numberMemory[scope].reserve(program.numberSlots[scope] * blocks * 64)
      truthMemory[scope].reserve(program.truthSlots[scope] * blocks)
    }
    knownMemory.reserve(program.knownSlots * words)
    let available = prepareSteps(columns, words)
    program.instructions.withUnsafeBufferPointer { instructions in
      for instruction in instructions { place(instruction, columns, words, available) }
    }
  }

  private func place(
    _ instruction: Program.Instruction, _ columns: EventColumns, _ words: Int,
    _ available: UnsafeMutablePointer<UInt64>
  ) {
    let node = instruction.node
    let scope = instruction.scope + 1
    let blocks = (lengths[scope] + 63) / 64
    switch instruction.code {
    case .scalar: numbers[node] = UnsafeMutablePointer(mutating: columns.scalarPointer(instruction.first))
    case .attribute:
      numbers[node] = UnsafeMutablePointer(
        mutating: columns.attributePointer(instruction.scope, instruction.first))
    case .bit: truths[node] = UnsafeMutablePointer(mutating: columns.bitPointer(instruction.first))
    default:
      if instruction.isTruth {
        truths[node] = truthMemory[scope].pointer + instruction.slot * blocks
      } else {
        numbers[node] = numberMemory[scope].pointer + instruction.slot * blocks * 64
      }
    }
    known[node] =
      instruction.knownSlot >= 0
      ? knownMemory.pointer + instruction.knownSlot * words : available + (instruction.stepSet + 1) * words
  }

  private func prepareSteps(_ columns: EventColumns, _ words: Int) -> UnsafeMutablePointer<UInt64> {
    stepMemory.reserve((program.stepSets.count + 1) * words)
    let memory = stepMemory.pointer
    memory.update(repeating: .max, count: (program.stepSets.count + 1) * words)
    for (position, set) in program.stepSets.enumerated() {
      let all = memory + (position + 1) * words
      var rest = set
      while rest != 0 {
        let step = columns.stepPointer(rest.trailingZeroBitCount)
        for word in 0..<words { all[word] &= step[word] }
        rest &= rest - 1
      }
    }
    return memory
  }
}
