import Menu
import Statistics
import TestSupport
import Testing

@Suite("Sums of products of input bits")
struct SumOfProductsTests {
  private static func errors(_ text: String) -> [String] {
    do throws(MenuError) {
      _ = try SumOfProducts(text, bitCount: 151, file: "sum")
      return []
    } catch {
      return error.diagnostics.map(\.description)
    }
  }

  private static func menuErrors(_ bits: String) -> [String] {
    TestMenus.diagnostics("menu: test\nlevel1:\n  lines:\n    - {name: line, bits: \"\(bits)\"}\n")
  }

  @Test("plus is or, a blank is and, an exclamation mark in front of a number is not; nothing at all is true")
  func meaning() throws {
    let sum = try SumOfProducts("  10 !105 + 11\t!105+12!13 ", bitCount: 151)
    #expect(sum.products.map { $0.map(\.bit) } == [[10, 105], [11, 105], [12, 13]])
    #expect(sum.products.map { $0.map(\.isNegated) } == [[false, true], [false, true], [false, true]])
    #expect(sum.isTrue([1 << 10, 0, 0, 0]))
    #expect(!sum.isTrue([1 << 10, 0, 0, 1 << 9]))
    #expect(sum.isTrue([1 << 12, 0, 0, 1 << 9]))
    #expect(!sum.isTrue([1 << 12 | 1 << 13]))
    #expect(!sum.isTrue([UInt32]()))
    for text in ["", " \t"] { #expect(try SumOfProducts(text, bitCount: 1).isTrue([UInt32]())) }
  }

  @Test(
    "what is wrong is said with its column",
    arguments: [
      ("10 + + 11", "sum:1:6: error: '+' without a product before it; remove it"),
      ("+ 11", "sum:1:1: error: '+' without a product before it; remove it"),
      ("10 +", "sum:1:4: error: '+' without a product behind it; remove it"),
      ("10 ! 105", "sum:1:4: error: '!' without an input number directly behind it; write !105"),
      ("10 !!105", "sum:1:4: error: '!' without an input number directly behind it; write !105"),
      ("10 !151", "sum:1:4: error: there is no input bit 151; the inputs are bits 0 to 150"),
      (
        "99999999999999999999999",
        "sum:1:1: error: there is no input bit of so large a number; the inputs are bits 0 to 150"
      ),
      (
        "10 * 11",
        "sum:1:4: error: unexpected character in a sum of products; expected input numbers, '!', '+' and blanks"
      ),
    ])
  func errors(text: String, expected: String) {
    #expect(Self.errors(text) == [expected])
  }

  @Test("a menu takes them under 'bits:', with the places of its own inputs, and shows them by name")
  func inMenu() throws {
    let menu = try TestMenus.read(
      """
      menu: test
      level1:
        lines:
          - {name: sum, bits: "1 !8 + 2 !8 + 3 !8"}
          - {name: names, bits: (t2_1 or t2_2 or t2_3) and !veto}
          - {name: always, bits: ""}
      """)
    #expect(
      menu.level1.lines.map(\.expression) == [
        "t2_1 and not veto or t2_2 and not veto or t2_3 and not veto", "(t2_1 or t2_2 or t2_3) and not veto", "true",
      ])
    #expect(Self.menuErrors("1 !80").first?.hasPrefix("test.yaml:4:29: error: there is no input bit 80") == true)
    // An input that is not built is refused here too, at its number.
    #expect(Self.menuErrors("1 !11").first?.hasPrefix("test.yaml:4:29: error: 't3_0' is known but not built") == true)
  }

  @Test("random texts are read or refused with a place, and mean the same as a menu line")
  func fuzz() throws {
    var random = CounterRandom(seed: 3, purpose: RandomPurpose(named: "sums"))
    let pieces = [
      "1", "2", "10", "!", "!3", "!105", "+", " + ", " ", "  ", "\t", "150", "151", "-", "é", "\u{0}", "99999999999",
    ]
    var read = 0
    let inputs = Fuzz.inputs()
    for _ in 0..<inputs {
      var text = ""
      for _ in 0..<random.integer(below: 8) { text += pieces[Int(random.integer(below: UInt64(pieces.count)))] }
      do throws(MenuError) {
        let sum = try SumOfProducts(text, bitCount: 151)
        read += 1
        _ = sum.isTrue([UInt32.max, 0, 7])
      } catch {
        let isPlaced = error.diagnostics.allSatisfy {
          $0.span.line == 1 && $0.span.column >= 1 && $0.span.column <= text.unicodeScalars.count
        }
        if error.diagnostics.isEmpty || !isPlaced { Issue.record("\(error)") }
      }
    }
    #expect(read > inputs / 10 && read < inputs * 9 / 10, "\(read)")
  }
}
