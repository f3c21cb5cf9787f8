import EventModel
import Foundation
import Testing

@Suite("Documentation of the event schema")
struct SchemaDocumentationTests {
  @Test("the page of the columns is what the schema says")
  func page() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Documentation/event-schema.md")
    // Whoever changes the schema writes the page anew with this variable set, and reads the difference.
    if ProcessInfo.processInfo.environment["SLUICE_WRITE_DOCUMENTATION"] != nil {
      try EventSchema.documentation.write(to: file, atomically: true, encoding: .utf8)
    }
    let page = try String(contentsOf: file, encoding: .utf8)
    #expect(page == EventSchema.documentation)
  }
}
