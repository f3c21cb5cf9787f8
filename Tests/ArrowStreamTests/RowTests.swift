import ArrowStream
import Testing

@Suite("Rows of a batch")
struct RowTests {
  @Test("slices, selections and joins hold the values of their rows, for every type")
  func rows() throws {
    let batch = try Samples.batch(rows: 75, seed: 31)
    let all = batch.rows
    for range in [0..<0, 0..<75, 3..<4, 7..<40, 64..<75, 8..<16] {
      let slice = batch.slice(range)
      #expect(slice.rows == Array(all[range]))
      // A slice of a slice, and a selection of one.
      if range.count > 4 {
        #expect(slice.slice(1..<4).rows == Array(all[range.lowerBound + 1..<range.lowerBound + 4]))
        #expect(slice.taking(rows: [4, 0, 1]).rows == [4, 0, 1].map { all[range.lowerBound + $0] })
      }
    }
    let selections: [[Int]] = [
      [], [74], [0, 1, 2, 10, 11, 40, 74], Array(0..<75), Array((0..<75).reversed()), [5, 5, 5],
      (0..<75).filter { $0 % 3 == 1 },
    ]
    for rows in selections {
      let taken = batch.taking(rows: rows)
      #expect(taken.count == rows.count && taken.rows == rows.map { all[$0] })
      #expect(taken.columns.allSatisfy { $0.count == rows.count })
    }
    let other = try Samples.batch(rows: 20, seed: 32, labels: ["new", "tautau"])
    let joined = try RecordBatch.concatenating([batch.slice(5..<30), other, batch.slice(0..<0), batch.slice(70..<75)])
    #expect(joined.rows == Array(all[5..<30]) + other.rows + Array(all[70..<75]))
    #expect(try RecordBatch.concatenating((0..<75).map { batch.slice($0..<$0 + 1) }).rows == all)
  }
}
